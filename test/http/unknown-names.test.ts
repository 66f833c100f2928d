import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { createApp } from "../../src/app.ts";
import { documentedIn } from "../../src/http/documented.ts";
import { nearestName, unknownNames } from "../../src/http/unknown-names.ts";
import { junit, passed, sendReport } from "../results/junit.ts";
import { type Ready, START, World } from "../world.ts";
import { dereferenced } from "./dereferenced.ts";
import { refusalIn, refusedField } from "./refusals.ts";
import { everythingStored, rowCounts } from "./rows.ts";

const world = new World();
const NOTHING = 999_999_999;
let ids: Record<string, number | string>;
let ready: Ready;

beforeAll(async () => {
  ready = await world.ready({ jobs: 1 });
  const { id: schedule } = await world.schedule(ready.projectId, ready.agentId);
  const run = { test_run_id: 7, test_case_name: "x", automation_content: "x" };
  await world.post(`/api/v3/projects/${ready.projectId}/automation/test-runs`, [run]);
  await world.token("operator");
  const { projectId: project, hostId: host, agentId: agent, jobId: job } = ready;
  ids = { project, host, agent, job, schedule, token: 1, lease: crypto.randomUUID(), test_run: 7 };
  const blackouts = `/api/v3/projects/${project}/automation/blackouts`;
  const made = await world.post(blackouts, { name: "x", days: ["2096-12-24"] });
  Object.assign(ids, { blackout: z.looseObject({ blackout_id: z.int() }).parse(made.body).blackout_id });
  const webhooks = `/api/v3/projects/${project}/automation/webhooks`;
  const told = await world.post(webhooks, { name: "x", target: "https://ci.example.com/" });
  Object.assign(ids, { webhook: z.looseObject({ webhook_id: z.int() }).parse(told.body).webhook_id });
  await world.report(project, job, "RUNNING");
  // It is told of that.
  const { body } = await world.get(`${webhooks}/${ids.webhook}/deliveries`);
  Object.assign(ids, {
    delivery: z.array(z.looseObject({ delivery_id: z.int() })).parse(body)[0]?.delivery_id,
  });
  await sendReport(world, ready, junit(...passed("one")));
  const uploads = `/api/v3/projects/${project}/automation/jobs/${job}/attempts/1/uploads`;
  const begun = await world.post(uploads, { path: "video.webm", bytes: 6_000_000 });
  Object.assign(ids, { upload: z.looseObject({ upload_id: z.int() }).parse(begun.body).upload_id, part: 1 });
  Object.assign(ids, {
    attempt: 1,
    name: "x",
    other_job: job,
    test: 1,
    batch: job,
    path: "a.txt",
    form: "junit.xml",
  });
});

const routes = createApp(() => START).routes.flatMap(({ method, path, handler }) => {
  const documented = documentedIn(handler);
  return documented?.operation === undefined ? [] : [{ name: `${method} ${path}`, method, path, documented }];
});
const own = routes.filter(({ documented }) => !documented.ignoresUnknown);
const vendors = routes.filter(({ documented }) => documented.ignoresUnknown);

const addressOf = (path: string, of: Record<string, number | string>): string =>
  path.replace(/:(\w+)(?:\{[^}]*\})?/g, (_, name: string) => String(of[name]));

describe.each(own)("$name refuses what it does not know:", ({ method, path, documented }) => {
  test("a query parameter, and nothing changes", async () => {
    const before = await everythingStored();
    const answer = await world.request(method, `${addressOf(path, ids)}?limt=1`, {
      ...(documented.body ? { body: {} } : {}),
    });
    refusedField(answer, "limt");
    expect(await everythingStored()).toBe(before);
  });

  test.runIf(method !== "GET" && !documented.raw)("a field of the body, and nothing changes", async () => {
    const before = await everythingStored();
    const isList = /\/test-runs(\/preview)?$/.test(path);
    const body = isList ? [{ nam: "x" }] : { nam: "x" };
    refusedField(await world.request(method, addressOf(path, ids), { body }), isList ? "[0].nam" : "nam");
    expect(await everythingStored()).toBe(before);
  });

  test.runIf(path.includes(":"))("an id that names nothing is refused before it", async () => {
    const nothing = { ...ids, ...Object.fromEntries(Object.keys(ids).map((name) => [name, NOTHING])) };
    refusalIn(await world.request(method, `${addressOf(path, nothing)}?limt=1`), 404);
  });
});

test("the vendor's calls are those of its documentation and clients, and ignore what they do not know", async () => {
  expect(vendors.map(({ documented }) => documented.operation).toSorted()).toEqual([
    "activateAgent",
    "createAgent",
    "deactivateAgent",
    "getAutoTestLogs",
    "getProject",
    "listProjects",
    "pingHost",
    "pollJobs",
    "registerHost",
    "registerHost",
    "reportJob",
    "scheduleOnce",
    "searchAgents",
    "sendAutoTestLog",
    "sendAutoTestLogs",
    "updateAgent",
    "updateHost",
  ]);
  const { projectId, agentId } = ready;
  const body = { agentId, projectId, dynamic: {}, clientId: 1, nobody_knows: 1 };
  expect(await world.post("/api/v3/automation/jobs/schedule/create?a=b", body)).toMatchObject({
    status: 201,
  });
  expect(await world.get("/api/v3/projects?limit=1&assigned=true")).toMatchObject({ status: 200 });
  const window = "end_date=2030-01-01T00:00:00Z&nobody_knows=1";
  expect(await world.get(`/api/v3/automation/hosts/${ready.hostId}/jobs?${window}`)).toMatchObject({
    status: 200,
  });
});

