import { createExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { jobsIn } from "../world.ts";
import {
  asked,
  envs,
  fastPath,
  leftToRouter,
  prepare,
  quiet,
  requestOf,
  requests,
  sameByRoutes,
  tokens,
  world,
} from "./plain-calls.ts";

beforeAll(prepare);

describe("the plainest calls of hosts", () => {
  // In the other settings too: `npm run test:long`.
  test.each(["own", "host", "none", "operator"])(
    "are answered the same by the routes alone: %s token",
    sameByRoutes("as set"),
  );

  /** Whether the object alone answers, once the token is known here. */
  const isAlone = async (what: string, name: string, env: Env | undefined = envs["as set"]) => {
    await asked("routes", requestOf(what, name), env ?? world.env);
    const answer = await fastPath(requestOf(what, name), env ?? world.env, createExecutionContext());
    return answer !== leftToRouter;
  };

  test("are answered by the object alone, and no others are", async () => {
    const plain = [
      "a ping",
      "a ping under the context path",
      "a ping with a query",
      "a ping without a type",
      "a ping in capitals",
      "a ping with spaces around its guid",
      "a ping with a long key",
      "a ping with a long nonce",
      "a ping of a busy host",
      "a ping with slashes",
      "a ping with a slash at its end",
      "a poll",
      "a poll from ever",
      "a poll from an empty time",
      "a poll in another zone",
      "a poll that leases by name",
      "a poll with two ends",
      "a poll with a long key and an owner",
      "a poll from another site",
      "a poll under the context path",
    ];
    const answered: string[] = [];
    for (const what of Object.keys(requests)) if (await isAlone(what, "host")) answered.push(what);
    expect(answered).toEqual(plain);
    for (const name of ["none", "malformed", "operator", "foreign", "registering", "of a project", "expired"])
      expect([name, await isAlone("a ping", name), await isAlone("a poll", name)]).toEqual([
        name,
        false,
        false,
      ]);
    for (const name of ["own", "admin", "host"])
      expect([name, await isAlone("a ping", name), await isAlone("a poll", name)]).toEqual([
        name,
        true,
        true,
      ]);
    expect(await isAlone("a poll", "host", envs["with other sites"])).toBe(false);
  });

  test("are answered by the object alone in an isolate that knows nothing yet, by a token that the object knows", async () => {
    for (const what of ["a ping", "a poll"]) {
      await asked("service", requestOf(what, "own"), { ...world.env });
      const answer = await fastPath(requestOf(what, "own"), { ...world.env }, createExecutionContext());
      expect([what, answer !== leftToRouter]).toEqual([what, true]);
    }
  });

  test("stand in the log in the same words", async () => {
    const env = envs["as set"] ?? world.env;
    for (const what of ["a ping", "a poll under the context path"]) {
      expect(await isAlone(what, "host")).toBe(true);
      const lines: unknown[] = [];
      const log = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(JSON.parse(line)));
      for (const way of ["routes", "service"] as const) await asked(way, requestOf(what, "host"), env);
      log.mockRestore();
      const [routes, service, ...others] = lines;
      expect(others).toEqual([]);
      expect(service).toEqual({ ...Object(routes), request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    }
  });

  test("are handed a job that nobody was handed", async () => {
    const { hostId, jobId } = await world.ready({ jobs: 1 });
    const token = tokens.host ?? "";
    // The second is the first of this host by a token that is known here.
    await world.poll(quiet.hostId, { token });
    expect(jobsIn(await world.poll(hostId, { token }))).toEqual([jobId]);
  });

  test("are counted once against the limit of their token, whoever answers", async () => {
    let counted = 0;
    const limit: RateLimit["limit"] = (options) => {
      counted += 1;
      return world.env.HOST_LIMIT.limit(options);
    };
    const env = { ...world.env, RATE_LIMITS: "on", HOST_LIMIT: { limit } } as Env;
    for (const what of [
      "a ping",
      "a poll",
      "a ping of another guid",
      "a poll of a busy host",
      "a poll of next year",
    ])
      for (const name of ["own", "host"]) {
        counted = 0;
        await asked("service", requestOf(what, name), env);
        await asked("service", requestOf(what, name), env);
        expect([what, name, counted]).toEqual([what, name, 2]);
      }
  });
});
