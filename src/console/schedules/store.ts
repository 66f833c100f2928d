import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { knownTo } from "../../access/known-store.ts";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import type { JobStatus } from "../../database/enums.ts";
import { hosts, schedules } from "../../database/schema.ts";
import { closedSpansOf } from "../../schedules/blackout-store.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { inScope, visibleProjects } from "../project-store.ts";
import { scheduleLane } from "../timeline/lane-store.ts";
import type { TimeWindow } from "../timeline/window.ts";

const PAGE = 25;
/** The maximum of schedules that one page scans for matches. */
const MAX_SCANNED = 500;
/** The maximum of schedules of one host or agent among which a page is. */
const MAX_OF_AGENTS = 2000;
const MAX_MARKS = 20;
const MAX_JOBS = 30;
const MAX_COMING = 10;
const MAX_MATERIALS = 100;
/** How far ahead a schedule's page tells of blackouts. */
const AHEAD_MS = 31 * DAY_MS;

export interface ScheduleFilter {
  projectId: number | undefined;
  hostId: number | undefined;
  agentId: number | undefined;
  /** A substring of the name. */
  search: string;
  /** The id that the search is, if it is one: that schedule is found wherever it stands. */
  id: number | undefined;
  state: "active" | "paused" | undefined;
  /** By when they were made, or by name. */
  order: "newest" | "oldest" | "az" | "za";
  /** The last schedule of the previous page. Its name counts in lists by name alone. */
  after: { id: number; name: string } | undefined;
}

interface ListedSchedule {
  id: number;
  projectId: number;
  projectName: string;
  name: string;
  cron: string | null;
  timeZone: string;
  startAt: number | null;
  pausedAt: number | null;
  pauseNote: string | null;
  agentName: string;
  agentActive: number;
  hostId: number;
  hostName: string;
  /** The scheduled time of its first unstarted job. */
  nextAt: number | null;
  /** JSON: its last jobs, newest first. */
  marks: string;
}

const LISTED = sql`s.id, s.project_id AS projectId, p.name AS projectName, s.schedule_name AS name, s.cron,
  s.time_zone AS timeZone, s.start_at AS startAt, s.paused_at AS pausedAt, s.pause_note AS pauseNote,
  a.name AS agentName, a.active AS agentActive, a.host_id AS hostId, h.name AS hostName`;
const NAMES = sql`CROSS JOIN projects p ON p.id = s.project_id CROSS JOIN agents a ON a.id = s.agent_id
  CROSS JOIN hosts h ON h.id = a.host_id`;

/** The statuses of unstarted jobs. Each has its own lookup, so that an index gives the first rows. */
const WAITING: readonly JobStatus[] = ["PLANNED", "NOT_RUN"];

/** The condition for one status, written so that SQLite uses the index of unended jobs. */
const unendedAs = (status: JobStatus): SQL =>
  sql.raw(`status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND status = '${status}'`);

const NEXT = sql`(SELECT MIN(at) FROM (${sql.join(
  WAITING.map(
    (status) =>
      sql`SELECT MIN(scheduled_at) AS at FROM jobs INDEXED BY jobs_unended_by_schedule WHERE schedule_id = s.id AND ${unendedAs(status)}`,
  ),
  sql` UNION ALL `,
)}))`;

const marksOf = (
  now: number,
): SQL => sql`(SELECT json_group_array(json_object('id', id, 'status', status, 'at', scheduled_at))
  FROM (SELECT id, status, scheduled_at FROM jobs INDEXED BY jobs_by_schedule WHERE schedule_id = s.id
    AND scheduled_at <= ${now} ORDER BY scheduled_at DESC LIMIT ${MAX_MARKS}))`;

type Order = ScheduleFilter["order"];

const isByName = (order: Order): boolean => order === "az" || order === "za";
const isFalling = (order: Order): boolean => order === "newest" || order === "za";

