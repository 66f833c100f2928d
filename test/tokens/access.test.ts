import { beforeAll, describe, expect, test } from "vitest";
import { scopesOf } from "../../src/access/permissions.ts";
import { createApp } from "../../src/app.ts";
import { documentedIn } from "../../src/http/documented.ts";
import { refusalIn } from "../http/refusals.ts";
import { everythingStored } from "../http/rows.ts";
import { type Ready, START, World } from "../world.ts";
import { CALLS } from "./access-calls.ts";
import type { Scope } from "./access-paths.ts";

const SCOPES = ["admin", "operator", "host", "metrics"] as const satisfies readonly Scope[];

/** The calls of the router, each with what matches its addresses: those with the fewest names first. */
const routes = createApp(() => START)
  .routes.flatMap(({ method, path, handler }) => {
    const documented = documentedIn(handler);
    if (!documented) return [];
    const pattern = path.replace(/:\w+(?:\{([^}]*)\})?/g, (_, form: string | undefined) => form ?? "[^/]+");
    const { operation } = documented;
    return [{ name: `${method} ${path}`, method, pattern: new RegExp(`^${pattern}$`), operation }];
  })
  .toSorted((one, other) => one.name.split(":").length - other.name.split(":").length);

const NOTHING: Ready = { projectId: 1, hostId: 1, guid: "x", agentId: 1, jobIds: [1], jobId: 1 };

/** The route of a row of the table. */
const routeOf = ({ request }: (typeof CALLS)[string]) => {
  const [method, address] = request(NOTHING);
  const [path = ""] = address.split("?");
  return routes.find((route) => route.method === method && route.pattern.test(path));
};

const rows = Object.entries(CALLS).map(([name, call]) => ({ name, ...call, route: routeOf(call) }));

describe("The table of who may do what", () => {
  test("has a row for each call of the router: add one for a new call", () => {
    expect(routes.length).toBeGreaterThan(100);
    const judged = new Set(rows.map(({ route }) => route?.name));
    expect(routes.map(({ name }) => name).filter((name) => !judged.has(name))).toEqual([]);
  });

  test("has no row of a call that there is not", () => {
    expect(rows.filter(({ route }) => route === undefined).map(({ name }) => name)).toEqual([]);
  });

  test.each(routes)("and the service say the same: $name", ({ name, operation }) => {
    const said = rows.flatMap(({ route, scopes }) => (route?.name === name ? scopes : []));
    const open = operation === undefined ? ["anyone"] : scopesOf(operation);
    expect([...new Set(said)].toSorted()).toEqual([...open].toSorted());
  });
});

describe("A token of another scope, and none at all, may not", () => {
  const world = new World();
  const tokens = new Map<Scope, string>();
  let ready: Ready;
  let before: string;
  beforeAll(async () => {
    ready = await world.ready({ jobs: 1 });
    for (const scope of SCOPES) {
      const token = await world.token(scope);
      tokens.set(scope, token);
      // Its use is noted before rows are compared.
      await world.get("/api/v3/projects?limit=1", { token });
    }
    before = await everythingStored();
  });

  test.each(rows.filter(({ scopes }) => scopes !== "anyone"))("$name", async ({ request, scopes }) => {
    const [method, path, body] = request(ready);
    for (const scope of SCOPES.filter((each) => !scopes.includes(each))) {
      const refusal = refusalIn(
        await world.request(method, path, { body, token: tokens.get(scope) ?? null }),
        403,
      );
      expect(refusal.message).toContain(scope);
    }
    refusalIn(await world.request(method, path, { body, token: null }), 401);
  });

  test("and changes nothing by trying", async () => {
    expect(await everythingStored()).toBe(before);
  });

  test.each(rows.filter(({ scopes }) => scopes === "anyone"))("but anyone may $name", async ({ request }) => {
    const [method, path, body] = request(ready);
    const { status } = await world.request(method, path, { body, token: null });
    expect([200, 400, 404]).toContain(status);
  });
});
