import { z } from "zod";
import type { Taken } from "./entry.ts";
import { bodyOf } from "./place.ts";
import { MINUTE } from "./stock.ts";
import { ADMIN_TOKEN, migrate, type Runtime } from "./workerd.ts";
import type { Request } from "./wrk.ts";

const SECOND = 1000;
export const DAY_MINUTES = 24 * 60;
/**
 * The midnight that the day begins at, UTC. It lies far ahead of the machine's clock, by which the platform fires
 * alarms: so only the bench fires them, when its own clock has come to them.
 */
export const MIDNIGHT = Date.parse("2096-03-02T00:00:00Z");
const PING_MINUTES = 5;
export const TICK_MINUTES = 30;
export const JOBS_A_DAY = 20;
/** After how many minutes a run ends. */
export const RUN_MINUTES = 3;

/** The parts of a host's day. `ticks` serve every host of the installation; they are no requests. */
export const KINDS = [
  "pings",
  "empty polls",
  "polls with a job",
  "reports",
  "schedulings",
  "alarms",
  "ticks",
] as const;
type Kind = (typeof KINDS)[number];

export type Sum = Taken & { times: number; cpuMs: number };
export type Day = Record<Kind, Sum>;

const takenShape = z.object({
  objectCalls: z.number(),
  objectMs: z.number(),
  objectRowsRead: z.number(),
  objectRowsWritten: z.number(),
  d1RoundTrips: z.number(),
  statements: z.number(),
  rowsRead: z.number(),
  rowsWritten: z.number(),
  logLines: z.number(),
  logBytes: z.number(),
  messages: z.number(),
});

