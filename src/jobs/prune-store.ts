import { and, eq, inArray, isNotNull, isNull, lt, notExists, or, type SQL, sql } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import { jobHistory, jobs, schedules, snapshots } from "../database/schema.ts";
import { replaysPruned } from "../replay/store.ts";
import { HALF_HOUR_MS } from "../wire/durations.ts";
import { ENDED } from "./status.ts";
import { statusIn } from "./store.ts";

/** The most rows of each kind that one batch deletes. A job's history is deleted with it. */
const PRUNE_BATCH = 2500;

/** Since when a job is past: both its end and its scheduled time, which planning and backfills use, are over. Written as in the index. */
const pastSince = sql`(CASE WHEN ${jobs.statusChangedAt} > ${jobs.scheduledAt} THEN ${jobs.statusChangedAt} ELSE ${jobs.scheduledAt} END)`;

const isPast = (before: number): SQL | undefined => and(statusIn(ENDED), sql`${pastSince} < ${before}`);

/** The schedule has no job. */
const hasNoJob = (db: Database): SQL =>
  notExists(db.build.select({ id: jobs.id }).from(jobs).where(eq(jobs.scheduleId, schedules.id)));

/** The schedule creates no more jobs: it was deleted, or was made for one run. */
const isFinished = (before: number): SQL | undefined =>
  or(lt(schedules.deletedAt, before), and(isNull(schedules.cron), lt(schedules.createdAt, before)));

/** No job and no schedule uses the snapshot. */
const isUnused = (db: Database): SQL | undefined =>
  and(
    notExists(db.build.select({ id: jobs.id }).from(jobs).where(eq(jobs.snapshotId, snapshots.id))),
    notExists(
      db.build.select({ id: schedules.id }).from(schedules).where(eq(schedules.snapshotId, snapshots.id)),
    ),
  );

/** How many snapshot ids one tick checks for replaced ones. */
const IDS_PER_TICK = 500;
/**
 * Deletes snapshots that no job and no schedule uses, in one range of ids per tick: `at` picks the range, and
 * after the last range it starts again. Returns how many.
 */
export const pruneReplaced = async (db: Database, at: number): Promise<number> => {
  const turn = Math.floor(at / HALF_HOUR_MS);
  const newest = sql`(SELECT MAX(newest.id) FROM snapshots newest)`;
  const first = sql`(${turn} % (${newest} / ${IDS_PER_TICK} + 1) * ${IDS_PER_TICK})`;
  const [removed] = await db.batch([
    db.build
      .delete(snapshots)
      .where(
        and(
          sql`${snapshots.id} >= ${first}`,
          sql`${snapshots.id} < ${first} + ${IDS_PER_TICK}`,
          isUnused(db),
        ),
      ),
  ]);
  return removed.meta.changes;
};

/** What can be deleted together: jobs, and what only they use. */
export interface Past {
  jobIds: number[];
  scheduleIds: number[];
  snapshotIds: number[];
}

/**
 * Deletes expired idempotency keys, and finds what is past since before `before`: jobs, oldest first, and
 * deleted schedules without a job. At most PRUNE_BATCH of each. Both times in epoch milliseconds.
 */
export const pruneAged = async (db: Database, before: number, now: number) => {
  const [replays, ended, deleted] = await db.batch([
    replaysPruned(db, now, PRUNE_BATCH),
    db.build
      .select({
        id: jobs.id,
        scheduleId: jobs.scheduleId,
        snapshotId: jobs.snapshotId,
        newest: sql<number>`${schedules.snapshotId}`.as("newest"),
      })
      .from(jobs)
      .innerJoin(schedules, eq(schedules.id, jobs.scheduleId))
      .where(isPast(before))
      .orderBy(pastSince)
      .limit(PRUNE_BATCH),
    db.build
      .select({ id: schedules.id, snapshotId: schedules.snapshotId })
      .from(schedules)
      .where(and(isNotNull(schedules.deletedAt), lt(schedules.deletedAt, before), hasNoJob(db)))
      .orderBy(schedules.deletedAt)
      .limit(PRUNE_BATCH),
  ]);
  const past: Past = {
    jobIds: ended.map(({ id }) => id),
    scheduleIds: [...ended.map(({ scheduleId }) => scheduleId), ...deleted.map(({ id }) => id)],
    snapshotIds: [
      ...ended.flatMap(({ snapshotId, newest }) => [snapshotId, newest]),
      ...deleted.map(({ snapshotId }) => snapshotId),
    ],
  };
  return {
    past,
    replays: replays.meta.changes,
    more: [replays.meta.changes, ended.length, deleted.length].includes(PRUNE_BATCH),
  };
};

/**
 * Deletes what is still past of `Past`, all or nothing: jobs with their history, schedules that are over and
 * have no job, and unused snapshots. Returns how many of each.
 */
export const removePast = async (
  db: Database,
  { jobIds, scheduleIds, snapshotIds }: Past,
  before: number,
) => {
  const past = and(isOneOf(jobs.id, jobIds), isPast(before));
  const results = await db.batch([
    db.build
      .delete(jobHistory)
      .where(inArray(jobHistory.jobId, db.build.select({ id: jobs.id }).from(jobs).where(past))),
    db.build.delete(jobs).where(past),
    db.build
      .delete(schedules)
      .where(and(isOneOf(schedules.id, scheduleIds), isFinished(before), hasNoJob(db))),
    db.build.delete(snapshots).where(and(isOneOf(snapshots.id, snapshotIds), isUnused(db))),
  ]);
  const [moves = 0, removed = 0, over = 0, kept = 0] = results.map(({ meta }) => meta.changes);
  return { history: moves, jobs: removed, schedules: over, snapshots: kept };
};
