import { and, eq, inArray, isNull, notExists, type SQL, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordChange, recordDone } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { jobHistory, jobs, schedules } from "../database/schema.ts";
import type { Change } from "../hosts/change.ts";
import { UNDER_LEASE } from "./holder.ts";
import { HOST_LOST, type JobStatus, LATE, OPEN } from "./status.ts";
import { type JobKey, type JobView, oneView, runsBeside, statusIn, unended } from "./store.ts";

/** A move of the jobs that `where` picks, out of the statuses of `from`. `now` is epoch milliseconds. */
export interface Move {
  from: readonly JobStatus[];
  to: Exclude<JobStatus, "PLANNED">;
  by: string;
  now: number;
  reason: string | null;
  where: SQL | undefined;
  /** What else the move writes. */
  set?: { holder?: string | null; startedAt?: number; runUntil?: SQL<number | null>; attempt?: SQL<number> };
}

/** A move that opens jobs again: only a change makes one. */
export type Reopening = Omit<Move, "to"> & { to: "PLANNED"; change: Change };

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
export const recordAsItIs = (
  db: Database,
  { by, now, reason }: Pick<Move, "by" | "now" | "reason">,
  where: SQL | undefined,
) => recordMoves(db, { to: jobs.status, by, now, reason }, where);

/** What a move makes of a job's row. */
const movedBy = ({ to, now, reason, set }: Pick<Move | Reopening, "to" | "now" | "reason" | "set">) => ({
  status: to,
  statusChangedAt: now,
  statusReason: reason,
  cancelRequestedAt: null,
  ...set,
});

/**
 * The two statements of a move, for a batch: its history, then the guarded UPDATE, both under the same
 * condition, so that what the guard leaves alone has no history of having moved.
 */
export const moveJobs = (db: Database, move: Move | Reopening) => {
  const { from, where } = move;
  const guard = and(statusIn(from), where);
  return [recordMoves(db, move, guard), db.build.update(jobs).set(movedBy(move)).where(guard)] as const;
};

