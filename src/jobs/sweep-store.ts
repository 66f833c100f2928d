import { and, eq, gt, inArray, isNull, like, lt, lte, not, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "../database/database.ts";
import { hosts, jobs, schedules } from "../database/schema.ts";
import type { Change } from "../host-object/cache-invalidation.ts";
import { canBeHandedOut, takersReady, unexpired } from "./hand-out-store.ts";
import { UNDER_LEASE } from "./run-holder.ts";
import { HOST_LOST, OPEN, RUN_LIMIT } from "./status.ts";
import { countsAsRunning, runsBegun, statusIn } from "./store.ts";
import { type Move, moveJobs, recordAsItIs } from "./transition-store.ts";

/** The most jobs that one batch of a step of the tick may move. */
export const CLOCK_BATCH = 2500;

const BY_CLOCK = { by: "clock" } as const;

/** Moves at most CLOCK_BATCH of the jobs that `where` picks out of `from`, the first by `order`. Gives how many. */
const moveFirst = async (
  db: Database,
  { order, ...move }: Omit<Move, "by" | "set"> & { order: SQLiteColumn },
): Promise<number> => {
  const first = db.build
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(statusIn(move.from), move.where))
    .orderBy(order, jobs.id)
    .limit(CLOCK_BATCH);
  const [, moved] = await db.batch([
    ...moveJobs(db, { ...BY_CLOCK, ...move, where: inArray(jobs.id, first) }),
  ]);
  return moved.meta.changes;
};

/** Cancels at most CLOCK_BATCH open jobs whose schedule's time to begin them is over at `now`, where their host could begin them. Gives how many. */
export const cancelExpired = (db: Database, now: number): Promise<number> =>
  moveFirst(db, {
    from: OPEN,
    to: "CANCELLED",
    now,
    reason: "expired",
    where: and(gt(jobs.expiresAt, 0), lte(jobs.expiresAt, now), takersReady("jobs")),
    order: jobs.expiresAt,
  });

/** The runs of schedules and what came due behind them by `now`, and could be handed out but for them. */
const waiting = (now: number) => sql`jobs run JOIN jobs wait ON wait.schedule_id = run.schedule_id
  AND wait.status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND wait.status IN ('PLANNED', 'NOT_RUN')
  AND wait.scheduled_at > run.started_at AND wait.scheduled_at <= ${now} AND ${canBeHandedOut("wait", now)}`;

/**
 * Settles, at `now`, at most CLOCK_BATCH overlaps each way: what came due behind a run is skipped where it may
 * not overlap, and takes the run's place where it cancels running ones. Gives the runs that were cancelled.
 */
export const settleOverlaps = async (db: Database, now: number) => {
  const [skipHistory, skip] = moveJobs(db, {
    ...BY_CLOCK,
    from: OPEN,
    to: "CANCELLED",
    now,
    reason: "overlap",
    where: sql`${jobs.id} IN (SELECT wait.id FROM ${waiting(now)} WHERE run.status = 'RUNNING'
      AND wait.overlap = 'skip' AND ${countsAsRunning("run", now)} LIMIT ${CLOCK_BATCH})`,
  });
  const [oustHistory, oust] = moveJobs(db, {
    ...BY_CLOCK,
    from: ["RUNNING"],
    to: "CANCELLED",
    now,
    reason: "overlap",
    where: sql`${jobs.id} IN (SELECT run.id FROM ${waiting(now)} WHERE run.status = 'RUNNING'
      AND wait.overlap = 'cancel_running' LIMIT ${CLOCK_BATCH})`,
  });
  const [, skipped, , displaced] = await db.batch([
    skipHistory,
    skip,
    oustHistory,
    oust.returning(ENDED_RUN),
  ]);
  return { skipped: skipped.meta.changes, displaced };
};

/** What the object of a run's host must know to drop its lease. */
const ENDED_RUN = {
  id: jobs.id,
  hostId: jobs.hostId,
  scheduleId: jobs.scheduleId,
  attempt: jobs.attempt,
  holder: jobs.holder,
};

/** Moves at most CLOCK_BATCH planned jobs scheduled at or before `until` to NOT_RUN, oldest first; what can't be handed out stays planned. Gives how many. */
export const moveOverdue = (db: Database, until: number, now: number): Promise<number> =>
  moveFirst(db, {
    from: ["PLANNED"],
    to: "NOT_RUN",
    now,
    reason: "overdue",
    where: and(lte(jobs.scheduledAt, until), canBeHandedOut("jobs", now)),
    order: jobs.scheduledAt,
  });

/** At most CLOCK_BATCH runs whose time is up at `now`, longest over first. */
export const readOverLimit = async (db: Database, now: number) => {
  const [rows] = await db.batch([
    db.build
      .select(ENDED_RUN)
      .from(jobs)
      .where(and(statusIn(["RUNNING"]), lte(jobs.runUntil, now)))
      .orderBy(jobs.runUntil, jobs.id)
      .limit(CLOCK_BATCH),
  ]);
  return rows;
};

/** Fails the same runs. Gives how many. */
export const failOverLimit = (db: Database, now: number): Promise<number> =>
  moveFirst(db, {
    from: ["RUNNING"],
    to: "FAILED",
    now,
    reason: RUN_LIMIT,
    where: lte(jobs.runUntil, now),
    order: jobs.runUntil,
  });

/**
 * What waited while a host was not heard from, up to `until`: of each schedule whose runs may not stand beside each other
 * the latest job stays, the others are missed. What was added by hand was asked for, and stays. Moves at most
 * CLOCK_BATCH, and gives how many.
 */
