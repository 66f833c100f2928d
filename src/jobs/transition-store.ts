import { and, eq, isNull, notExists, type SQL, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordChange, recordDone } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import type { JobStatus, StatusReason } from "../database/enums.ts";
import { type Bound, settable } from "../database/prepared.ts";
import { jobHistory, jobs, schedules } from "../database/schema.ts";
import type { Change } from "../host-object/cache-invalidation.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeKey, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import { OPEN } from "./status.ts";
import { type JobKey, oneView, statusIn, unended } from "./store.ts";

/** A move of the jobs that `where` picks, out of the statuses `from`. `now` in epoch milliseconds. */
export interface Move {
  from: readonly JobStatus[];
  to: Exclude<JobStatus, "PLANNED">;
  by: Bound<string>;
  now: Bound<number>;
  /** "refused": a report was, by this status. */
  reason: StatusReason | `refused ${JobStatus}` | null;
  /** The mover's note. */
  note?: Bound<string | null>;
  where: SQL | undefined;
  /** Other columns that the move writes. */
  set?: {
    holder?: string | SQL<string> | null;
    startedAt?: number | SQL<number>;
    runUntil?: SQL<number | null>;
    offeredAt?: SQL<number | null>;
    begunAt?: SQL<number | null> | null;
    doubtedAt?: null;
    attempt?: SQL<number>;
    exitCode?: SQL;
    runUrl?: SQL;
  };
}

/** A move that opens jobs again; it needs a change. */
export type Reopening = Omit<Move, "to"> & { to: "PLANNED"; change: Change };

/** Statement: adds a row of history for each job that `where` picks, as it is before the move. */
const recordMoves = (
  db: Database,
  {
    to,
    by,
    now,
    reason,
    note = null,
  }: Pick<Move, "by" | "now" | "reason" | "note"> & { to: JobStatus | typeof jobs.status },
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
        note: sql<string | null>`${note}`.as("note"),
      })
      .from(jobs)
      .where(where),
  );

/** Statement: adds a row of history without a move. */
export const recordWithoutMove = (
  db: Database,
  { by, now, reason, note = null }: Pick<Move, "by" | "now" | "reason" | "note">,
  where: SQL | undefined,
) => recordMoves(db, { to: jobs.status, by, now, reason, note }, where);

/** When a job expires that is available again from its time or `now` on, whichever is later. */
export const renewedExpiry = (
  now: Bound<number>,
): SQL<number | null> => sql`CASE WHEN ${jobs.expiresAt} IS NULL THEN NULL
  ELSE MAX(${jobs.scheduledAt}, ${now}) + 60000 * (SELECT ${schedules.expireAfterMinutes} FROM ${schedules}
    WHERE ${schedules.id} = ${jobs.scheduleId}) END`;

/** The columns that a move sets. */
export const movedBy = ({
  to,
  now,
  reason,
  set,
}: Pick<Move | Reopening, "to" | "now" | "reason" | "set">) => ({
  status: to,
  statusChangedAt: settable(now),
  statusReason: reason,
  cancelRequestedAt: null,
  ...(to === "PLANNED" ? { expiresAt: renewedExpiry(now) } : {}),
  ...set,
});

/**
 * The two statements of a move, for a batch: its history, then the guarded UPDATE. Both have the same
 * condition, so a job that the guard excludes gets no history.
 */
export const moveJobs = (db: Database, move: Move | Reopening) => {
  const { from, where } = move;
  const guard = and(statusIn(from), where);
  return [recordMoves(db, move, guard), db.build.update(jobs).set(movedBy(move)).where(guard)] as const;
};

/** The two statements that cancel jobs which have not begun. */
export const cancelOpenJobs = (
  db: Database,
  { by, now }: Pick<Author, "by" | "now">,
  { reason, where }: Pick<Move, "reason" | "where">,
) => moveJobs(db, { from: OPEN, to: "CANCELLED", by, now, reason, where });

/** Records a refused report in the job's history, once per reporter and status. The job does not change. */
export const recordRefusal = async (
  db: Database,
  { id }: JobKey,
  refused: { by: string; now: number; status: JobStatus; note: string | null },
) => {
  const reason = `refused ${refused.status}` as const;
  const recorded = db.build
    .select({ id: jobHistory.id })
    .from(jobHistory)
    .where(and(eq(jobHistory.jobId, id), eq(jobHistory.reason, reason), eq(jobHistory.by, refused.by)));
  await db.batch([recordWithoutMove(db, { ...refused, reason }, and(eq(jobs.id, id), notExists(recorded)))]);
};

/** Records in D1 that the host of a running job was asked to cancel it, once per run. */
export const recordCancelRequest = async (
  db: Database,
  { projectId, id, attempt }: JobKey,
  { note, author }: { note: string | null; author: Author },
) => {
  const { by, now } = author;
  const where = and(
    eq(jobs.id, id),
    eq(jobs.attempt, attempt),
    statusIn(["RUNNING"]),
    isNull(jobs.cancelRequestedAt),
  );
  const requested = { cancelRequestedAt: now };
  const [, , , rows] = await db.batch([
    recordWithoutMove(db, { by, now, reason: "cancel_requested", note }, where),
    recordChange(db, author, { name: "job", changes: requested, where }),
    db.build.update(jobs).set(requested).where(where),
    oneView(db, projectId, id),
  ]);
  return rows[0];
};

/** Cancels the open jobs of a schedule, once per key. Returns how many, and whether the schedule exists. */
export const cancelSchedule = async (
  db: Database,
  { projectId, scheduleId }: { projectId: number; scheduleId: number },
  { author, creation }: { author: Author; creation: Creation },
) => {
  const { by, now } = author;
  const where = and(
    unended,
    eq(jobs.scheduleId, scheduleId),
    eq(jobs.projectId, projectId),
    unclaimed(db, creation),
  );
  const open = sql`(SELECT COUNT(*) FROM ${jobs} WHERE ${and(where, statusIn(OPEN))})`;
  const place = and(eq(schedules.id, scheduleId), eq(schedules.projectId, projectId));
  const [, , , , , claim, schedule, cancelled] = await db.batch([
    claimKey(db, creation),
    recordDone(db, author, {
      name: "schedule",
      values: { before: sql`json_object('open_jobs', ${open})`, after: sql`json_object('open_jobs', 0)` },
      where: and(place, unclaimed(db, creation)),
    }),
    ...moveJobs(db, {
      from: OPEN,
      to: "CANCELLED",
      by,
      now,
      reason: "schedule_cancelled",
      where,
    }),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${schedules} WHERE ${place})`),
    readClaim(db, creation),
    db.build.select({ id: schedules.id }).from(schedules).where(place),
    // The audit row of the request that cancelled: this one, an earlier try of it, or another.
    db.read<{ jobs: number }>(sql`SELECT before ->> 'open_jobs' AS jobs FROM audit
      WHERE request_id = ${madeKey(creation)} AND object_kind = 'schedule' AND object_id = ${scheduleId}`),
  ]);
  return { claim: claim[0], exists: schedule.length > 0, cancelled: cancelled[0]?.jobs ?? 0 };
};
