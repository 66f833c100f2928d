import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { expect } from "vitest";
import { createApp, createService } from "../../src/app.ts";
import { createFastPath } from "../../src/fast-path/fast-path.ts";
import { FAR_START, lease, oneLease, reportUnder } from "../lease-client.ts";
import { HOUR, MINUTE, type Ready, World } from "../world.ts";

export const world = new World({ now: FAR_START });
const clock = () => world.now;
const ways = { routes: createApp(clock), service: createService(clock) };
export const leftToRouter = new Response();
export const fastPath = createFastPath(clock, () => leftToRouter);

type Way = keyof typeof ways;

/** An answer without what differs from one request to the next. */
export const asked = async (way: Way, request: Request, env: Env) => {
  const context = createExecutionContext();
  const answer = await ways[way].fetch(request, env, context);
  const text = await answer.text();
  await waitOnExecutionContext(context);
  const id = answer.headers.get("x-request-id") ?? "";
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const headers = [...answer.headers].map(([name, value]) => [name, value.replaceAll(id, "ID")]);
  return { status: answer.status, text: text.replaceAll(id, "ID"), headers };
};

/** A host with nothing to do. */
export let quiet: Ready;
/** A host with a job. */
let busy: Ready;
/** A host that is to cancel its run. */
let cancelling: Ready;
export const tokens: Record<string, string | null> = { none: null, bootstrap: world.adminToken };

/** Makes the hosts and the tokens: for `beforeAll`. */
export const prepare = async (): Promise<void> => {
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
};

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

export const requests: Record<string, () => Request> = {
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
export const envs = Object.fromEntries(
  Object.entries(settings).map(([name, facts]) => [name, { ...world.env, ...facts }]),
);

const addresses = Object.keys(requests);

/** The request of this name with a token, from an address of its own. */
export const requestOf = (what: string, name: string): Request => {
  const request = requests[what]?.() ?? new Request("https://muster.test");
  request.headers.set("CF-Connecting-IP", `198.51.100.${addresses.indexOf(what)}`);
  const token = tokens[name];
  if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
};

/** In a setting: whether each call is answered by the fast path as by the routes alone. */
export const sameByRoutes = (setting: string) => async (name: string) => {
  const env = envs[setting] ?? world.env;
  for (const what of Object.keys(requests)) {
    // The first request may change what the second finds; the two that are compared find the same.
    await asked("service", requestOf(what, name), env);
    const [routes, service] = [
      await asked("routes", requestOf(what, name), env),
      await asked("service", requestOf(what, name), env),
    ];
    expect(service, what).toEqual(routes);
  }
};
