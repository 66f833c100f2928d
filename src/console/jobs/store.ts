import { type SQL, sql } from "drizzle-orm";
import { knownTo } from "../../access/known-store.ts";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import type { JobStatus } from "../../database/enums.ts";
import { hosts } from "../../database/schema.ts";
import { inScope, visibleProjects } from "../project-store.ts";
import {
  byIndex,
  type EndedWithin,
  endedScan,
  endedWithin,
  type IndexScan,
  MAX_SCANNED,
  runningScan,
  waitingScan,
  waitsAt,
} from "./scan-store.ts";

const PAGE = 25;

/** Filters of the job list; epoch milliseconds. */
export interface JobFilter {
  id: number | undefined;
  /** Part of the name of its schedule. */
  search: string;
  projectId: number | undefined;
  hostId: number | undefined;
  agentId: number | undefined;
  scheduleId: number | undefined;
  status: JobStatus | undefined;
  /** Scheduled at or after. */
  from: number | undefined;
  /** Scheduled before. */
  to: number | undefined;
  /** Changed to its status after. */
  changedAfter: number | undefined;
  /** Waiting at this time, which is not before theirs. */
  waitingAt: number | undefined;
  ended: EndedWithin | undefined;
  /** Newest first; or next due, or oldest, first. */
  order: "newest" | "next" | "oldest";
  /** By the scheduled time (or what the index of the filter has), or by when they were made. */
  sort: "time" | "id";
  /** The last row of the previous page. */
  after: { at: number; id: number } | undefined;
}

export interface ListedJob {
  id: number;
  projectId: number;
  projectName: string;
  status: JobStatus;
  scheduledAt: number;
  startedAt: number | null;
  /** When the job was offered to the process that took it, and when that began the tests, if known. */
  offeredAt: number | null;
  begunAt: number | null;
  statusChangedAt: number;
  statusReason: string | null;
  attempt: number;
  hostId: number;
  hostName: string;
  agentName: string;
  /** Null once the agent was removed. */
  agentId: number | null;
  scheduleId: number;
  scheduleName: string;
  /** 1 if the process that runs it may be gone. */
  needsAttention: number;
  /** The value that orders the list. */
  place: number;
}

const when = (value: number | undefined, condition: (value: number) => SQL): SQL =>
  value === undefined ? sql`true` : condition(value);

/** Every filter uses one index, in whose order the page comes, so that the rows read are bounded. */
const scanOf = (filter: JobFilter): IndexScan => {
  const { id, scheduleId, hostId, agentId, projectId, status, from, to, changedAfter, waitingAt, ended } =
    filter;
  if (id !== undefined)
    return { index: "", from: sql`jobs job`, within: sql`job.id = ${id}`, by: "scheduled_at" };
  if (filter.sort === "id" && projectId !== undefined)
    return byIndex("jobs_by_project", sql`job.project_id = ${projectId}`, "id");
  if (filter.sort === "id") return { index: "", from: sql`jobs job`, within: sql`true`, by: "id" };
  if (scheduleId !== undefined) return byIndex("jobs_by_schedule", sql`job.schedule_id = ${scheduleId}`);
  if (status === "RUNNING") return runningScan();
  if (waitingAt !== undefined) return waitingScan(waitingAt, hostId);
  if (agentId !== undefined) {
    const host = sql`(SELECT host_id FROM agents WHERE agents.id = ${agentId})`;
    return byIndex("jobs_by_host_time", sql`job.host_id = ${host}`);
  }
  if (hostId !== undefined) return byIndex("jobs_by_host_time", sql`job.host_id = ${hostId}`);
  if (ended !== undefined)
    return endedScan(ended, { isNewest: filter.order === "newest", after: filter.after?.at });
  if (status === "NOT_RUN") return byIndex("jobs_not_run", sql`job.status = 'NOT_RUN'`);
  if (status === "FAILED" && from === undefined && to === undefined)
    return byIndex(
      "jobs_failed",
      sql`job.status = 'FAILED' AND ${when(changedAfter, (after) => sql`job.status_changed_at > ${after}`)}`,
      "status_changed_at",
    );
  if (projectId !== undefined) return byIndex("jobs_by_project_time", sql`job.project_id = ${projectId}`);
  return byIndex("jobs_by_time", sql`true`);
};

