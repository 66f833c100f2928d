import { type SQL, sql } from "drizzle-orm";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import type { Presence } from "../../database/enums.ts";
import { inScope } from "../project-store.ts";
import type { TimeWindow } from "./window.ts";

/** The maximum of jobs that a lane reads until now, beside others and alone on its page, and of those in progress. */
const MAX_PAST = 150;
const MAX_PAST_ALONE = 500;
const MAX_RUNNING = 20;
/** The maximum of presence changes of one lane. */
export const MAX_TURNS = 120;
/** How many of a schedule's last runs tell its usual length. */
const RECENT_RUNS = 5;

/** Which jobs are those of a lane. */
export interface LaneSource {
  /** The index that begins with `own`, then the scheduled time. */
  index: "jobs_by_host_time" | "jobs_by_schedule";
  /** The conditions that the index covers, and those that find what runs. */
  own: SQL;
  running: SQL;
  /** What else must hold of the lane's jobs. */
  among: SQL;
  limits: PartLimits;
}

export const ofHost = (hostId: SQL, { among, limits }: Pick<LaneSource, "among" | "limits">): LaneSource => ({
  index: "jobs_by_host_time",
  own: sql`host_id = ${hostId}`,
  running: sql`host_id = ${hostId} AND status = 'RUNNING'`,
  among,
  limits,
});

const ofSchedule = (scheduleId: SQL): LaneSource => ({
  index: "jobs_by_schedule",
  own: sql`schedule_id = ${scheduleId}`,
  running: sql`schedule_id = ${scheduleId} AND status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND status = 'RUNNING'`,
  among: sql`true`,
  limits: ALONE,
});

/** Which part of the jobs that a lane reads a job is of. */
export const PARTS = ["past", "ahead", "before", "running"] as const;
type Part = (typeof PARTS)[number];
export type PartLimits = Readonly<Record<Part, number>>;
export const BESIDE_OTHERS: PartLimits = { past: MAX_PAST, ahead: 40, before: 10, running: MAX_RUNNING };
export const ALONE: PartLimits = { ...BESIDE_OTHERS, past: MAX_PAST_ALONE, ahead: 100 };

/** How long a schedule's last runs took on average; only asked of jobs that have not ended. */
const usual = (
  now: number,
): SQL => sql`IIF(job.status IN ('PLANNED', 'NOT_RUN', 'RUNNING'), (SELECT AVG(took) FROM (
  SELECT IIF(recent.status = 'COMPLETED', recent.status_changed_at - recent.started_at, NULL) AS took
  FROM jobs recent INDEXED BY jobs_by_schedule
  WHERE recent.schedule_id = job.schedule_id AND recent.scheduled_at <= ${now}
  ORDER BY recent.scheduled_at DESC LIMIT ${RECENT_RUNS})), NULL)`;

/**
 * The jobs that a lane reads for a window, as JSON that `lane-jobs.ts` reads. Those nearest to now come first. What began
 * before the window is looked for among what runs and the last few jobs before it. `among` is told and not filtered by,
 * so that it is known where the reading ended.
 */
export const laneJobs = (
  { index, own, running, among, limits }: LaneSource,
  { from, to, now }: TimeWindow,
): SQL => {
  const present = Math.min(Math.max(now + 1, from), to);
  const columns = sql`id, project_id, agent_id, schedule_id, status, scheduled_at, started_at, status_changed_at, doubted_at`;
  const scan = (part: Part, within: SQL, order: SQL) => sql`SELECT * FROM (
    SELECT ${part} AS part, ${columns} FROM jobs INDEXED BY ${sql.raw(index)} WHERE ${own} AND ${within}
    ORDER BY scheduled_at ${order} LIMIT ${limits[part]})`;
  return sql`(SELECT json_group_array(json_array(job.part, ${among}, job.id, job.project_id, job.agent_id,
      job.schedule_id, s.schedule_name, job.status, job.scheduled_at, job.started_at, job.status_changed_at,
      job.doubted_at IS NOT NULL, ${usual(now)}))
    FROM (${scan("past", sql`scheduled_at >= ${from} AND scheduled_at < ${present}`, sql`DESC`)}
      UNION ALL ${scan("ahead", sql`scheduled_at >= ${present} AND scheduled_at < ${to}`, sql`ASC`)}
      UNION ALL ${scan("before", sql`scheduled_at < ${from}`, sql`DESC`)}
      UNION ALL SELECT * FROM (SELECT 'running' AS part, ${columns} FROM jobs
        WHERE ${running} LIMIT ${limits.running})) job
    CROSS JOIN schedules s ON s.id = job.schedule_id)`;
};

/** A host's presence changes that matter to a window, as JSON, oldest first: the last one before it, and those after. */
export const laneTurns = (hostId: SQL, { from, checkMs }: TimeWindow): SQL => {
  const judged = from + checkMs;
  const scan = (
    within: SQL,
    order: SQL,
    limit: number,
  ) => sql`SELECT * FROM (SELECT at, presence FROM presence_history
    WHERE host_id = ${hostId} AND ${within} ORDER BY at ${order} LIMIT ${limit})`;
  return sql`(SELECT json_group_array(json_object('at', at, 'presence', presence)) FROM (
    ${scan(sql`at <= ${judged}`, sql`DESC`, 1)} UNION ALL ${scan(sql`at > ${judged}`, sql`ASC`, MAX_TURNS)}))`;
};

/** A host as a lane's presence needs it. */
export const LANE_HOST = sql`hosts.id AS hostId, hosts.name AS hostName, hosts.presence, hosts.registered_at AS registeredAt,
  NULLIF(MAX(IFNULL(hosts.last_ping_at, 0), IFNULL(hosts.connected_at, 0)), 0) AS heardAt`;

export interface LaneRow {
  hostId: number;
  hostName: string;
  presence: Presence;
  registeredAt: number;
  heardAt: number | null;
  /** JSON. */
  jobs: string;
  turns: string;
}

/** Statement: a host's lane. */
export const hostLane = (
  db: Database,
  actor: Actor,
  { hostId, window }: { hostId: number; window: TimeWindow },
) =>
  db.read<LaneRow>(sql`
    SELECT ${LANE_HOST}, ${laneJobs(ofHost(sql`hosts.id`, { among: inScope(actor, "job.project_id"), limits: ALONE }), window)} AS jobs,
      ${laneTurns(sql`hosts.id`, window)} AS turns
    FROM hosts WHERE hosts.id = ${hostId}`);

/** Statement: the lane of one agent of a host. */
export const agentLane = (
  db: Database,
  { hostId, agentId, window }: { hostId: number; agentId: number; window: TimeWindow },
) =>
  db.read<LaneRow>(sql`
    SELECT ${LANE_HOST}, ${laneJobs(ofHost(sql`hosts.id`, { among: sql`job.agent_id = ${agentId}`, limits: ALONE }), window)} AS jobs,
      ${laneTurns(sql`hosts.id`, window)} AS turns
    FROM hosts WHERE hosts.id = ${hostId}`);

/** Statement: a schedule's lane, with the presence of its agent's host. */
export const scheduleLane = (db: Database, { id, window }: { id: number; window: TimeWindow }) =>
  db.read<LaneRow>(sql`
    SELECT ${LANE_HOST}, ${laneJobs(ofSchedule(sql`own.id`), window)} AS jobs,
      ${laneTurns(sql`hosts.id`, window)} AS turns
    FROM schedules own CROSS JOIN agents agent ON agent.id = own.agent_id
    CROSS JOIN hosts ON hosts.id = agent.host_id WHERE own.id = ${id}`);