const sortedBy = (order: Order, table: "schedules" | "s"): SQL => {
  const [of, direction] = [sql.raw(table), sql.raw(isFalling(order) ? "DESC" : "ASC")];
  const byName = isByName(order) ? sql`${of}.schedule_name COLLATE NOCASE ${direction}, ` : sql``;
  return sql`${byName}${of}.id ${direction}`;
};

const behindOf = (order: Order, { id, name }: { id: number; name: string }): SQL => {
  const beyond = sql.raw(isFalling(order) ? "<" : ">");
  return isByName(order)
    ? sql`(schedule_name COLLATE NOCASE, id) ${beyond} (${name}, ${id})`
    : sql`id ${beyond} ${id}`;
};

/** The index that has a list's order; without one, the table has it. */
const indexOf = (order: Order, isOfProject: boolean): SQL => {
  if (isByName(order))
    return sql.raw(`INDEXED BY ${isOfProject ? "schedules_of_project_by_name" : "schedules_by_name"}`);
  return sql.raw(isOfProject ? "INDEXED BY schedules_by_project" : "");
};

/** The schedules of the agent or the host of a filter; undefined without one. */
const ofAgents = ({ hostId, agentId }: ScheduleFilter): SQL | undefined => {
  if (hostId === undefined && agentId === undefined) return undefined;
  const conditions = [
    ...(agentId === undefined ? [] : [sql`agents.id = ${agentId}`]),
    ...(hostId === undefined ? [] : [sql`agents.host_id = ${hostId}`]),
  ];
  return sql`(SELECT schedules.* FROM agents CROSS JOIN schedules INDEXED BY schedules_by_agent
    ON schedules.agent_id = agents.id WHERE ${sql.join(conditions, sql` AND `)} LIMIT ${MAX_OF_AGENTS}) schedules`;
};

/** The schedules that are looked through for a filter, in its order, and those of them that match it. */
export const scannedSchedules = (filter: ScheduleFilter) => {
  const { projectId, search, id, state, order, after } = filter;
  const ofProject = projectId === undefined ? sql`true` : sql`project_id = ${projectId}`;
  const from = ofAgents(filter) ?? sql`schedules ${indexOf(order, projectId !== undefined)}`;
  const scanned = sql`SELECT * FROM ${from} WHERE ${ofProject}
    AND ${after === undefined ? sql`true` : behindOf(order, after)} ORDER BY ${sortedBy(order, "schedules")}`;
  const named = sql`instr(lower(schedule_name), lower(${search}))`;
  const wanted = sql`deleted_at IS NULL
    AND ${search === "" ? sql`true` : id === undefined ? named : sql`(id = ${id} OR ${named})`}
    AND ${state === undefined ? sql`true` : state === "paused" ? sql`paused_at IS NOT NULL` : sql`paused_at IS NULL`}`;
  // Only the first page has the schedule of the searched id.
  const ofId = sql`SELECT * FROM ${ofAgents(filter) ?? sql`schedules`} WHERE id = ${after === undefined ? (id ?? 0) : 0} AND ${ofProject}`;
  const all =
    id === undefined
      ? sql`${scanned} LIMIT ${MAX_SCANNED}`
      : sql`SELECT * FROM (${ofId}) UNION ALL SELECT * FROM (${scanned} LIMIT ${MAX_SCANNED}) schedules WHERE id <> ${id}`;
  return { scanned, found: sql`SELECT * FROM (${all}) WHERE ${wanted}` };
};

