import fc from "fast-check";
import { FAR_START } from "../lease-client.ts";
import { HOUR } from "../world.ts";
import type { Schema } from "./document.ts";

/** Where something goes that a scene knows by this name; scene.ts puts it in. */
export const mark = (name: string): string => `{{${name}}}`;

/** A text that is so long that it is written as how often a shorter one is repeated. */
export const repeated = (times: number, text: string): string => `⟦${times}*${text}⟧`;

const HOURS = [-48, -1, 0, 0, 0.001, 0.5, 1, 24, 24 * 40, 24 * 365];
const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"];
const CRONS = ["*/30 * * * *", "0 6 * * MON-FRI", "@daily", "15 2 29 2 *", "0 0 L * *", "* * * * *", null];

const time = fc
  .tuple(fc.constantFrom(...HOURS), fc.constantFrom("+00:00", "Z", "+0700", ""))
  .map(([hours, zone]) => new Date(FAR_START + hours * HOUR).toISOString().replace("Z", zone));

const mostly = <Usual, Other>(
  usual: fc.Arbitrary<Usual>,
  other: fc.Arbitrary<Other>,
): fc.Arbitrary<Usual | Other> => fc.oneof({ weight: 7, arbitrary: usual }, { weight: 1, arbitrary: other });

const known = (name: string) => fc.constant(mark(name));
const list = (name: string) => fc.constantFrom([], [mark(name)]);
const limit = (name: string) => mostly(fc.constant(null), known(name));

/** Fields whose values stand for things that are there, or that no schema describes in full. */
const BY_NAME: Record<string, fc.Arbitrary<unknown>> = {
  host_guid: mostly(known("guid"), fc.uuid()),
  agent_server_id: known("agent"),
  agentId: known("agent"),
  agent_client_id: mostly(
    // Those of the agents that a scene begins with; the next ones are for what it puts in their place.
    fc.constantFrom("scene 1", "scene 2", "1", 1, 2),
    fc.string({ minLength: 1 }),
  ),
  agent_id: fc.constantFrom(0, 1, 2),
  projectId: known("project"),
  agent_server_ids: list("agent"),
  test_run_ids: fc.oneof(fc.constant(null), list("run")),
  testRunIds: list("run"),
  tests: fc.constantFrom(null, ["adds"]),
  test_run_id: mostly(known("run"), fc.integer({ min: 1, max: 1e12 })),
  project_ids: mostly(fc.constant(null), fc.constant([mark("project")])),
  host_server_id: limit("host"),
  register_only: mostly(fc.constant(false), fc.constant(true)),
  schedule_id: known("schedule"),
  lease_id: limit("lease"),
  framework_id: fc.constantFrom("testNG-plugin", "junit-plugin", "cucumber-plugin"),
  cron: fc.constantFrom(...CRONS),
  labels: fc.constantFrom(null, [], ["linux", "gpu:a100"]),
  time_zone: fc.constantFrom(...ZONES),
  username: known("token_name"),
  client_id: known("token_name"),
  j_username: known("token_name"),
  password: known("secret"),
  client_secret: known("secret"),
  j_password: known("secret"),
  refresh_token: known("secret"),
};

/** The same where a field of a query has another meaning, or can't be null. */
const IN_QUERY: Record<string, fc.Arbitrary<unknown>> = {
  host_server_id: known("host"),
  status: fc.constantFrom("PLANNED", "NOT RUN", "NOT_RUN", "RUNNING", "COMPLETED"),
  start_date: mostly(fc.constant(""), time),
  from: fc.constant(new Date(FAR_START - HOUR).toISOString()),
  to: fc.constant(new Date(FAR_START + 48 * HOUR).toISOString()),
  wait: fc.constantFrom("0", "1"),
};

const words = (unit: "grapheme" | "grapheme-ascii") =>
  fc.string({ unit, minLength: 1, maxLength: 20 }).map((value) => `n ${value.replace(/[{⟦«]/g, "")}`);

const text = ({ minLength = 0, maxLength = 255 }: Schema): fc.Arbitrary<string> =>
  fc.oneof(
    words("grapheme"),
    words("grapheme-ascii"),
    fc.constantFrom(repeated(Math.max(1, minLength), "x"), repeated(maxLength, "x")),
  );

const HIGHEST_ID = 1e12;

const whole = ({ minimum = 0, maximum = HIGHEST_ID }: Schema): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: minimum, max: Math.min(maximum, minimum + 1000) }),
    fc.integer({ min: minimum, max: maximum }),
  );

/** Good values of a schema: of a field called `name`, if of one. */
export const goodOf = (schema: Schema, name = ""): fc.Arbitrary<unknown> => {
  const choices = schema.anyOf ?? schema.oneOf;
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name] ?? fc.constant(null);
  if (choices) return fc.oneof(...choices.map((choice) => goodOf(choice, name)));
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === "string" && schema.examples) return time;
  switch (schema.type) {
    case "string":
      return text(schema);
    case "integer":
    case "number":
      return whole(schema);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(goodOf(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 4 });
    case "object":
      return fieldsOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
};

const fieldsOf = ({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> => {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const value = goodOf(schema, name);
    return required.includes(name)
      ? value.map((each) => [[name, each]])
      : fc.oneof(
          value.map((each) => [[name, each]]),
          fc.constant<[string, unknown][]>([]),
        );
  });
  return fc.tuple(...fields).map((each) => Object.fromEntries(each.flat()));
};

/** A good value of a query's field, as text. */
export const goodQuery = (schema: Schema, name: string): fc.Arbitrary<string> =>
  (IN_QUERY[name] ?? goodOf(schema, name)).map(String);