export const missWaiting = async (
  db: Database,
  hostId: number,
  until: number,
  now: number,
): Promise<number> => {
  const [, missed] = await db.batch([
    ...moveJobs(db, {
      ...BY_CLOCK,
      from: OPEN,
      to: "CANCELLED",
      now,
      reason: "missed",
      where: sql`${jobs.id} IN (SELECT wait.id FROM agents a CROSS JOIN jobs wait ON wait.agent_id = a.id
        WHERE a.host_id = ${hostId} AND wait.status IN ('PLANNED', 'NOT_RUN') AND wait.scheduled_at <= ${until}
        AND wait.overlap <> 'allow' AND wait.creation_key IS NULL AND ${canBeHandedOut("wait", now)}
        AND EXISTS (SELECT 1 FROM jobs later CROSS JOIN schedules s ON s.id = later.schedule_id
          WHERE later.schedule_id = wait.schedule_id AND s.missed = 'run_once'
          AND later.status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND later.status IN ('PLANNED', 'NOT_RUN')
          AND later.scheduled_at > wait.scheduled_at AND later.scheduled_at <= ${until}
          AND later.agent_id = wait.agent_id AND later.creation_key IS NULL AND ${unexpired("later", now)})
        LIMIT ${CLOCK_BATCH})`,
    }),
  ]);
  return missed.meta.changes;
};

/** A run that its host's object does not watch. */
export const underNoLease = or(isNull(jobs.holder), not(like(jobs.holder, `${UNDER_LEASE}%`)));

/** The most hosts whose objects one tick asks for their last contact. */
const SILENT_HOSTS = 200;

/** Hosts that D1 has not heard of since `before`, with runs of before it that are under no lease; longest silent first. */
export const readSilentHosts = async (db: Database, before: number) => {
  const heardAt = sql<number>`MAX(COALESCE(${hosts.lastPingAt}, 0), COALESCE(${hosts.contactAt}, 0))`;
  const [rows] = await db.batch([
    db.build
      .selectDistinct({ id: hosts.id, heardAt: heardAt.as("heard_at") })
      .from(jobs)
      // Crossed, so that the runs are gone through, few as they are, and not the hosts.
      .crossJoin(hosts)
      .where(
        and(
          eq(hosts.id, jobs.hostId),
          statusIn(["RUNNING"]),
          lt(jobs.statusChangedAt, before),
          underNoLease,
          sql`${heardAt} < ${before}`,
        ),
      )
      .orderBy(sql`heard_at`, hosts.id)
      .limit(SILENT_HOSTS),
  ]);
  return rows;
};

/** Keeps what a host's object said, so that a host that does not ping is not asked at every tick. */
export const storeContact = async (db: Database, hostId: number, contactAt: number): Promise<void> => {
  await db.batch([db.build.update(hosts).set({ contactAt }).where(eq(hosts.id, hostId))]);
};

/** Fails at most CLOCK_BATCH runs of a silent host that began before `before` and are under no lease. Gives how many. */
export const failLostRuns = (db: Database, hostId: number, before: number, now: number): Promise<number> =>
  moveFirst(db, {
    from: ["RUNNING"],
    to: "FAILED",
    now,
    reason: HOST_LOST,
    where: and(eq(jobs.hostId, hostId), lt(jobs.statusChangedAt, before), underNoLease),
    order: jobs.statusChangedAt,
  });

/** One attempt of a job, held by whom. */
export interface HeldRun {
  job: number;
  attempt: number;
  holder: string;
}

/** What ends a run under a lease only while it is that run. */
const ofRun = (run: HeldRun, also?: SQL) => ({
  ...BY_CLOCK,
  from: ["RUNNING"] as const,
  where: and(eq(jobs.id, run.job), eq(jobs.attempt, run.attempt), eq(jobs.holder, run.holder), also),
});

/** Statements: an attempt that was accepted and never begun is over; the job waits for the next. */
const passOver = (db: Database, { job, attempt }: HeldRun, now: number) => {
  const waiting = and(statusIn(OPEN), eq(jobs.id, job), eq(jobs.attempt, attempt));
  return [
    recordAsItIs(db, { ...BY_CLOCK, now, reason: "not_begun" }, waiting),
    db.build
      .update(jobs)
      .set({ attempt: attempt + 1 })
      .where(waiting),
  ] as const;
};

/** Cancels a run under a lease whose host did not answer the request to. */
export const cancelRun = async (db: Database, run: HeldRun, now: number): Promise<void> => {
  await db.batch([
    ...passOver(db, run, now),
    ...moveJobs(db, { ...ofRun(run), to: "CANCELLED", now, reason: "cancel_unanswered" }),
  ]);
};

/** Ends a run under a lease whose host is lost: planned again where its schedule says so, attempts are left and it could be handed out again, else failed. */
export const loseRun = async (change: Change, run: HeldRun, now: number): Promise<void> => {
  const { db } = change;
  const again = sql`EXISTS (SELECT 1 FROM ${schedules} WHERE ${schedules.id} = ${jobs.scheduleId}
    AND ${schedules.onLost} = 'requeue' AND ${runsBegun} < ${schedules.maxAttempts})
    AND ${takersReady("jobs")}`;
  const planned = { attempt: sql<number>`${jobs.attempt} + 1`, holder: null, runUntil: sql<null>`NULL` };
  await db.batch([
    ...passOver(db, run, now),
    ...moveJobs(db, { ...ofRun(run, again), to: "PLANNED", change, now, reason: HOST_LOST, set: planned }),
    ...moveJobs(db, { ...ofRun(run), to: "FAILED", now, reason: HOST_LOST }),
  ]);
};
