import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { z } from "zod";
import type { Ready } from "../world.ts";

/** A text without what differs from one run to the next: ids, numbers in names, guids, secrets. */
export const withoutIds = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "GUID")
    .replace(/muster_[a-z]+_[0-9a-f]+|whsec_[\w+/=]+/g, "SECRET")
    .replace(/\d+/g, "N");

const TABLES = [
  "projects",
  "hosts",
  "agents",
  "test_runs",
  "schedules",
  "jobs",
  "job_history",
  "tokens",
  "replays",
];
const COUNTS = `SELECT ${TABLES.map((table) => `(SELECT COUNT(*) FROM ${table}) AS ${table}`).join()}`;
const countsShape = z.record(z.string(), z.int());

/** How many rows each table has. */
export const countRows = async () => countsShape.parse(await env.DB.prepare(COUNTS).first());

const jobShape = z.object({
  id: z.int(),
  status: z.string(),
  attempt: z.int(),
  held: z.int(),
  results: z.string().nullable(),
});
const moveShape = z.object({
  job_id: z.int(),
  from_status: z.string(),
  to_status: z.string(),
  said: z.string(),
});
const rowsShape = z.array(z.looseObject({}));

/** What an object remembers of its leases, without ids and times. */
const leasesOf = (hostId: number) =>
  runInDurableObject(env.HOST.getByName(String(hostId)), (_, { storage }) =>
    rowsShape.parse(
      storage.sql
        .exec(
          "SELECT kind, attempt, accepted, ending, cancel_at IS NOT NULL AS cancel FROM leases ORDER BY job",
        )
        .toArray(),
    ),
  );

/** How many rows the object of a project's results has of each kind, and what R2 has of the project. */
const resultsOf = async (projectId: number) => ({
  rows: await runInDurableObject(
    env.PROJECT_RESULTS.getByName(String(projectId)),
    (_, { storage: { sql } }) =>
      ["runs", "reports", "tests", "results", "failures", "files", "uploads"].map(
        (table) => `${table} ${sql.exec(`SELECT COUNT(*) AS rows FROM ${table}`).one().rows}`,
      ),
  ),
  files: (await env.RESULTS.list({ prefix: `projects/${projectId}/` })).objects.map(({ key, size }) =>
    withoutIds(`${key} ${size}`),
  ),
});

/** A job's history leads from PLANNED to its status without a gap. */
const expectReplay = (status: string, moves: z.output<typeof moveShape>[]): void => {
  let at = "PLANNED";
  for (const { from_status, to_status } of moves) {
    expect(from_status, JSON.stringify(moves)).toBe(at);
    at = to_status;
  }
  expect(status, JSON.stringify(moves)).toBe(at);
};

/**
 * All that is stored of a host and its project, and how many rows each table has over `before`, without ids.
 * Each job's history is seen to lead to its status.
 */
export const pictureOf = async ({ projectId, hostId }: Ready, before: Record<string, number>) => {
  const of = (sql: string, id: number) => env.DB.prepare(sql).bind(id);
  const [counts, jobs, moves, agents, host] = await env.DB.batch([
    env.DB.prepare(COUNTS),
    of(
      "SELECT id, status, attempt, holder IS NOT NULL AS held, results FROM jobs WHERE project_id = ? ORDER BY id",
      projectId,
    ),
    of(
      `SELECT job_id, from_status, to_status, attempt || ' ' || by || ' ' || COALESCE(reason, '') AS said
       FROM job_history WHERE job_id IN (SELECT id FROM jobs WHERE project_id = ?) ORDER BY id`,
      projectId,
    ),
    of("SELECT name, framework_id, active, deleted_at FROM agents WHERE host_id = ? ORDER BY id", hostId),
    of(
      `SELECT name, presence, last_ping_at, previous_ping_at, registered_at, retired_at
       FROM hosts WHERE id = ?`,
      hostId,
    ),
  ]);
  const history = z.array(moveShape).parse(moves?.results);
  const seen = z.array(jobShape).parse(jobs?.results);
  for (const { id, status } of seen) {
    expectReplay(
      status,
      history.filter(({ job_id }) => job_id === id),
    );
  }
  const [now = {}] = z.array(countsShape).parse(counts?.results);
  return {
    jobs: seen.map(({ id: _, ...job }) => job),
    found: seen.some(({ results }) => results !== null) ? await resultsOf(projectId) : undefined,
    history: history.map(({ from_status, to_status, said }) =>
      withoutIds(`${from_status} ${to_status} ${said}`),
    ),
    agents: withoutIds(JSON.stringify(agents?.results)),
    host: withoutIds(JSON.stringify(host?.results)),
    leases: await leasesOf(hostId),
    rows: TABLES.map((table) => `${table} +${(now[table] ?? 0) - (before[table] ?? 0)}`),
  };
};
