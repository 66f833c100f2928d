import { and, eq, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import type { JobStatus } from "../database/enums.ts";
import type { Bound } from "../database/prepared.ts";
import { agents, jobHistory, jobs, snapshots } from "../database/schema.ts";
import { reading } from "../database/statement.ts";
import { agentReady, canBeHandedOut, unexpired } from "./hand-out-store.ts";

/**
 * A condition on a job's status in exactly the words of the schema's partial indexes: literals, a single one
 * with `=`. SQLite uses a partial index only if the statement repeats its condition.
 */
export const statusIn = (statuses: readonly JobStatus[]): SQL => {
  const literals = statuses.map((status) => `'${status}'`);
  return literals.length === 1
    ? sql`${jobs.status} = ${sql.raw(literals.join())}`
    : sql`${jobs.status} IN (${sql.raw(literals.join(", "))})`;
};

/** A job that has not ended; the condition of the partial index over a schedule's jobs. */
export const unended = statusIn(["PLANNED", "NOT_RUN", "RUNNING"]);

/** The same condition for a job named `other`. */
const UNENDED = sql.raw("other.status IN ('PLANNED', 'NOT_RUN', 'RUNNING')");

/** A run counts as running at `now`: it is not in doubt, or not for longer than its schedule allows. `run` is its name in the statement. */
export const countsAsRunning = (run: string, now: Bound<number>): SQL => {
  const doubtedAt = sql.raw(`${run}.doubted_at`);
  return sql`(${doubtedAt} IS NULL OR ${doubtedAt} > ${now} - 60000 * (SELECT doubting.stale_minutes
    FROM schedules doubting WHERE doubting.id = ${sql.raw(run)}.schedule_id))`;
};

/** Another job of the same schedule runs at `now`. */
export const runsBeside = (now: Bound<number>) => sql`EXISTS (SELECT 1 FROM jobs other
  WHERE other.schedule_id = ${jobs.scheduleId} AND ${UNENDED} AND other.status = 'RUNNING' AND other.id <> ${jobs.id}
  AND ${countsAsRunning("other", now)})`;

/** The host that jobs are read for, and from which time on; epoch milliseconds. `among` limits its agents. */
export interface HandOut {
  hostId: Bound<number>;
  from: Bound<number>;
  now: Bound<number>;
  among: (agentId: SQL) => SQL | undefined;
}

/** An earlier job of the same schedule waits that the same host can be handed now. */
export const waitsBehind = ({ hostId, from, now, among }: HandOut): SQL => {
  const agent = sql.raw("other_agent.id");
  return sql`EXISTS (SELECT 1 FROM jobs other CROSS JOIN agents other_agent ON other_agent.id = other.agent_id
    WHERE other.schedule_id = ${jobs.scheduleId} AND ${UNENDED} AND other.status IN ('PLANNED', 'NOT_RUN')
    AND other.overlap = ${jobs.overlap} AND other.scheduled_at >= ${from}
    AND (other.scheduled_at, other.id) < (${jobs.scheduledAt}, ${jobs.id})
    AND other_agent.host_id = ${hostId} AND ${and(agentReady("other_agent"), unexpired("other", now), among(agent))})`;
};

/** The id of the run that a job which may not overlap waits for at `now`; null: none. */
export const runAhead = (now: number) => sql<
  number | null
>`(SELECT other.id FROM jobs other WHERE ${jobs.overlap} = 'skip'
  AND other.schedule_id = ${jobs.scheduleId} AND ${UNENDED} AND other.status = 'RUNNING' AND other.id <> ${jobs.id}
  AND ${countsAsRunning("other", now)} LIMIT 1)`;

/** The id of the job that must begin before one which may not overlap at `now`; null: none. */
export const jobAhead = (now: number) => sql<number | null>`(SELECT other.id FROM jobs other
  WHERE ${jobs.overlap} = 'skip' AND other.schedule_id = ${jobs.scheduleId} AND ${UNENDED}
  AND other.status IN ('PLANNED', 'NOT_RUN') AND other.overlap = 'skip' AND other.host_id = ${jobs.hostId}
  AND (other.scheduled_at, other.id) < (${jobs.scheduledAt}, ${jobs.id}) AND ${canBeHandedOut("other", now)} LIMIT 1)`;

/** What identifies a job and its state, in every read of jobs. */
export const JOB_KEYS = {
  id: jobs.id,
  projectId: jobs.projectId,
  hostId: jobs.hostId,
  agentId: jobs.agentId,
  scheduleId: jobs.scheduleId,
  scheduledAt: jobs.scheduledAt,
  status: jobs.status,
  attempt: jobs.attempt,
};

/** How many runs of a job began, which `max_attempts` of its schedule limits. An attempt that was leased and never begun does not count. */
export const runsBegunOf = (jobId: SQLWrapper) => sql<number>`(SELECT COUNT(*) FROM job_history begun
  WHERE begun.job_id = ${jobId} AND begun.to_status = 'RUNNING' AND begun.from_status <> 'RUNNING')`;

export const runsBegun = runsBegunOf(jobs.id);

/** A run in doubt: the process that began it may be gone. */
export const needsAttention = sql<number>`(${jobs.status} = 'RUNNING' AND ${jobs.doubtedAt} IS NOT NULL)`;

/** A job with what its wire form needs of its agent and snapshot. No two columns have the same name, because D1 would merge them. */
const VIEW = {
  ...JOB_KEYS,
  holder: jobs.holder,
  statusReason: jobs.statusReason,
  startedAt: jobs.startedAt,
  offeredAt: jobs.offeredAt,
  begunAt: jobs.begunAt,
  cancelRequestedAt: jobs.cancelRequestedAt,
  repeatsJobId: jobs.repeatsJobId,
  results: jobs.results,
  resultsAttempt: jobs.resultsAttempt,
  parameters: jobs.parameters,
  commitSha: jobs.commitSha,
  exitCode: jobs.exitCode,
  runUrl: jobs.runUrl,
  traceContext: jobs.traceContext,
  snapshotId: jobs.snapshotId,
  needsAttention: needsAttention.as("needs_attention"),
  clientNumber: agents.clientNumber,
  materials: snapshots.materials,
};

export const viewOf = (db: Database) =>
  db.build
    .select(VIEW)
    .from(jobs)
    .innerJoin(agents, eq(agents.id, jobs.agentId))
    .innerJoin(snapshots, eq(snapshots.id, jobs.snapshotId));

/** Statement: reads one job of a project. */
export const oneView = (db: Database, projectId: Bound<number>, jobId: Bound<number>) =>
  reading(viewOf(db).where(and(eq(jobs.id, jobId), eq(jobs.projectId, projectId))), VIEW);

export type JobView = NonNullable<Awaited<ReturnType<typeof readJob>>>;

export const readJob = async (db: Database, projectId: number, jobId: number) => {
  const [rows] = await db.batch(
    db.prepared("one job", { projectId, jobId }, (of) => [oneView(db, of.projectId, of.jobId)] as const),
  );
  return rows[0];
};

/** Two jobs of a project in one round trip; undefined for one that is not there. */
export const readTwoJobs = async (
  db: Database,
  projectId: number,
  [one, other]: readonly [number, number],
) => {
  const [[first], [second]] = await db.batch([oneView(db, projectId, one), oneView(db, projectId, other)]);
  return [first, second] as const;
};

export type JobHistoryRow = typeof jobHistory.$inferSelect;

export const readJobWithHistory = async (db: Database, projectId: number, jobId: number) => {
  const [rows, history] = await db.batch([
    oneView(db, projectId, jobId),
    db.build.select().from(jobHistory).where(eq(jobHistory.jobId, jobId)).orderBy(jobHistory.id),
  ]);
  return rows[0] && { job: rows[0], history };
};

/** Identifies one attempt of a job. */
export type JobKey = Pick<JobView, "projectId" | "id" | "attempt">;
