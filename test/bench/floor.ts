import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

/*
 * The floor of the platform: the calls of the product with the same primitives and the same tables, and nothing
 * else. No router, ORM, validation, authentication, retry or guard; so it is no service. The header `bench-call`
 * names the call. It is the measure that the product is held against, and is kept as small as it goes.
 */

interface FloorEnv {
  DB: D1Database;
  HOST: DurableObjectNamespace<HostObject>;
}

const CONTACT_MS = 60_000;
const LEASE_MS = 60_000;

export class HostObject extends DurableObject<FloorEnv> {
  readonly #sql = this.ctx.storage.sql;
  #contactAt = 0;

  constructor(state: DurableObjectState, env: FloorEnv) {
    super(state, env);
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS host (one INTEGER PRIMARY KEY, contact_at INTEGER);
      CREATE TABLE IF NOT EXISTS leases (job INTEGER PRIMARY KEY, caller TEXT, expires_at INTEGER)`);
  }

  /** Stores the contact once a minute. */
  touch(now: number): number {
    if (now - this.#contactAt >= CONTACT_MS) this.store(now);
    return this.#contactAt;
  }

  store(now: number): void {
    this.#contactAt = now;
    this.#sql.exec("INSERT OR REPLACE INTO host VALUES (1, ?)", now);
  }

  /** A row for each job. */
  lease(jobs: number[], caller: string, now: number): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO leases SELECT value, ?2, ?3 FROM json_each(?1)",
      JSON.stringify(jobs),
      caller,
      now + LEASE_MS,
    );
  }
}

interface JobRow {
  id: number;
  project_id: number;
  host_id: number;
  status: string;
  agent_id: number;
  client_number: string;
  schedule_id: number;
  materials: string;
  scheduled_at: number;
}

const JOBS = `SELECT jobs.id, jobs.project_id, jobs.host_id, jobs.status, jobs.agent_id, agents.client_number,
  jobs.schedule_id, snapshots.materials, jobs.scheduled_at
  FROM jobs JOIN agents ON agents.id = jobs.agent_id JOIN snapshots ON snapshots.id = jobs.snapshot_id`;

const OPEN_JOBS = `${JOBS} WHERE agents.host_id = ?1 AND agents.active AND jobs.status IN ('PLANNED', 'NOT_RUN')
  AND jobs.scheduled_at >= ?2 AND jobs.scheduled_at < ?3 ORDER BY jobs.scheduled_at, jobs.id`;

const wireJob = (row: JobRow) => ({
  client_id: 1,
  project_id: row.project_id,
  job_id: row.id,
  host_server_id: row.host_id,
  status: row.status,
  agent_server_id: row.agent_id,
  agent_id: Number(row.client_number),
  schedule_id: row.schedule_id,
  automation_materials: JSON.parse(row.materials),
  start_date: new Date(row.scheduled_at).toISOString(),
});

type Call = (env: FloorEnv, path: string[], request: Request) => Promise<unknown>;

const ping: Call = async ({ HOST }, path, request) => {
  await request.json();
  await HOST.getByName(path[5] ?? "").touch(Date.now());
  return { received_time: new Date().toISOString(), pong_message: "true" };
};

const quietPoll: Call = async ({ HOST }, path) => {
  await HOST.getByName(path[5] ?? "").touch(Date.now());
  return [];
};

const readPoll = async ({ DB }: FloorEnv, path: string[], request: Request): Promise<JobRow[]> => {
  const query = new URL(request.url).searchParams;
  const [, jobs] = await DB.batch<JobRow>([
    DB.prepare("SELECT id FROM hosts WHERE id = ? AND retired_at IS NULL").bind(path[5]),
    DB.prepare(OPEN_JOBS).bind(
      path[5],
      Date.parse(query.get("start_date") ?? ""),
      Date.parse(query.get("end_date") ?? ""),
    ),
  ]);
  return jobs?.results ?? [];
};

const unknownPoll: Call = async (env, path, request) => (await readPoll(env, path, request)).map(wireJob);

const fullPoll: Call = async (env, path, request) => {
  const rows = await readPoll(env, path, request);
  const ids = rows.map(({ id }) => id);
  await env.HOST.getByName(path[5] ?? "").lease(ids, request.headers.get("Lease-Owner") ?? "", Date.now());
  return rows.map(wireJob);
};

const report: Call = async ({ DB, HOST }, path, request) => {
  const { status } = await request.json<{ status: string }>();
  const id = Number(path[7]);
  const [before] = await DB.batch<JobRow>([DB.prepare(`${JOBS} WHERE jobs.id = ?`).bind(id)]);
  const [job] = before?.results ?? [];
  if (!job) throw new Error(`no job ${id}`);
  const now = Date.now();
  await HOST.getByName(String(job.host_id)).lease([id], "", now);
  await DB.batch([
    DB.prepare(
      `INSERT INTO job_history (job_id, at, attempt, from_status, to_status, by)
       SELECT id, ?2, attempt, status, ?3, 'host' FROM jobs WHERE id = ?1`,
    ).bind(id, now, status),
    DB.prepare("UPDATE jobs SET status = ?2, status_changed_at = ?3 WHERE id = ?1 RETURNING status").bind(
      id,
      status,
      now,
    ),
  ]);
  return wireJob({ ...job, status });
};

const register: Call = async ({ DB, HOST }, _, request) => {
  const host = await request.json<Record<"host_name" | "ip_address" | "mac_address" | "host_guid", string>>();
  const now = Date.now();
  const [made] = await DB.batch<{ id: number }>([
    DB.prepare(
      `INSERT INTO hosts (guid, guid_as_sent, name, ip_address, mac_address, registered_at, creation_key)
       VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (guid) DO UPDATE SET registered_at = ?5 RETURNING id`,
    ).bind(host.host_guid, host.host_name, host.ip_address, host.mac_address, now, crypto.randomUUID()),
  ]);
  const id = made?.results[0]?.id;
  await HOST.getByName(String(id)).store(now);
  return { ...host, host_server_id: id };
};

const schedule: Call = async ({ DB }, path, request) => {
  const asked = await request.json<{ agent_server_id: number; max_runs: number; test_run_ids: number[] }>();
  const key = crypto.randomUUID();
  const now = Date.now();
  const times = Array.from({ length: asked.max_runs }, (_, run) => now + (run + 1) * 300_000);
  const project = path[4];
  const results = await DB.batch<JobRow>([
    DB.prepare(
      `INSERT INTO snapshots (materials, materials_bytes, creation_key)
       SELECT json_group_array(json_object('test_run_id', id, 'test_case_id', test_case_id, 'test_case_name',
         test_case_name, 'test_case_version_id', test_case_version_id, 'automation_content', automation_content)),
         0, ?3
       FROM test_runs WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))`,
    ).bind(project, JSON.stringify(asked.test_run_ids), key),
    DB.prepare(
      `INSERT INTO schedules (project_id, agent_id, snapshot_id, schedule_name, time_zone, overlap, missed,
         missed_within_minutes, on_lost, max_attempts, planned_until, created_at, creation_key)
       SELECT ?1, ?2, id, 'Schedule', 'UTC', 'skip', 'run_once', 60, 'fail', 2, ?3, ?3, ?4 FROM snapshots
       WHERE creation_key = ?4`,
    ).bind(project, asked.agent_server_id, now, key),
    DB.prepare(
      `INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status,
         attempt, status_changed_at)
       SELECT s.project_id, a.host_id, a.id, s.id, s.snapshot_id, run.value, 1, 'PLANNED', 1, ?3
       FROM schedules s JOIN agents a ON a.id = s.agent_id JOIN json_each(?2) run WHERE s.creation_key = ?1`,
    ).bind(key, JSON.stringify(times), now),
    DB.prepare(
      `${JOBS} WHERE jobs.schedule_id = (SELECT id FROM schedules WHERE creation_key = ?) ORDER BY jobs.id`,
    ).bind(key),
  ]);
  return { ...asked, jobs: (results[3]?.results ?? []).map(wireJob) };
};

const jobsList: Call = async ({ DB }, path) => {
  const [jobs, history] = await DB.batch<JobRow & { job_id: number }>([
    DB.prepare(`${JOBS} WHERE jobs.project_id = ? ORDER BY jobs.id LIMIT 100`).bind(path[4]),
    DB.prepare(
      `SELECT * FROM job_history WHERE job_id IN
         (SELECT id FROM jobs WHERE project_id = ? ORDER BY id LIMIT 100) ORDER BY job_id, id`,
    ).bind(path[4]),
  ]);
  const histories = Map.groupBy(history?.results ?? [], ({ job_id }) => job_id);
  return (jobs?.results ?? []).map((row) => ({ ...wireJob(row), history: histories.get(row.id) ?? [] }));
};

const DAY_MS = 24 * 3_600_000;

/** The figures of the page and its lists, as JSON. */
const overview: Call = async ({ DB }) => {
  const since = Date.now() - DAY_MS;
  const few = (where: string) => `${JOBS} WHERE ${where} LIMIT 5`;
  const results = await DB.batch<Record<string, unknown>>([
    DB.prepare("SELECT checked_at FROM site"),
    DB.prepare("SELECT COUNT(*) AS rows FROM hosts WHERE presence = 'Online'"),
    DB.prepare("SELECT COUNT(*) AS rows FROM (SELECT 1 FROM hosts LIMIT 1001)"),
    DB.prepare("SELECT COUNT(*) AS rows FROM (SELECT 1 FROM jobs WHERE status = 'RUNNING' LIMIT 1001)"),
    DB.prepare("SELECT COUNT(*) AS rows FROM (SELECT 1 FROM jobs WHERE status = 'NOT_RUN' LIMIT 1001)"),
    DB.prepare(
      `SELECT COUNT(*) AS rows FROM
         (SELECT 1 FROM jobs WHERE status = 'FAILED' AND status_changed_at > ? LIMIT 1001)`,
    ).bind(since),
    DB.prepare(few("jobs.status = 'RUNNING'")),
    DB.prepare(few("jobs.status = 'NOT_RUN'")),
    DB.prepare(few("jobs.status = 'FAILED' AND jobs.status_changed_at > ?")).bind(since),
    DB.prepare(
      "SELECT day, status, SUM(jobs) AS jobs FROM outcomes WHERE project_id = 0 GROUP BY day, status",
    ),
  ]);
  return results.map((result) => result.results);
};

const CALLS: Record<string, Call> = {
  ping,
  "quiet poll": quietPoll,
  "unknown poll": unknownPoll,
  "full poll": fullPoll,
  report,
  register,
  schedule,
  "jobs list": jobsList,
  overview,
};

/** The other measure: what the framework costs with nothing behind it. */
const staticJson = new Hono().get("/static", (c) => c.json({ status: "ok" }));

/** The deployment's other objects, which no call of the floor uses. */
export class ProjectResults extends DurableObject {}
export class LiveUpdates extends DurableObject {}
export class TokenHosts extends DurableObject {}

export default {
  fetch: async (request, env) => {
    const call = CALLS[request.headers.get("bench-call") ?? ""];
    if (!call) return staticJson.fetch(request);
    return Response.json(await call(env, new URL(request.url).pathname.split("/"), request));
  },
} satisfies ExportedHandler<FloorEnv>;
