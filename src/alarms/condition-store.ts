import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import type { AlarmKind, SignKind } from "../database/enums.ts";
import {
  agentReady,
  hostReady,
  hostTakesJobs,
  scheduleOfJobReady,
  unexpired,
} from "../jobs/hand-out-store.ts";

/** When alarms are judged, and by what; times in milliseconds. */
export interface Judging {
  /** Epoch milliseconds. */
  at: number;
  /** How long a host may be silent: the time between two ticks. Work that is due within it counts as work. */
  windowMs: number;
  /** After how long a job that is due, the reports on a host and a schedule without a run need somebody. */
  jobWaitMs: number;
  reportsWaitMs: number;
  neverRanMs: number;
  /** Only the signs of this host; undefined: of all. */
  hostId?: number;
}

/** What raises the alarms of one kind, and what ends them. */
export interface Condition {
  /** Rows of project_id, subject_id, since and facts (JSON): what is to be raised. Bounded. */
  wanted: SQL;
  /** Whether the alarm `a` still holds. */
  holds: SQL;
}

/** The agents or schedules that one statement looks at, and signs. */
const MAX_WATCHED = 1000;
const MAX_SIGNS = 5000;
/** The open jobs of an agent that are looked through for one that can be handed out. */
const MAX_AHEAD = 50;
/** The due runs of a schedule that are looked through for one that began. */
const MAX_RUNS = 100;

/** What a tick looks at in turn: the rows of a table by id, from the one on that was looked at last. */
export type Watched = "agents" | "schedules";

const CURSORS: Record<Watched, SQL> = {
  agents: sql.raw("watched_agent_id"),
  schedules: sql.raw("watched_schedule_id"),
};

const sliceOf = (watched: Watched): SQL => sql`(SELECT * FROM ${sql.raw(watched)}
  WHERE id > (SELECT COALESCE(MAX(${CURSORS[watched]}), 0) FROM site WHERE id = 1) ORDER BY id LIMIT ${MAX_WATCHED})`;

/** Statements: go on behind the slice, or from the start after the last one; and read where that is. */
export const moveOn = (db: Database, watched: Watched, where: SQL) => {
  const cursor = CURSORS[watched];
  const next = sql`COALESCE((SELECT MAX(id) FROM ${sliceOf(watched)} HAVING COUNT(*) = ${MAX_WATCHED}), 0)`;
  return [
    db.write(sql`UPDATE site SET ${cursor} = ${next} WHERE id = 1 AND ${cursor} <> ${next} AND ${where}`),
    db.read<{ at: number }>(sql`SELECT ${cursor} AS at FROM site WHERE id = 1`),
  ] as const;
};

const named = (name: string, of: string) => sql.raw(`json_object('id', ${name}.id, 'name', ${name}.${of})`);
const HOST = named("h", "name");
const SCHEDULE = named("s", "schedule_name");

const RUNNING = sql.raw("run.status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND run.status = 'RUNNING'");

/**
 * The id of the oldest job of the agent `g` that is due at `until` and could be handed out; a run that is to be skipped
 * waits for nobody. What holds for all jobs of an agent is asked by `readyAt`.
 */
const oldestOf = (until: number, at: number): SQL => sql`(SELECT due.id FROM (
    SELECT * FROM jobs WHERE agent_id = g.id AND status IN ('PLANNED', 'NOT_RUN') AND scheduled_at <= ${until}
    ORDER BY scheduled_at, id LIMIT ${MAX_AHEAD}) due
  WHERE ${unexpired("due", at)} AND ${scheduleOfJobReady("due")} AND NOT (due.overlap = 'skip' AND EXISTS (
    SELECT 1 FROM jobs run WHERE run.schedule_id = due.schedule_id AND ${RUNNING})) LIMIT 1)`;

/** The agent `g` of a host in a project, on the host `own`, can be handed jobs. */
const readyAt = ({ hostId, projectId }: Place, at: number): SQL =>
  sql`g.host_id = ${hostId} AND g.project_id = ${projectId} AND ${agentReady("g")}
    AND ${hostReady("own")} AND ${hostTakesJobs("own", at)}`;

const AGENTS = sql.raw("agents g CROSS JOIN hosts own ON own.id = g.host_id");

/** The id of the oldest such job of a host in a project; null: none. */
const oldestAt = (place: Place, until: number, at: number): SQL => sql`(SELECT oldest.id
  FROM ${AGENTS} CROSS JOIN jobs oldest ON oldest.id = ${oldestOf(until, at)}
  WHERE ${readyAt(place, at)} ORDER BY oldest.scheduled_at, oldest.id LIMIT 1)`;

/** Whether there is one. */
const hasDue = (place: Place, until: number, at: number): SQL => sql`EXISTS (SELECT 1 FROM ${AGENTS}
  WHERE ${readyAt(place, at)} AND ${oldestOf(until, at)} IS NOT NULL)`;

interface Place {
  hostId: SQL;
  projectId: SQL;
}

const OF_ALARM: Place = { hostId: sql.raw("a.subject_id"), projectId: sql.raw("a.project_id") };
const OF_PLACE: Place = { hostId: sql.raw("place.host_id"), projectId: sql.raw("place.project_id") };
/** The same once its host is read, so that nothing more is read of a host that is not silent. */
const OF_HOST: Place = { hostId: sql.raw("h.id"), projectId: sql.raw("place.project_id") };

/** The hosts of the agents that are looked at, once for each project. */
const PLACES = sql`(SELECT DISTINCT watched.project_id, watched.host_id FROM ${sliceOf("agents")} watched
  WHERE ${agentReady("watched")})`;