/** The conditions that the index does not cover; undefined if there are none. A plus keeps SQLite from making an index for what few rows it looks through. */
const conditionsOf = (filter: JobFilter, scan: IndexScan): SQL | undefined => {
  const { projectId, agentId, hostId, scheduleId, status, changedAfter, search, from, to } = filter;
  const { waitingAt, ended } = filter;
  const name = sql`(SELECT named.schedule_name FROM schedules named WHERE named.id = job.schedule_id)`;
  const rest = [
    ...(search === "" ? [] : [sql`instr(lower(${name}), lower(${search})) > 0`]),
    ...(scheduleId === undefined || scan.index === "jobs_by_schedule"
      ? []
      : [sql`+job.schedule_id = ${scheduleId}`]),
    ...(projectId === undefined || ["jobs_by_project_time", "jobs_by_project"].includes(scan.index)
      ? []
      : [sql`+job.project_id = ${projectId}`]),
    ...(agentId === undefined ? [] : [sql`+job.agent_id = ${agentId}`]),
    ...(hostId === undefined ? [] : [sql`+job.host_id = ${hostId}`]),
    ...(status === undefined || ["jobs_failed", "jobs_not_run", "jobs_running"].includes(scan.index)
      ? []
      : [sql`+job.status = ${status}`]),
    ...(changedAfter === undefined || scan.index === "jobs_failed"
      ? []
      : [sql`job.status_changed_at > ${changedAfter}`]),
    ...(waitingAt === undefined || scan.index === "waiting" ? [] : [waitsAt(waitingAt)]),
    ...(ended === undefined ? [] : [endedWithin(ended)]),
    ...(from === undefined || scan.by !== "id" ? [] : [sql`job.scheduled_at >= ${from}`]),
    ...(to === undefined || scan.by !== "id" ? [] : [sql`job.scheduled_at < ${to}`]),
  ];
  return rest.length === 0 ? undefined : sql.join(rest, sql` AND `);
};

/** The rows that are looked through for a filter, in the order of the list, and what else they must be. */
export const scannedJobs = (filter: JobFilter) => {
  const scan = scanOf(filter);
  const by = sql.raw(scan.by);
  const [direction, behind] = filter.order === "newest" ? [sql`DESC`, sql`<`] : [sql`ASC`, sql`>`];
  const bound = (at: number | undefined, condition: (at: number) => SQL) =>
    when(scan.by === "id" ? undefined : at, condition);
  const within = sql.join(
    [
      scan.within,
      bound(filter.from, (from) => sql`job.scheduled_at >= ${from}`),
      bound(filter.to, (to) => sql`job.scheduled_at < ${to}`),
      filter.after ? sql`(job.${by}, job.id) ${behind} (${filter.after.at}, ${filter.after.id})` : sql`true`,
    ],
    sql` AND `,
  );
  const order = sql`ORDER BY job.${by} ${direction}, job.id ${direction}`;
  const scanned = sql`SELECT job.* FROM ${scan.from} WHERE ${within} ${order}`;
  return { scanned, sortedBy: scan.by, by, order, rest: conditionsOf(filter, scan) };
};

/** A page of jobs, its last row, and the names of the filtered objects. */
export const readJobList = async (db: Database, actor: Actor, filter: JobFilter) => {
  const { scanned, sortedBy, by, order, rest } = scannedJobs(filter);
  const scoped = inScope(actor, "project_id");
  const limit = rest === undefined ? PAGE + 1 : MAX_SCANNED;
  const found = sql`SELECT * FROM (${scanned} LIMIT ${limit}) job WHERE ${rest ?? sql`true`} LIMIT ${PAGE + 1}`;
  const [rows, last, projects, host, agent, schedule] = await db.batch([
    db.read<ListedJob>(sql`
      SELECT job.id, job.project_id AS projectId, p.name AS projectName, job.status,
        job.scheduled_at AS scheduledAt, job.started_at AS startedAt, job.offered_at AS offeredAt, job.begun_at AS begunAt, job.status_changed_at AS statusChangedAt,
        job.status_reason AS statusReason, job.attempt, job.host_id AS hostId, h.name AS hostName,
        a.name AS agentName, iif(a.deleted_at IS NULL, a.id, NULL) AS agentId, job.schedule_id AS scheduleId, s.schedule_name AS scheduleName, job.${by} AS place,
        (job.status = 'RUNNING' AND job.doubted_at IS NOT NULL) AS needsAttention
      FROM (${found}) job
      CROSS JOIN projects p ON p.id = job.project_id CROSS JOIN hosts h ON h.id = job.host_id
      CROSS JOIN agents a ON a.id = job.agent_id CROSS JOIN schedules s ON s.id = job.schedule_id
      ${order}`),
    db.read<{ place: number; id: number }>(sql`
      SELECT ${by} AS place, id FROM (${scanned} LIMIT 1 OFFSET ${MAX_SCANNED - 1})
      WHERE ${rest !== undefined} AND (SELECT COUNT(*) FROM (${found})) <= ${PAGE}`),
    visibleProjects(db, actor),
    db.read<{ name: string }>(
      sql`SELECT name FROM ${hosts} WHERE id = ${filter.hostId ?? 0} AND ${knownTo(actor) ?? sql`true`}`,
    ),
    db.read<{ name: string }>(sql`SELECT name FROM agents WHERE id = ${filter.agentId ?? 0} AND ${scoped}`),
    db.read<{ name: string }>(
      sql`SELECT schedule_name AS name FROM schedules WHERE id = ${filter.scheduleId ?? 0} AND ${scoped}`,
    ),
  ]);
  const shown = rows.slice(0, PAGE);
  return {
    rows: shown,
    sortedBy,
    next: rows.length > PAGE ? shown.at(-1) : last[0],
    projects,
    names: { host: host[0]?.name, agent: agent[0]?.name, schedule: schedule[0]?.name },
  };
};