/** A move that somebody reports. */
export interface ReportedMove extends Pick<Move, "from" | "to" | "by" | "now"> {
  /** Of a RUNNING: who runs the job from here on, and how long it may take where its schedule doesn't say. */
  begins?: { holder: string; limitMinutes: number };
  /** Of a host's end: the mark of the lease it named, null where it named none. */
  ends?: { holder: string | null };
  /** Who cancels it, where it is not the host that runs it. */
  author?: Author;
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

/** Statements before the end of a run: of its schedule's jobs that may not overlap, those whose time came while it ran are skipped. */
const skipOverlapped = (db: Database, { id, attempt }: Pick<JobKey, "id" | "attempt">, now: number) =>
  moveJobs(db, {
    from: OPEN,
    to: "CANCELLED",
    by: "clock",
    now,
    reason: "overlap",
    where: sql`${unended} AND ${jobs.overlap} = 'skip' AND EXISTS (SELECT 1 FROM jobs run WHERE run.id = ${id}
      AND run.attempt = ${attempt} AND run.status = 'RUNNING' AND run.schedule_id = ${jobs.scheduleId}
      AND ${jobs.scheduledAt} > run.started_at AND ${jobs.scheduledAt} <= ${now})
      AND ${jobs.scheduleId} = (SELECT schedule_id FROM jobs run WHERE run.id = ${id})`,
  });

/** Statements before the start of a run that takes its schedule's running jobs' place: those are cancelled, if `starting` still picks it. */
const makeRoom = (db: Database, starting: SQL | undefined, now: number) =>
  moveJobs(db, {
    from: ["RUNNING"],
    to: "CANCELLED",
    by: "clock",
    now,
    reason: "overlap",
    where: and(
      unended,
      inArray(
        jobs.scheduleId,
        db.build
          .select({ id: jobs.scheduleId })
          .from(jobs)
          .where(and(starting, eq(jobs.overlap, "cancel_running"))),
      ),
    ),
  });

/** A run that gave its place to another of its schedule. */
export type Ousted = Pick<JobView, "id" | "hostId" | "attempt">;

/** Tries one move of one attempt and reads the job back: whoever asked judges by what it now is. */
export const moveJob = async (
  db: Database,
  { projectId, id, attempt }: JobKey,
  { begins, ends, late, author, ...move }: ReportedMove,
): Promise<{ job: JobView | undefined; ousted: Ousted[] }> => {
  const where = and(
    eq(jobs.id, id),
    eq(jobs.attempt, attempt),
    ends ? heldBy(ends.holder) : undefined,
    late ? eq(jobs.statusReason, HOST_LOST) : undefined,
  );
  const reported = { ...move, reason: late ? LATE : null, where };
  if (!begins) {
    const statements = [
      ...skipOverlapped(db, { id, attempt }, move.now),
      ...moveJobs(db, reported),
      oneView(db, projectId, id),
    ] as const;
    if (!author) {
      const [, , , , rows] = await db.batch([...statements]);
      return { job: rows[0], ousted: [] };
    }
    const [, , , , , rows] = await db.batch([
      recordChange(db, author, "job", movedBy(reported), and(statusIn(move.from), where)),
      ...statements,
    ]);
    return { job: rows[0], ousted: [] };
  }
  const set = {
    holder: begins.holder,
    startedAt: move.now,
    runUntil: runUntil(move.now, begins.limitMinutes),
  };
  const alone = sql`NOT (${jobs.overlap} = 'skip' AND ${runsBeside})`;
  const [roomHistory, room] = makeRoom(db, and(where, statusIn(move.from)), move.now);
  const [, ousted, , , rows] = await db.batch([
    roomHistory,
    room.returning({ id: jobs.id, hostId: jobs.hostId, attempt: jobs.attempt }),
    ...moveJobs(db, { ...reported, where: and(where, alone), set }),
    oneView(db, projectId, id),
  ]);
  return { job: rows[0], ousted };
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
  author: Author,
) => {
  const { by, now } = author;
  const where = and(
    eq(jobs.id, id),
    eq(jobs.attempt, attempt),
    statusIn(["RUNNING"]),
    isNull(jobs.cancelRequestedAt),
  );
  const asked = { cancelRequestedAt: now };
  const [, , , rows] = await db.batch([
    recordAsItIs(db, { by, now, reason: "cancel_requested" }, where),
    recordChange(db, author, "job", asked, where),
    db.build.update(jobs).set(asked).where(where),
    oneView(db, projectId, id),
  ]);
  return rows[0];
};

/** Cancels the open jobs of a schedule. Gives how many, and whether the schedule is there. */
export const cancelSchedule = async (
  db: Database,
  { projectId, scheduleId }: { projectId: number; scheduleId: number },
  author: Author,
) => {
  const { by, now } = author;
  const where = and(unended, eq(jobs.scheduleId, scheduleId), eq(jobs.projectId, projectId));
  const open = sql`(SELECT COUNT(*) FROM ${jobs} WHERE ${and(where, statusIn(OPEN))})`;
  const [, , moved, schedule] = await db.batch([
    recordDone(
      db,
      author,
      "schedule",
      { before: sql`json_object('open_jobs', ${open})`, after: sql`json_object('open_jobs', 0)` },
      and(eq(schedules.id, scheduleId), eq(schedules.projectId, projectId)),
    ),
    ...moveJobs(db, {
      from: OPEN,
      to: "CANCELLED",
      by,
      now,
      reason: "schedule_cancelled",
      where,
    }),
    db.build
      .select({ id: schedules.id })
      .from(schedules)
      .where(and(eq(schedules.id, scheduleId), eq(schedules.projectId, projectId))),
  ]);
  return { exists: schedule.length > 0, cancelled: moved.meta.changes };
};