const jobWaiting = ({ at, jobWaitMs }: Judging): Condition => {
  const until = at - jobWaitMs;
  return {
    wanted: sql`SELECT place.project_id, place.host_id AS subject_id, j.scheduled_at AS since, json_object(
        'message', 'Job ' || j.id || ' of schedule "' || s.schedule_name || '" waits past its time for host "' || h.name || '"',
        'host', ${HOST}, 'schedule', ${SCHEDULE}, 'job_id', j.id) AS facts
      FROM ${PLACES} place
      CROSS JOIN jobs j ON j.id = ${oldestAt(OF_PLACE, until, at)}
      CROSS JOIN hosts h ON h.id = place.host_id CROSS JOIN schedules s ON s.id = j.schedule_id`,
    holds: hasDue(OF_ALARM, until, at),
  };
};

const hostSilent = ({ at, windowMs }: Judging): Condition => {
  const silent = sql`h.presence = 'Offline' AND h.connected_at IS NULL AND ${hostReady("h")} AND COALESCE(h.last_ping_at, h.registered_at) < ${at - windowMs}`;
  const hasWork = (place: Place) => sql`(${hasDue(place, at + windowMs, at)} OR EXISTS (
    SELECT 1 FROM jobs run INDEXED BY jobs_running
    WHERE run.host_id = ${place.hostId} AND run.project_id = ${place.projectId} AND run.status = 'RUNNING'))`;
  return {
    wanted: sql`SELECT place.project_id, place.host_id AS subject_id, COALESCE(h.last_ping_at, h.registered_at) AS since,
        json_object('message', 'Host "' || h.name || '" is silent and has work', 'host', ${HOST}) AS facts
      FROM ${PLACES} place
      CROSS JOIN hosts h ON h.id = place.host_id WHERE ${silent} AND ${hasWork(OF_HOST)}`,
    holds: sql`EXISTS (SELECT 1 FROM hosts h WHERE h.id = a.subject_id AND ${silent}) AND ${hasWork(OF_ALARM)}`,
  };
};

const scheduleNeverRan = ({ at, neverRanMs }: Judging): Condition => {
  const due = (
    until: number,
  ) => sql`(SELECT scheduled_at, started_at, status_reason FROM jobs INDEXED BY jobs_by_schedule
    WHERE schedule_id = s.id AND scheduled_at <= ${until} ORDER BY scheduled_at DESC, run_number DESC LIMIT ${MAX_RUNS})`;
  // Runs that a blackout leaves out were not to begin; one that was skipped had another run going on.
  const never = sql`s.cron IS NOT NULL AND s.paused_at IS NULL AND s.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM ${due(at - neverRanMs)} WHERE status_reason IS NOT 'blackout')
    AND NOT EXISTS (SELECT 1 FROM ${due(at)} WHERE started_at IS NOT NULL OR status_reason = 'overlap')`;
  return {
    wanted: sql`SELECT s.project_id, s.id AS subject_id, (SELECT MIN(scheduled_at) FROM jobs WHERE schedule_id = s.id) AS since,
        json_object('message', 'Schedule "' || s.schedule_name || '" never ran', 'schedule', ${SCHEDULE}) AS facts
      FROM ${sliceOf("schedules")} s WHERE ${never}`,
    holds: sql`EXISTS (SELECT 1 FROM schedules s WHERE s.id = a.subject_id AND ${never})`,
  };
};

/** In SQL `||` binds more than `/` does. */
const SIGN_MESSAGES: Record<SignKind, string> = {
  disk_low: `'Host "' || h.name || '" takes no jobs: ' || ((sign.facts ->> 'free_bytes') / 1000000)
    || ' MB of its disk are free, and ' || ((sign.facts ->> 'least_bytes') / 1000000) || ' MB must be'`,
  clock_off: `'The clock of host "' || h.name || '" is ' || (ABS(sign.facts ->> 'offset_ms') / 1000)
    || iif((sign.facts ->> 'offset_ms') > 0, ' s ahead', ' s behind')`,
  reports_waiting: `'Reports wait on host "' || h.name || '" that the service did not take: ' || (sign.facts ->> 'reports')`,
};

const ofSign = (kind: SignKind, { at, reportsWaitMs, hostId }: Judging): Condition => {
  const until = kind === "reports_waiting" ? at - reportsWaitMs : at;
  const only = hostId === undefined ? sql`true` : sql`host_id = ${hostId}`;
  return {
    wanted: sql`SELECT place.project_id, sign.host_id AS subject_id, sign.since,
        json_object('message', ${sql.raw(SIGN_MESSAGES[kind])}, 'host', ${HOST}) AS facts
      FROM (SELECT * FROM host_signs WHERE kind = ${kind} AND ${only} LIMIT ${MAX_SIGNS}) sign
      CROSS JOIN hosts h ON h.id = sign.host_id
      CROSS JOIN agents place ON place.host_id = sign.host_id AND ${agentReady("place")}
      WHERE sign.since <= ${until} AND ${hostReady("h")}`,
    holds: sql`EXISTS (SELECT 1 FROM host_signs sign CROSS JOIN hosts h ON h.id = sign.host_id
      CROSS JOIN agents g ON g.host_id = sign.host_id WHERE sign.kind = ${kind} AND sign.host_id = a.subject_id
      AND g.project_id = a.project_id AND ${hostReady("h")} AND ${agentReady("g")})`,
  };
};

export const conditionOf = (kind: AlarmKind, judging: Judging): Condition => {
  switch (kind) {
    case "job_waiting":
      return jobWaiting(judging);
    case "host_silent":
      return hostSilent(judging);
    case "schedule_never_ran":
      return scheduleNeverRan(judging);
    default:
      return ofSign(kind, judging);
  }
};