test("a misspelt list of test runs does not run everything: the refusal gives the right name and nothing is made", async () => {
  const { projectId, agentId } = ready;
  const before = await rowCounts();
  const schedules = `/api/v3/projects/${projectId}/automation/schedules`;
  const answer = await world.post(schedules, { name: "x", agent_server_id: agentId, test_runs_ids: [7] });
  refusedField(answer, "test_runs_ids");
  expect(answer.text).toContain("is no field of this call; the nearest is test_run_ids");
  const materials = [{ test_case_name: "x", automation_content: "x", testrun_id: 7 }];
  const deeper = await world.post(schedules, {
    name: "x",
    agent_server_id: agentId,
    automation_materials: materials,
  });
  refusedField(deeper, "automation_materials[0].testrun_id");
  expect(deeper.text).toContain("the nearest is test_run_id");
  expect(await rowCounts()).toEqual(before);
});

/** As much of JSON Schema as bodies are made of. */
const nestedShape = z.looseObject({
  get items() {
    return nestedShape.optional();
  },
  get properties() {
    return z.record(z.string(), nestedShape).optional();
  },
  get anyOf() {
    return z.array(nestedShape).optional();
  },
});

type Wrap = (inner: object) => unknown;

/** For each object in a body, at any depth: what puts a value in its place. */
const placesIn = ({ items, properties, anyOf = [] }: z.output<typeof nestedShape>): Wrap[] => [
  ...(properties ? [(inner: object) => inner] : []),
  ...Object.entries(properties ?? {}).flatMap(([name, field]) =>
    placesIn(field).map(
      (wrap): Wrap =>
        (inner) => ({ [name]: wrap(inner) }),
    ),
  ),
  ...(items
    ? placesIn(items).map(
        (wrap): Wrap =>
          (inner) => [wrap(inner)],
      )
    : []),
  ...anyOf.flatMap(placesIn),
];

test("a misspelt field of every object in every body of ours is refused, with the nearest name", () => {
  let nested = 0;
  for (const { name, documented } of own) {
    if (!documented.body) continue;
    const schema = z.toJSONSchema(documented.body, { io: "input", unrepresentable: "any" });
    for (const wrap of placesIn(nestedShape.parse(dereferenced(schema)))) {
      const body = wrap({ nobody_knows: 1 });
      const [wrong, ...more] = unknownNames(documented.body, body, "field");
      expect(more, name).toEqual([]);
      expect(wrong?.field, `${name} ${JSON.stringify(body)}`).toMatch(/nobody_knows$/);
      expect(wrong?.message, name).toContain("the nearest is");
      if (wrong?.field.includes(".")) nested++;
    }
  }
  expect(nested).toBeGreaterThan(5);
});

test("a misspelt limit does not make a token without limits", async () => {
  const body = { name: "x", scope: "operator", project_id: [ready.projectId] };
  const answer = await world.post("/api/v3/tokens", body);
  refusedField(answer, "project_id");
  expect(answer.text).toContain("the nearest is project_ids");
});

test("a call without a body accepts {} and an empty one, and refuses others", async () => {
  const path = addressOf("/api/v3/projects/:project/automation/schedules/:schedule/resume", ids);
  for (const body of [{}, "", " ", "null"])
    expect(await world.post(path, body), String(body)).toMatchObject({ status: 200 });
  refusedField(await world.post(path, { note: "back" }), "note");
  refusedField(await world.post(path, [1]), "body");
  expect(refusalIn(await world.post(path, "{"), 400).code).toBe("malformed_json");
});

test("a preview takes the whole of a schedule, and no more", async () => {
  const path = `/api/v3/projects/${ready.projectId}/automation/schedules/preview`;
  const schedule = { name: 5, agent_server_id: "x", cron: "@daily", overlap: "any", max_attempts: null };
  expect(await world.post(path, schedule)).toMatchObject({ status: 200 });
  refusedField(await world.post(path, { cron: "@daily", timezone: "UTC" }), "timezone");
});

test("many or long unknown names are refused by a short message", async () => {
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, place) => [`name of mine ${place}`, 1]));
  const refusal = refusalIn(await world.post("/api/v3/projects", { ...many, name: "x" }), 400);
  expect(refusal.errors?.length).toBe(100);
  const long = await world.post("/api/v3/projects", { name: "x", ["n".repeat(100_000)]: 1 });
  expect(refusalIn(long, 400).message.length).toBeLessThan(300);
});

test.each([
  ["test_runs_ids", "test_run_ids"],
  ["testRunIds", "test_run_ids"],
  ["agent_id", "agent_server_id"],
  ["START_DATE", "start_date"],
  ["timezone", "time_zone"],
])("of all that is known the nearest name to %s is %s", (name, nearest) => {
  const known = ["name", "agent_server_id", "start_date", "end_date", "cron", "time_zone", "test_run_ids"];
  expect(nearestName(name, known)).toBe(nearest);
});

test("without known names none is suggested", () => {
  expect(nearestName("x", [])).toBeUndefined();
});
