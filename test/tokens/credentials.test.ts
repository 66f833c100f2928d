import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { type Operation, scopesOf } from "../../src/access/permissions.ts";
import { createApp } from "../../src/app.ts";
import { SCOPES, type Scope } from "../../src/database/enums.ts";
import { documentedIn } from "../../src/http/documented.ts";
import { counting } from "../fault-injection.ts";
import { refusalIn } from "../http/refusals.ts";
import { everythingStored } from "../http/rows.ts";
import { type Ready, START, World } from "../world.ts";

const mayDo = (scope: Scope, operation: Operation) => scopesOf(operation).includes(scope);

/** Every route that takes a token, from the router itself. */
const routes = createApp(() => START).routes.flatMap(({ method, path, handler }) => {
  const documented = documentedIn(handler);
  return documented?.operation === undefined
    ? []
    : [{ name: `${method} ${path}`, method, path, operation: documented.operation, documented }];
});

const { seam, counts } = counting();
const world = new World({ seam });
let mine: Ready;
let foreign: Ready;

/** A route's path with the ids of a scene, or with ids of nothing. */
const addressOf = (path: string, ids: Record<string, number | string>): string =>
  path.replace(/:(\w+)/g, (_, name: string) => String(ids[name] ?? 1));

const idsOf = ({ projectId, hostId, agentId, jobId }: Ready, schedule: number) => ({
  project: projectId,
  host: hostId,
  agent: agentId,
  job: jobId,
  schedule,
  token: 1,
  lease: crypto.randomUUID(),
});
const NOTHING = { project: 999_999, host: 999_999, agent: 999_999, job: 999_999, schedule: 999_999 };

let scene: ReturnType<typeof idsOf>;
let foreignScene: ReturnType<typeof idsOf>;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  mine = await world.ready({ jobs: 1 });
  foreign = await world.ready({ jobs: 1 });
  const scheduled = async (ready: Ready) =>
    idsOf(ready, (await world.schedule(ready.projectId, ready.agentId)).id);
  scene = await scheduled(mine);
  foreignScene = await scheduled(foreign);
  for (const scope of SCOPES) tokens[scope] = await world.token(scope);
  tokens.expired = await world.token("admin", { expires_at: new Date(START + 1000).toISOString() });
  tokens.revoked = await world.token("admin");
  const { results } = await env.DB.prepare("SELECT MAX(id) AS id FROM tokens").all<{ id: number }>();
  await world.delete(`/api/v3/tokens/${results[0]?.id}`);
  tokens["other project"] = await world.token("operator", { project_ids: [foreign.projectId] });
  tokens["host of other project"] = await world.token("host", { project_ids: [foreign.projectId] });
  tokens["other host"] = await world.token("host", { host_server_id: foreign.hostId });
  tokens.registering = await world.token("host", { register_only: true });
  // Each is used once, so that its use is noted before rows are compared.
  for (const token of Object.values(tokens)) await world.get("/api/v3/automation/hosts?limit=1", { token });
  world.advance(2000);
});

test("the router has routes to judge", () => {
  expect(routes.length).toBeGreaterThan(40);
});

const asked = (route: (typeof routes)[number], ids: Record<string, number | string>, token: string | null) =>
  world.request(route.method, addressOf(route.path, ids), {
    token,
    ...(route.documented.body ? { body: {} } : {}),
  });

describe.each(routes)("$name", (route) => {
  test("is not for who has no good token, whatever is wrong with it", async () => {
    const before = await everythingStored();
    for (const [token, why] of [
      [null, "no token"],
      ["not one of ours", "not one of this service"],
      [`muster_admin_${"0".repeat(72)}`, "not one of this service"],
      [tokens.expired, "expired"],
      [tokens.revoked, "revoked"],
    ] as const) {
      const answer = await asked(route, scene, token ?? null);
      const refusal = refusalIn(answer, 401);
      expect(refusal.code).toBe("unauthorized");
      expect(refusal.message).toContain(why);
      expect(answer.headers.get("WWW-Authenticate")).toBe("Bearer");
    }
    expect(await everythingStored()).toBe(before);
  });

  test("is forbidden to the scopes that may not do it, and to a token that only registers", async () => {
    const before = await everythingStored();
    for (const scope of SCOPES.filter((each) => !mayDo(each, route.operation)))
      expect(refusalIn(await asked(route, scene, tokens[scope] ?? ""), 403).message).toContain(scope);
    if (route.operation !== "registerHost")
      expect(refusalIn(await asked(route, scene, tokens.registering ?? ""), 403).code).toBe("forbidden");
    expect(await everythingStored()).toBe(before);
  });

  const named = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name);

  // An admin's token is not limited to projects.
  const limited = (["operator", "host"] as const).find((scope) => mayDo(scope, route.operation));
  test.runIf(named.includes("project") && limited !== undefined)(
    "is not there for a token of another project",
    () => expectUnknown(route, limited === "operator" ? "other project" : "host of other project"),
  );

  test.runIf(named.includes("host") && mayDo("host", route.operation))(
    "is not there for a token of another host",
    () => expectUnknown(route, "other host"),
  );

  test.runIf(named.includes("host") && !named.includes("project") && mayDo("host", route.operation))(
    "is not there for a token of a project that has no agent at the host",
    () => expectUnknown(route, "host of other project"),
  );
});

/** A foreign thing is refused like a missing one, by status, words and storage calls, and nothing changes. */
const expectUnknown = async (route: (typeof routes)[number], by: string) => {
  const token = tokens[by] ?? "";
  const before = await everythingStored();
  const answered = async (ids: Record<string, number | string>) => {
    counts.reset();
    const answer = await asked(route, ids, token);
    const { message, code } = refusalIn(answer, 404);
    const trips = [counts.d1RoundTrips, counts.statements, counts.objectCalls];
    return { code, trips, words: message.replace(/\d+/g, "N") };
  };
  const own = by === "other host" ? foreignScene : scene;
  const nothing = by === "other host" ? { ...own, host: NOTHING.host } : { ...own, ...NOTHING };
  const beyond = by === "other host" ? { ...own, host: scene.host } : scene;
  expect(await answered(beyond)).toEqual(await answered(nothing));
  expect(await everythingStored()).toBe(before);
};