/** Sends a request to the counted product at a time of the bench's own; gives its body and what it took. */
export const sendAt = async (
  url: URL,
  at: number,
  { method, path, headers, body }: Request,
): Promise<{ body: unknown; taken: Taken }> => {
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { ...headers, "bench-now": String(at) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return {
    body: bodyOf(answer, text),
    taken: takenShape.parse(JSON.parse(answer.headers.get("bench-counts") ?? "")),
  };
};

/** Fires the alarm of a host's object if its time has come; gives what it took. An alarm that fired counts as a call. */
export const alarmAt = async (url: URL, at: number, host: number): Promise<Taken> =>
  (await sendAt(url, at, { method: "GET", path: "/health", headers: { "bench-alarm": String(host) } })).taken;

/** Runs the tick of the window that ends at `at`; gives what it took. */
export const tickAt = async (url: URL, at: number): Promise<Taken> =>
  (await sendAt(url, at, { method: "GET", path: "/tick", headers: { "bench-tick": String(at) } })).taken;

export const NOTHING: Sum = {
  objectCalls: 0,
  objectMs: 0,
  objectRowsRead: 0,
  objectRowsWritten: 0,
  d1RoundTrips: 0,
  statements: 0,
  rowsRead: 0,
  rowsWritten: 0,
  logLines: 0,
  logBytes: 0,
  messages: 0,
  times: 0,
  cpuMs: 0,
};

export const plus = (one: Sum, other: Sum): Sum => ({
  objectCalls: one.objectCalls + other.objectCalls,
  objectMs: one.objectMs + other.objectMs,
  objectRowsRead: one.objectRowsRead + other.objectRowsRead,
  objectRowsWritten: one.objectRowsWritten + other.objectRowsWritten,
  d1RoundTrips: one.d1RoundTrips + other.d1RoundTrips,
  statements: one.statements + other.statements,
  rowsRead: one.rowsRead + other.rowsRead,
  rowsWritten: one.rowsWritten + other.rowsWritten,
  logLines: one.logLines + other.logLines,
  logBytes: one.logBytes + other.logBytes,
  messages: one.messages + other.messages,
  times: one.times + other.times,
  cpuMs: one.cpuMs + other.cpuMs,
});

/** What the requests of hosts and operators took; the ticks are not of one host. */
export const requestsOf = ({ ticks: _, ...day }: Day): Sum => Object.values(day).reduce(plus, NOTHING);

/** A host, registered, with an active agent, and who speaks for it. */
export const settle = async (url: URL, guid = "bench-host") => {
  const send = async (
    method: "POST",
    path: string,
    { body, token = ADMIN_TOKEN }: { body: object; token?: string },
  ): Promise<unknown> => {
    const headers = { Authorization: `Bearer ${token}` };
    return (await sendAt(url, MIDNIGHT - MINUTE, { method, path: `/api/v3${path}`, headers, body })).body;
  };
  const { id: project } = z
    .object({ id: z.int() })
    .parse(await send("POST", "/projects", { body: { name: "Project" } }));
  const { host_server_id: host } = z.object({ host_server_id: z.int() }).parse(
    await send("POST", "/automation/host", {
      body: {
        host_name: "Host",
        ip_address: "192.168.74.73",
        mac_address: "00:15:5D:4A:4D:01",
        host_guid: guid,
      },
    }),
  );
  const { agent_server_id: agent } = z.object({ agent_server_id: z.int() }).parse(
    await send("POST", `/projects/${project}/automation/hosts/${host}/agents`, {
      body: {
        name: "AGENT 1",
        framework: "testNG",
        framework_id: "testNG-plugin",
        agent_client_id: "29",
        active: true,
      },
    }),
  );
  const tokenOf = async (facts: Record<string, string | number>) =>
    z
      .object({ token: z.string() })
      .parse(await send("POST", "/tokens", { body: { name: "bench", ...facts } })).token;
  return {
    project,
    host,
    guid,
    agent,
    hostToken: await tokenOf({ scope: "host", host_server_id: host }),
    operatorToken: await tokenOf({ scope: "operator" }),
  };
};

const iso = (at: number): string => new Date(at).toISOString();

/**
 * One host's own day: a ping every five minutes, a poll every minute, 20 jobs spread over the day. Calls are half
 * a minute apart and each finds the object out of memory and no token remembered, as a host alone in its part
 * of the world does.
 */
export const runDay = async (runtime: Runtime, log: (text: string) => void): Promise<Day> => {
  const [worker] = runtime.workers;
  if (!worker) throw new Error("the counted product is needed");
  const { url, name, db } = worker;
  await migrate(db);
  const { project, host, guid, agent, hostToken, operatorToken } = await settle(url);
  const day: Day = {
    pings: NOTHING,
    "empty polls": NOTHING,
    "polls with a job": NOTHING,
    reports: NOTHING,
    schedulings: NOTHING,
    alarms: NOTHING,
    ticks: NOTHING,
  };
  const add = (kind: Kind, taken: Taken, cpuMs: number) => {
    day[kind] = plus(day[kind], { ...taken, times: 1, cpuMs });
  };
  const call = async (
    at: number,
    request: Omit<Request, "headers">,
    { token, kindOf }: { token: string; kindOf: (body: unknown) => Kind },
  ) => {
    await runtime.evict(name, host);
    const before = runtime.cpuMs();
    const headers = { Authorization: `Bearer ${token}` };
    const { body, taken } = await sendAt(url, at, { ...request, path: `/api/v3${request.path}`, headers });
    add(kindOf(body), taken, runtime.cpuMs() - before);
    return body;
  };
  const running: { job: number; endsAt: number }[] = [];
  const report = (at: number, job: number, status: string) => {
    const path = `/projects/${project}/automation/jobs/${job}/status`;
    return call(at, { method: "PUT", path, body: { status } }, { token: hostToken, kindOf: () => "reports" });
  };
  // On the five minutes, so that no report falls on a ping.
  const jobMinutes = new Set(
    Array.from(
      { length: JOBS_A_DAY },
      (_, job) => 5 * Math.floor(((job + 0.5) * DAY_MINUTES) / JOBS_A_DAY / 5),
    ),
  );
  for (let minute = 0; minute < DAY_MINUTES; minute++) {
    const at = MIDNIGHT + minute * MINUTE;
    if (minute % 120 === 0) log(`hour ${minute / 60} of the day`);
    if (minute % TICK_MINUTES === 0) {
      const before = runtime.cpuMs();
      add("ticks", await tickAt(url, at), runtime.cpuMs() - before);
    }
    await runtime.evict(name, host);
    const fired = await alarmAt(url, at, host);
    if (fired.objectCalls > 0) add("alarms", fired, 0);
    if (jobMinutes.has(minute)) {
      const body = { agentId: agent, projectId: project, name: "Run" };
      const path = "/automation/jobs/schedule/create";
      await call(at, { method: "POST", path, body }, { token: operatorToken, kindOf: () => "schedulings" });
    }
    const window = `start_date=${iso(at - 60 * MINUTE)}&end_date=${iso(at + 60 * MINUTE)}`;
    const polled = await call(
      at + 10 * SECOND,
      { method: "GET", path: `/automation/hosts/${host}/jobs?${window}` },
      {
        token: hostToken,
        kindOf: (body) => (Array.isArray(body) && body.length > 0 ? "polls with a job" : "empty polls"),
      },
    );
    const [found] = z.array(z.object({ job_id: z.int() })).parse(polled);
    if (minute % PING_MINUTES === 2) {
      const path = `/automation/hosts/${host}/ping`;
      await call(
        at + 40 * SECOND,
        { method: "POST", path, body: { host_guid: guid } },
        { token: hostToken, kindOf: () => "pings" },
      );
    }
    for (const { job } of running.filter(({ endsAt }) => endsAt === minute))
      await report(at + 40 * SECOND, job, "COMPLETED");
    if (found) {
      await report(at + 40 * SECOND, found.job_id, "RUNNING");
      running.push({ job: found.job_id, endsAt: minute + RUN_MINUTES });
    }
  }
  return day;
};