/** A page of schedules, and the last row of it or of those looked through. */
export const readScheduleList = async (
  db: Database,
  actor: Actor,
  { filter, now }: { filter: ScheduleFilter; now: number },
) => {
  const { scanned, found: matching } = scannedSchedules(filter);
  const found = sql`${matching} LIMIT ${PAGE + 1}`;
  const [rows, last, projects, host, agent] = await db.batch([
    db.read<ListedSchedule>(sql`
      SELECT ${LISTED}, ${NEXT} AS nextAt, ${marksOf(now)} AS marks
      FROM (${found}) s ${NAMES}
      ORDER BY ${sortedBy(filter.order, "s")}`),
    db.read<{ id: number; name: string }>(sql`
      SELECT id, schedule_name AS name FROM (${scanned} LIMIT 1 OFFSET ${MAX_SCANNED - 1})
      WHERE (SELECT COUNT(*) FROM (${found})) <= ${PAGE}`),
    visibleProjects(db, actor),
    db.read<{ name: string }>(
      sql`SELECT name FROM ${hosts} WHERE id = ${filter.hostId ?? 0} AND ${knownTo(actor) ?? sql`true`}`,
    ),
    db.read<{ name: string }>(
      sql`SELECT name FROM agents WHERE id = ${filter.agentId ?? 0} AND ${inScope(actor, "project_id")}`,
    ),
  ]);
  const shown = rows.slice(0, PAGE);
  const names = { host: host[0]?.name, agent: agent[0]?.name };
  return { rows: shown, next: rows.length > PAGE ? shown.at(-1) : last[0], projects, names };
};

export interface ScheduleJob {
  id: number;
  status: JobStatus;
  scheduledAt: number;
  statusReason: string | null;
}

const JOB = sql`id, status, scheduled_at AS scheduledAt, status_reason AS statusReason`;

/** Statement: a schedule's jobs that were due before `now` and still wait, and its later ones. */
const comingOf = (db: Database, id: number, now: number) => {
  const columns = sql`id, status, scheduled_at, status_reason, run_number`;
  const first = (index: string, matching: SQL) => sql`SELECT * FROM (
    SELECT ${columns} FROM jobs INDEXED BY ${sql.raw(index)} WHERE schedule_id = ${id} AND ${matching}
    ORDER BY scheduled_at LIMIT ${MAX_COMING})`;
  const parts = [
    ...WAITING.map((status) =>
      first("jobs_unended_by_schedule", sql`${unendedAs(status)} AND scheduled_at <= ${now}`),
    ),
    first("jobs_by_schedule", sql`scheduled_at > ${now}`),
  ];
  return db.read<ScheduleJob>(sql`SELECT ${JOB} FROM (${sql.join(parts, sql` UNION ALL `)}) coming
    ORDER BY scheduled_at, run_number LIMIT ${MAX_COMING}`);
};

/** Everything on a schedule's page, in one round trip. */
export const readSchedulePage = async (
  db: Database,
  { projectId, id, now, window }: { projectId: number; id: number; now: number; window: TimeWindow },
) => {
  const [found, names, past, coming, materials, lane, closed] = await db.batch([
    db.build
      .select()
      .from(schedules)
      .where(and(eq(schedules.id, id), eq(schedules.projectId, projectId), isNull(schedules.deletedAt))),
    db.read<{
      projectName: string;
      agentName: string;
      agentActive: number;
      hostId: number;
      hostName: string;
      testRuns: number;
    }>(sql`
      SELECT p.name AS projectName, a.name AS agentName, a.active AS agentActive, a.host_id AS hostId,
        h.name AS hostName, json_array_length(m.materials) AS testRuns
      FROM schedules s ${NAMES} CROSS JOIN snapshots m ON m.id = s.snapshot_id WHERE s.id = ${id}`),
    db.read<ScheduleJob>(sql`
      SELECT ${JOB} FROM jobs INDEXED BY jobs_by_schedule WHERE schedule_id = ${id} AND scheduled_at <= ${now}
      ORDER BY scheduled_at DESC, run_number DESC LIMIT ${MAX_JOBS}`),
    comingOf(db, id, now),
    db.read<{ id: number; name: string; content: string }>(sql`
      SELECT material.value ->> 'test_run_id' AS id, material.value ->> 'test_case_name' AS name,
        material.value ->> 'automation_content' AS content
      FROM snapshots, json_each(snapshots.materials) material
      WHERE snapshots.id = (SELECT snapshot_id FROM schedules WHERE id = ${id} AND project_id = ${projectId})
      LIMIT ${MAX_MATERIALS}`),
    scheduleLane(db, { id, window }),
    closedSpansOf(db, projectId, { from: now, until: now + AHEAD_MS }),
  ]);
  return { schedule: found[0], names: names[0], past, coming, materials, lane: lane[0], closed };
};
