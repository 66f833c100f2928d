import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { createApp, createService } from "../../src/app.ts";
import { createFastPath } from "../../src/fast-path/fast-path.ts";
import { formatWireTime } from "../../src/wire/times.ts";
import { counting, faulty, type Seam, standingAround } from "../fault-injection.ts";
import { FAR_START, lease, oneLease, reportUnder } from "../lease-client.ts";
import { HOUR, jobsIn, MINUTE, type Ready, World } from "../world.ts";

const world = new World({ now: FAR_START });
const clock = () => world.now;
const ways = { routes: createApp(clock), service: createService(clock) };
const leftToRouter = new Response();
const fastPath = createFastPath(clock, () => leftToRouter);

type Way = keyof typeof ways;

/** What is the same of an answer, however it was made. */
const asked = async (way: Way, request: Request, env: Env) => {
  const context = createExecutionContext();
  const answer = await ways[way].fetch(request, env, context);
  const text = await answer.text();
  await waitOnExecutionContext(context);
  const id = answer.headers.get("x-request-id") ?? "";
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const headers = [...answer.headers].map(([name, value]) => [name, value.replaceAll(id, "ID")]);
  return { status: answer.status, text: text.replaceAll(id, "ID"), headers };
};

describe("the plainest calls of hosts", () => {
  let quiet: Ready;
  let busy: Ready;
  let cancelling: Ready;
  const tokens: Record<string, string | null> = { none: null, bootstrap: world.adminToken };

  beforeAll(async () => {
    [quiet, busy, cancelling] = [
      await world.ready(),
      await world.ready({ jobs: 1 }),
      await world.ready({ jobs: 1 }),
    ];
    // Whatever an object has not heard of is over by then.
    world.advance(2 * MINUTE);
    Object.assign(tokens, {
      malformed: "muster_host_nothing",
      admin: await world.token("admin"),
      operator: await world.token("operator"),
      host: await world.token("host"),
      own: await world.token("host", { host_server_id: quiet.hostId }),
      foreign: await world.token("host", { host_server_id: busy.hostId }),
      registering: await world.token("host", { register_only: true }),
      "of a project": await world.token("host", { project_ids: [quiet.projectId] }),
      expired: await world.token("host", { expires_at: new Date(world.now + 1000).toISOString() }),
    });
    world.advance(2 * MINUTE);
    const { projectId, hostId, jobId } = cancelling;
    const { lease_id } = oneLease(await lease(world, hostId));
    await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId: lease_id });
    await world.report(projectId, jobId, "CANCELLED");
    for (const { hostId, guid } of [quiet, busy, cancelling]) {
      await world.ping(hostId, guid);
      await world.poll(hostId, { headers: { "Lease-Owner": "one" } });
    }
  });

  const at = (ms: number) => new Date(world.now + ms).toISOString();
  const JSON_TYPE = { "Content-Type": "application/json" };
  const ping =
    (
      host: () => Ready,
      facts: { body?: () => string; headers?: Record<string, string>; query?: string; base?: string } = {},
    ) =>
    () => {
      const { hostId, guid } = host();
      const {
        body = () => JSON.stringify({ host_guid: guid }),
        headers = {},
        query = "",
        base = "/api/v3",
      } = facts;
      return new Request(`https://muster.test${base}/automation/hosts/${hostId}/ping${query}`, {
        method: "POST",
        body: body(),
        headers: { ...JSON_TYPE, ...headers },
      });
    };
  const poll =
    (
      host: () => Ready,
      query: () => string,
      { headers = {}, base = "/api/v3" }: { headers?: Record<string, string>; base?: string } = {},
    ) =>
    () =>
      new Request(`https://muster.test${base}/automation/hosts/${host().hostId}/jobs?${query()}`, {
        headers,
      });
  const window = () => `start_date=${at(-HOUR)}&end_date=${at(HOUR)}`;
  const long = "x".repeat(256);

  const requests: Record<string, () => Request> = {
    "a ping": ping(() => quiet),
    "a ping under the context path": ping(() => quiet, { base: "/tc/api/v3" }),
    "a ping with a query": ping(() => quiet, { query: "?a=b" }),
    "a ping without a type": ping(() => quiet, { headers: { "Content-Type": "text/plain" } }),
    "a ping of another guid": ping(() => quiet, { body: () => '{"host_guid":"another"}' }),
    "a ping in capitals": ping(() => quiet, {
      body: () => JSON.stringify({ host_guid: quiet.guid.toUpperCase() }),
    }),
    "a ping with spaces around its guid": ping(() => quiet, {
      body: () => JSON.stringify({ host_guid: ` ${quiet.guid} ` }),
    }),
    "a ping of a guid that is spaces": ping(() => quiet, { body: () => '{"host_guid":"  "}' }),
    "a ping of a guid with a NUL": ping(() => quiet, { body: () => '{"host_guid":"a\\u0000"}' }),
    "a ping of half a character": ping(() => quiet, { body: () => '{"host_guid":"\\ud800"}' }),
    "a ping of a long guid": ping(() => quiet, { body: () => JSON.stringify({ host_guid: long }) }),
    "a ping of a guid that is a number": ping(() => quiet, { body: () => '{"host_guid":1}' }),
    "a ping of nothing": ping(() => quiet, { body: () => "null" }),
    "a ping without a guid": ping(() => quiet, { body: () => "{}" }),
    "a ping that is no JSON": ping(() => quiet, { body: () => "{" }),
    "a ping with a long key": ping(() => quiet, { headers: { "Idempotency-Key": long } }),
    "a ping with a long nonce": ping(() => quiet, { headers: { "x-qtest-nonce": long } }),
    "a ping of a busy host": ping(() => busy),
    "a ping of a host that is to cancel a run": ping(() => cancelling),
    "a ping of nobody": ping(() => ({ ...quiet, hostId: 999_999 })),
    "a ping with slashes": ping(() => quiet, { base: "//api//v3" }),
    "a ping with a slash at its end": ping(() => quiet, { query: "/?a=b" }),
    "a poll": poll(() => quiet, window),
    "a poll from ever": poll(
      () => quiet,
      () => `end_date=${at(HOUR)}`,
    ),
    "a poll from an empty time": poll(
      () => quiet,
      () => `start_date=&end_date=${at(HOUR)}`,
    ),
    "a poll in another zone": poll(
      () => quiet,
      () => `start_date=${at(-MINUTE).replace("Z", "%2B0000")}&end_date=${at(HOUR).replace("Z", "+0000")}`,
    ),
    "a poll that leases by name": poll(
      () => quiet,
      () => `${window()}&lease=true`,
    ),
    "a poll that only looks": poll(
      () => quiet,
      () => `${window()}&lease=false`,
    ),
    "a poll that says neither": poll(
      () => quiet,
      () => `${window()}&lease=maybe`,
    ),
    "a poll with two ends": poll(
      () => quiet,
      () => `${window()}&end_date=never`,
    ),
    "a poll without an end": poll(
      () => quiet,
      () => `start_date=${at(-MINUTE)}`,
    ),
    "a poll with a wrong end": poll(
      () => quiet,
      () => "end_date=2026-02-30T00:00:00Z",
    ),
    "a poll with a wrong start": poll(
      () => quiet,
      () => `start_date=never&end_date=${at(HOUR)}`,
    ),
    "a poll with a long key": poll(() => quiet, window, { headers: { "Idempotency-Key": long } }),
    "a poll with a long key and an owner": poll(() => quiet, window, {
      headers: {
        "Idempotency-Key": long,
        "Lease-Owner": "one",
      },
    }),
    "a poll with a long owner": poll(() => quiet, window, { headers: { "Lease-Owner": long } }),
    "a poll from another site": poll(() => quiet, window, { headers: { Origin: "https://elsewhere.test" } }),
    "a poll of next year": poll(
      () => quiet,
      () => `end_date=${at(365 * 24 * HOUR)}`,
    ),
    "a poll of a busy host": poll(() => busy, window, { headers: { "Lease-Owner": "one" } }),
    "a poll of a host that is to cancel a run": poll(() => cancelling, window),
    "a poll under the context path": poll(() => quiet, window, { headers: {}, base: "/tc/api/v3" }),
  };

  const settings: Record<string, Record<string, string>> = {
    "as set": {},
    "with limits": { RATE_LIMITS: "on" },
    "with other sites": { CORS_ORIGINS: "https://elsewhere.test" },
  };
  const envs = Object.fromEntries(
    Object.entries(settings).map(([name, facts]) => [name, { ...world.env, ...facts }]),
  );

  const addresses = Object.keys(requests);

  /** The request of this name with a token, from an address of its own. */
  const requestOf = (what: string, name: string): Request => {
    const request = requests[what]?.() ?? new Request("https://muster.test");
    request.headers.set("CF-Connecting-IP", `198.51.100.${addresses.indexOf(what)}`);
    const token = tokens[name];
    if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  };

  const who = [
    "none",
    "bootstrap",
    "malformed",
    "admin",
    "operator",
    "host",
    "own",
    "foreign",
    "registering",
    "of a project",
    "expired",
  ];

  for (const [setting, env] of Object.entries(envs))
    test.each(who)(`are answered the same by the routes alone, ${setting}: %s token`, async (name) => {
      for (const what of Object.keys(requests)) {
        // The first may find what the second leaves; the third finds what is always there.
        await asked("service", requestOf(what, name), env);
        const [routes, service] = [
          await asked("routes", requestOf(what, name), env),
          await asked("service", requestOf(what, name), env),
        ];
        expect(service, what).toEqual(routes);
      }
    });

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

  test("are told of a job that nobody was told of", async () => {
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

  /** Worlds of an isolate that knows the host's token, or not, with a seam about its calls. */
  const isolates = async (seam: Seam) => {
    const known = new World({ now: world.now, seam });
    const token = tokens.own ?? "";
    expect(await known.ping(quiet.hostId, quiet.guid, { token })).toMatchObject({ status: 200 });
    return { token, known, unknown: new World({ now: world.now, seam }) };
  };

  test("try an object that stays away no more often than the routes would", async () => {
    const { seam, fail, fired } = faulty();
    const { token, known, unknown } = await isolates(seam);
    fail({ to: "object", when: "before", times: 100 });
    expect(await known.ping(quiet.hostId, quiet.guid, { token })).toMatchObject({ status: 503 });
    expect(fired()).toBe(5);
    fail({
      to: "object",
      when: "before",
      times: 100,
      error: () => Object.assign(new Error("busy"), { overloaded: true }),
    });
    expect(await known.poll(quiet.hostId, { token })).toMatchObject({ status: 503 });
    expect(fired()).toBe(6);
    // Once about the token, and once for the ping itself.
    fail({ to: "object", when: "before", times: 100 });
    expect(await unknown.ping(quiet.hostId, quiet.guid, { token })).toMatchObject({ status: 503 });
    expect(fired()).toBe(6 + 10);
  });

  test("tell of a bug in the object, once", async () => {
    const { seam, fail, fired } = faulty();
    const { token, known, unknown } = await isolates(seam);
    for (const isolate of [known, unknown]) {
      const before = fired();
      fail({ to: "object", when: "before", error: () => new Error("a bug") });
      const lines: string[] = [];
      const log = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
      expect(await isolate.ping(quiet.hostId, quiet.guid, { token })).toMatchObject({ status: 500 });
      log.mockRestore();
      expect(lines.filter((line) => line.includes('"event":"bug"'))).toHaveLength(1);
      expect(fired()).toBe(before + 1);
    }
  });

  test("ask an object for a token that this isolate does not know, and not D1, whatever else the request says", async () => {
    const { seam, counts } = counting();
    const plainAnswer = { token: tokens.own ?? "" };
    const ways: [World, string][] = [
      [new World({ now: world.now, seam }), "/api/v3"],
      [new World({ now: world.now, seam }), "//api/v3"],
      [new World({ now: world.now, seam, settings: { CORS_ORIGINS: "https://elsewhere.test" } }), "/api/v3"],
    ];
    for (const [isolate, base] of ways) {
      counts.reset();
      const path = `${base}/automation/hosts/${quiet.hostId}/ping`;
      expect(await isolate.post(path, { host_guid: quiet.guid }, plainAnswer)).toMatchObject({ status: 200 });
      expect(counts.statements).toEqual([]);
    }
  });

  test("count from when they came in, however long the object takes", async () => {
    const slow = new World({
      now: world.now,
      seam: standingAround(async ({ to }, go) => {
        if (to === "object") slow.advance(1000);
        return go();
      }),
    });
    const { hostId, guid } = await slow.ready();
    const token = await slow.token("host", { host_server_id: hostId });
    slow.now = FAR_START + 2 * HOUR - 500;
    expect(await slow.ping(hostId, guid, { token })).toMatchObject({ status: 200 });
    const read = await slow.get(`/api/v3/automation/hosts/${hostId}`);
    expect(read.body).toMatchObject({ last_ping_at: formatWireTime(FAR_START + 2 * HOUR - 500) });
  });

  test("are not read before it is clear that the token may be good", async () => {
    const endless = new ReadableStream({ pull: () => new Promise(() => {}) });
    const request = new Request(`https://muster.test/api/v3/automation/hosts/${quiet.hostId}/ping`, {
      method: "POST",
      body: endless,
      headers: { Authorization: "Bearer x" },
    });
    expect(await world.send(request)).toMatchObject({ status: 401 });
  }, 10_000);
});
