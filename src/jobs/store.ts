import { and, eq, isNull, notExists, type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { agents, hosts, jobHistory, jobs, schedules } from "../database/schema.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import { UNDER_LEASE } from "./holder.ts";
import { ENDED, HOST_LOST, type JobStatus, LATE, OPEN } from "./status.ts";

/**
 * A condition on a job's status, in the very words of the schema's partial indexes: literals, a single one with
 * `=`. SQLite uses a partial index only for a statement that repeats its condition so.
 */
export const statusIn = (statuses: readonly JobStatus[]): SQL => {
  const literals = statuses.map((status) => `'${status}'`);
  return literals.length === 1
    ? sql`${jobs.status} = ${sql.raw(literals.join())}`
    : sql`${jobs.status} IN (${sql.raw(literals.join(", "))})`;
};

/** A move of the jobs that `where` picks, out of the statuses of `from`. `now` is epoch milliseconds. */
export interface Move {
  from: readonly JobStatus[];
  to: JobStatus;
  by: string;
  now: number;
  reason: string | null;
  where: SQL | undefined;
  /** What else the move writes. */
  set?: { holder?: string | null; runUntil?: SQL<number | null>; attempt?: SQL<number> };
}

/** Statement: a row of history for each job that `where` picks, as it stands before the move. */
const recordMoves = (
  db: Database,
  { to, by, now, reason }: Pick<Move, "by" | "now" | "reason"> & { to: JobStatus | typeof jobs.status },
  where: SQL | undefined,
) =>
  db.build.insert(jobHistory).select(
    db.build
      .select({
        id: sql<number>`NULL`.as("id"),
        jobId: jobs.id,
        at: sql<number>`${now}`.as("at"),
        attempt: jobs.attempt,
        from: jobs.status,
        to: sql<JobStatus>`${to}`.as("to"),
        by: sql<string>`${by}`.as("by"),
        reason: sql<string | null>`${reason}`.as("reason"),
      })
      .from(jobs)
      .where(where),
  );

/** Statement: a row of history that moves nothing. */
const recordAsItIs = (
  db: Database,
  { by, now, reason }: Pick<Move, "by" | "now" | "reason">,
  where: SQL | undefined,
) => recordMoves(db, { to: jobs.status, by, now, reason }, where);

/**
 * The two statements of a move, for a batch: its history, then the guarded UPDATE, both under the same
 * condition, so that what the guard leaves alone has no history of having moved.
 */
export const moveJobs = (db: Database, move: Move) => {
  const { from, to, now, reason, where, set } = move;
  const guard = and(statusIn(from), where);
  return [
    recordMoves(db, move, guard),
    db.build
      .update(jobs)
      .set({ status: to, statusChangedAt: now, statusReason: reason, cancelRequestedAt: null, ...set })
      .where(guard),
  ] as const;
};

/** A run that was begun before its host last registered: the process that began it may be gone. */
export const needsAttention = sql<number>`${jobs.status} = 'RUNNING' AND ${jobs.statusChangedAt} <
  (SELECT ${hosts.registeredAt} FROM ${hosts} WHERE ${hosts.id} = ${jobs.hostId})`;

/** A job with what its wire form takes from its agent and its schedule; no two columns of one name, which a batch would merge. */
const viewOf = (db: Database) =>
  db.build
    .select({
      id: jobs.id,
      projectId: jobs.projectId,
      hostId: jobs.hostId,
      agentId: jobs.agentId,
      scheduleId: jobs.scheduleId,
      scheduledAt: jobs.scheduledAt,
      status: jobs.status,
      attempt: jobs.attempt,
      holder: jobs.holder,
      statusReason: jobs.statusReason,
      cancelRequestedAt: jobs.cancelRequestedAt,
      repeatsJobId: jobs.repeatsJobId,
      needsAttention: needsAttention.as("needs_attention"),
      clientNumber: agents.clientNumber,
      materials: schedules.materials,
    })
    .from(jobs)
    .innerJoin(agents, eq(agents.id, jobs.agentId))
    .innerJoin(schedules, eq(schedules.id, jobs.scheduleId));

const oneView = (db: Database, projectId: number, jobId: number) =>
  viewOf(db).where(and(eq(jobs.id, jobId), eq(jobs.projectId, projectId)));

/** Statement: the jobs of the schedules that `where` picks, by id. */
export const jobsOfSchedules = (db: Database, where: SQL) => viewOf(db).where(where).orderBy(jobs.id);

/** What no new job has yet; the columns in the schema's order, as INSERT ... SELECT takes them. */
const NEW_JOB = {
  statusReason: sql<string | null>`NULL`.as("status_reason"),
  runUntil: sql<number | null>`NULL`.as("run_until"),
  cancelRequestedAt: sql<number | null>`NULL`.as("cancel_requested_at"),
  repeatsJobId: sql<number | null>`NULL`.as("repeats_job_id"),
  creationKey: sql<string | null>`NULL`.as("creation_key"),
};

/** Statement: the job of each single-run schedule that `where` picks, once, however often it runs. */
export const planSingleRuns = (db: Database, where: SQL, now: number) =>
  db.build
    .insert(jobs)
    .select(
      db.build
        .select({
          id: sql<number>`NULL`.as("id"),
          projectId: schedules.projectId,
          hostId: agents.hostId,
          agentId: schedules.agentId,
          scheduleId: sql<number>`${schedules.id}`.as("schedule_id"),
          scheduledAt: schedules.startAt,
          runNumber: sql<number>`1`.as("run_number"),
          status: sql<JobStatus>`'PLANNED'`.as("status"),
          attempt: sql<number>`1`.as("attempt"),
          holder: sql<string | null>`NULL`.as("holder"),
          statusChangedAt: sql<number>`${now}`.as("status_changed_at"),
          ...NEW_JOB,
        })
        .from(schedules)
        .innerJoin(agents, eq(agents.id, schedules.agentId))
        .where(where),
    )
    .onConflictDoNothing();

export type JobView = NonNullable<Awaited<ReturnType<typeof readJob>>>;

export const readJob = async (db: Database, projectId: number, jobId: number) => {
  const [rows] = await db.batch([oneView(db, projectId, jobId)]);
  return rows[0];
};

export type JobHistoryRow = typeof jobHistory.$inferSelect;

export const readJobWithHistory = async (db: Database, projectId: number, jobId: number) => {
  const [rows, history] = await db.batch([
    oneView(db, projectId, jobId),
    db.build.select().from(jobHistory).where(eq(jobHistory.jobId, jobId)).orderBy(jobHistory.id),
  ]);
  return rows[0] && { job: rows[0], history };
};

type JobKey = Pick<JobView, "projectId" | "id" | "attempt">;

/** A move that somebody reports. */
export interface ReportedMove extends Pick<Move, "from" | "to" | "by" | "now"> {
  /** Of a RUNNING: who runs the job from here on, and how long it may take where its schedule doesn't say. */
  begins?: { holder: string; limitMinutes: number };
  /** Of a host's end: the mark of the lease it named, null where it named none. */
  ends?: { holder: string | null };
  /** It corrects a failure that was a guess about a silent host. */
  late: boolean;
}

/** When the run that begins at `now` must end: by its schedule's own time, else after `limitMinutes`; 0 is never. */
const runUntil = (now: number, limitMinutes: number): SQL<number | null> => {
  const minutes = sql`COALESCE((SELECT ${schedules.allocatedMinutes} FROM ${schedules}
    WHERE ${schedules.id} = ${jobs.scheduleId}), ${limitMinutes})`;
  return sql`CASE ${minutes} WHEN 0 THEN NULL ELSE ${now} + 60000 * ${minutes} END`;
};

/** The run is under this lease, or, where none is named, under no lease. */
const heldBy = (holder: string | null): SQL =>
  holder === null
    ? sql`(${jobs.holder} IS NULL OR ${jobs.holder} NOT LIKE ${`${UNDER_LEASE}%`})`
    : eq(jobs.holder, holder);

/** Tries one move of one attempt and reads the job back: whoever asked judges by what it now is. */
export const moveJob = async (
  db: Database,
  { projectId, id, attempt }: JobKey,
  { begins, ends, late, ...move }: ReportedMove,
): Promise<JobView | undefined> => {
  const where = and(
    eq(jobs.id, id),
    eq(jobs.attempt, attempt),
    ends ? heldBy(ends.holder) : undefined,
    late ? eq(jobs.statusReason, HOST_LOST) : undefined,
  );
  const set = begins && { holder: begins.holder, runUntil: runUntil(move.now, begins.limitMinutes) };
  const moving = moveJobs(db, { ...move, reason: late ? LATE : null, where, ...(set ? { set } : {}) });
  const [, , rows] = await db.batch([...moving, oneView(db, projectId, id)]);
  return rows[0];
};

/** Keeps a refused report in the job's history, once for each reporter and status; the job is not touched. */
export const recordRefusal = async (
  db: Database,
  { id }: JobKey,
  refused: { by: string; now: number; status: JobStatus },
) => {
  const reason = `refused ${refused.status}`;
  const recorded = db.build
    .select({ id: jobHistory.id })
    .from(jobHistory)
    .where(and(eq(jobHistory.jobId, id), eq(jobHistory.reason, reason), eq(jobHistory.by, refused.by)));
  await db.batch([recordAsItIs(db, { ...refused, reason }, and(eq(jobs.id, id), notExists(recorded)))]);
};

/** Keeps in D1 that the host of a running job was asked to cancel it, once a run. */
export const recordCancelRequest = async (
  db: Database,
  { projectId, id, attempt }: JobKey,
  by: string,
  now: number,
) => {
  const where = and(
    eq(jobs.id, id),
    eq(jobs.attempt, attempt),
    statusIn(["RUNNING"]),
    isNull(jobs.cancelRequestedAt),
  );
  const [, , rows] = await db.batch([
    recordAsItIs(db, { by, now, reason: "cancel_requested" }, where),
    db.build.update(jobs).set({ cancelRequestedAt: now }).where(where),
    oneView(db, projectId, id),
  ]);
  return rows[0];
};

/** Cancels the open jobs of a schedule. Gives how many, and whether the schedule is there. */
export const cancelSchedule = async (
  db: Database,
  { projectId, scheduleId }: { projectId: number; scheduleId: number },
  by: string,
  now: number,
) => {
  const [, moved, schedule] = await db.batch([
    ...moveJobs(db, {
      from: OPEN,
      to: "CANCELLED",
      by,
      now,
      reason: "schedule_cancelled",
      where: and(eq(jobs.scheduleId, scheduleId), eq(jobs.projectId, projectId)),
    }),
    db.build
      .select({ id: schedules.id })
      .from(schedules)
      .where(and(eq(schedules.id, scheduleId), eq(schedules.projectId, projectId))),
  ]);
  return { exists: schedule.length > 0, cancelled: moved.meta.changes };
};

/** Makes a job that runs an ended one again, now: of the same schedule and materials, all or nothing. */
export const insertRepeat = async (
  db: Database,
  projectId: number,
  jobId: number,
  scheduledAt: number,
  creation: Creation,
) => {
  const latest = sql<number>`(SELECT COALESCE(MAX(other.run_number), 0) + 1 FROM jobs other
    WHERE other.schedule_id = ${jobs.scheduleId} AND other.scheduled_at = ${scheduledAt})`;
  const mine = sql`(SELECT 1 FROM ${jobs} WHERE ${eq(jobs.creationKey, creation.creationKey)})`;
  const [, , , claim, rows] = await db.batch([
    claimKey(db, creation),
    db.build
      .insert(jobs)
      .select(
        db.build
          .select({
            id: sql<number>`NULL`.as("id"),
            projectId: jobs.projectId,
            hostId: jobs.hostId,
            agentId: jobs.agentId,
            scheduleId: jobs.scheduleId,
            scheduledAt: sql<number>`${scheduledAt}`.as("scheduled_at"),
            runNumber: latest.as("run_number"),
            status: sql<JobStatus>`'PLANNED'`.as("status"),
            attempt: sql<number>`1`.as("attempt"),
            holder: sql<string | null>`NULL`.as("holder"),
            statusChangedAt: sql<number>`${creation.now}`.as("status_changed_at"),
            ...NEW_JOB,
            repeatsJobId: sql<number | null>`${jobs.id}`.as("repeats_job_id"),
            creationKey: sql<string | null>`${creation.creationKey}`.as("creation_key"),
          })
          .from(jobs)
          .innerJoin(agents, eq(agents.id, jobs.agentId))
          .innerJoin(hosts, eq(hosts.id, jobs.hostId))
          .where(
            and(
              eq(jobs.id, jobId),
              eq(jobs.projectId, projectId),
              statusIn(ENDED),
              eq(agents.active, true),
              isNull(agents.deletedAt),
              isNull(hosts.retiredAt),
              unclaimed(db, creation),
            ),
          ),
      )
      .onConflictDoNothing(),
    releaseKey(db, creation, mine),
    readClaim(db, creation),
    viewOf(db).where(madeBy(jobs.creationKey, creation)),
  ]);
  return { claim: claim[0], job: rows[0] };
};
