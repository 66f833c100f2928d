import { and, eq, gt, inArray, isNull, like, lt, lte, not, or, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "../database/database.ts";
import { hosts, jobs } from "../database/schema.ts";
import { canBeHandedOut, takersReady, unexpired } from "./hand-out-store.ts";
import { UNDER_LEASE } from "./run-holder.ts";
import { HOST_LOST, OPEN, RUN_LIMIT } from "./status.ts";
import { countsAsRunning, statusIn } from "./store.ts";
import { type Move, moveJobs } from "./transition-store.ts";

/** The most jobs that one batch of a tick's step may move. */
export const CLOCK_BATCH = 2500;

const BY_CLOCK = { by: "clock" } as const;

/** Moves at most CLOCK_BATCH of the jobs that `where` picks out of `from`, in `order`. Returns how many. */
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

/** Cancels at most CLOCK_BATCH open jobs that have expired at `now` although their host could begin them. Returns how many. */
export const cancelExpired = (db: Database, now: number): Promise<number> =>
  moveFirst(db, {
    from: OPEN,
    to: "CANCELLED",
    now,
    reason: "expired",
    where: and(gt(jobs.expiresAt, 0), lte(jobs.expiresAt, now), takersReady("jobs")),
    order: jobs.expiresAt,
  });

/** Running jobs with the jobs of their schedules that came due behind them by `now` and could be handed out otherwise. */
const waiting = (now: number) => sql`jobs run JOIN jobs wait ON wait.schedule_id = run.schedule_id
  AND wait.status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND wait.status IN ('PLANNED', 'NOT_RUN')
  AND wait.scheduled_at > run.started_at AND wait.scheduled_at <= ${now} AND ${canBeHandedOut("wait", now)}`;

/**
 * Settles at most CLOCK_BATCH overlaps of each kind at `now`: a job that came due behind a run is skipped if
 * it may not overlap, and replaces the run if it cancels running ones. Returns the cancelled runs.
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
  const [displaceHistory, displace] = moveJobs(db, {
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
    displaceHistory,
    displace.returning(ENDED_RUN),
  ]);
  return { skipped: skipped.meta.changes, displaced };
};

/** What the object of a run's host needs to drop the run's lease. */
const ENDED_RUN = {
  id: jobs.id,
  hostId: jobs.hostId,
  scheduleId: jobs.scheduleId,
  attempt: jobs.attempt,
  holder: jobs.holder,
};

/**
 * Moves at most CLOCK_BATCH planned jobs scheduled at or before `until` to NOT_RUN, oldest first. Jobs that
 * can't be handed out stay planned. Returns how many.
 */
export const moveOverdue = (db: Database, until: number, now: number): Promise<number> =>
  moveFirst(db, {
    from: ["PLANNED"],
    to: "NOT_RUN",
    now,
    reason: "overdue",
    where: and(lte(jobs.scheduledAt, until), canBeHandedOut("jobs", now)),
    order: jobs.scheduledAt,
  });

/** At most CLOCK_BATCH runs over their time limit at `now`, longest over first. */
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

/** Fails the same runs. Returns how many. */
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
 * Settles what waited while a host was silent, up to `until`: of each schedule whose runs may not overlap,
 * the latest job stays and the others are missed. Jobs that were added by hand stay. Moves at most
 * CLOCK_BATCH, and returns how many.
 */
export const missWaiting = async (
  db: Database,
  { hostId, until }: { hostId: number; until: number },
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

/** A run that no lease of its host's object watches. */
export const underNoLease = or(isNull(jobs.holder), not(like(jobs.holder, `${UNDER_LEASE}%`)));

/** The most hosts whose objects one tick asks for their last contact. */
const SILENT_HOSTS = 200;

/** Hosts without contact in D1 since `before` that have runs from before it without a lease; longest silent first. */
export const readSilentHosts = async (db: Database, before: number) => {
  const heardAt = sql<number>`MAX(COALESCE(${hosts.lastPingAt}, 0), COALESCE(${hosts.contactAt}, 0))`;
  const [rows] = await db.batch([
    db.build
      .selectDistinct({ id: hosts.id, heardAt: heardAt.as("heard_at") })
      .from(jobs)
      // A cross join makes SQLite scan the runs, which are few, and not the hosts.
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

/** Stores a contact that a host's object reported, so that a host that does not ping is not checked at every tick. */
export const storeContact = async (db: Database, hostId: number, contactAt: number): Promise<void> => {
  await db.batch([db.build.update(hosts).set({ contactAt }).where(eq(hosts.id, hostId))]);
};

/** Fails at most CLOCK_BATCH runs of a silent host that began before `before` without a lease. Returns how many. */
export const failLostRuns = (
  db: Database,
  { hostId, before }: { hostId: number; before: number },
  now: number,
): Promise<number> =>
  moveFirst(db, {
    from: ["RUNNING"],
    to: "FAILED",
    now,
    reason: HOST_LOST,
    where: and(eq(jobs.hostId, hostId), lt(jobs.statusChangedAt, before), underNoLease),
    order: jobs.statusChangedAt,
  });
