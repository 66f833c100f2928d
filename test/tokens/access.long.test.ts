import { describe, expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { World } from "../world.ts";
import { CALLS } from "./access-calls.ts";

describe.each(["admin", "operator", "host", "metrics"] as const)("Who may do what: %s", (scope) => {
  test.each(Object.entries(CALLS))("%s", async (_, { request, scopes }) => {
    const world = new World();
    const [method, path, body] = request(await world.ready({ jobs: 1 }));
    const answer = await world.request(method, path, { body, token: await world.token(scope) });
    if (scopes === "anyone") expect([200, 400, 401, 404]).toContain(answer.status);
    // 426: a socket is asked for by an upgrade.
    else if (scopes.includes(scope)) expect([200, 201, 404, 409, 426]).toContain(answer.status);
    else expect(refusalIn(answer, 403).message).toContain(scope);
  });
});
