import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import type { Overlap, StatusReason } from "../database/enums.ts";
import { jobs, schedules } from "../database/schema.ts";
import type { Change } from "../host-object/cache-invalidation.ts";
import type { Creation } from "../replay/replay.ts";
import { madeKey } from "../replay/store.ts";
import { OPEN } from "./status.ts";
import { statusIn, unended } from "./store.ts";
import { moveJobs, renewedExpiry } from "./transition-store.ts";

/** The next part of one schedule's plan. It applies only if the schedule is still planned up to `from` and is not paused. */
export interface Plan {
  /** The schedule's creation key. */
  key: string;
  from: number;
  /** Epoch milliseconds. */
  times: readonly number[];
  /** Those of `times` that are recorded as missed. */
  missed: readonly number[];
  /** How many of the schedule's `max_runs` they use up. */
  runs: number;
  /**
   * From this time on, a time whose only job was cancelled before it began gets a new job; before it, only if
   * that job's agent or host was gone.
   */
  replanFrom: number;
  plannedUntil: number;
  dueAt: number | null;
}

/** The columns of a new job. */
export const COLUMNS = sql.raw(
  "project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status, attempt, overlap, expires_at, status_changed_at, creation_key, parameters, commit_sha, trace_context",
);

/**
 * Why planned jobs cannot be hidden by an object's cache: the hosts know of the change, or all times are
 * `ahead` of what was planned before, which no cache covers.
 */
export type Cover = Change | { db: Database; ahead: true };

/** The schedules of `plans` that are still where their plan begins, each with its plan. */
const standing = (plans: string) => sql`json_each(${plans}) plan JOIN schedules s
  ON s.creation_key = plan.value ->> 'key' AND s.planned_until = plan.value ->> 'from'
  AND s.paused_at IS NULL AND s.deleted_at IS NULL`;

/** The next free run number of a schedule at one time. */
export const nextRun = (
  scheduleId: SQL,
  at: SQL,
) => sql`(SELECT COALESCE(MAX(other.run_number), 0) + 1 FROM jobs other
  WHERE other.schedule_id = ${scheduleId} AND other.scheduled_at = ${at})`;

/** The job takes up its time: it was not cancelled before it began. */
const STANDS = sql.raw("(other.status <> 'CANCELLED' OR other.started_at IS NOT NULL)");

/** Reasons of jobs that never began because their agent or its host was gone. */
export const PLACE_GONE = ["agent_deleted", "host_retired"] as const satisfies readonly StatusReason[];

/** The job takes up its time even if that is past: it did not end with its agent or host, or by a blackout, before it began. */
const STANDS_IN_PAST = sql`(${STANDS} OR other.status_reason IS NULL
  OR other.status_reason NOT IN ${[...PLACE_GONE, "blackout"]})`;

/** When a job of the schedule `s` expires if it is available from `at` or `now` on, whichever is later. */
const expiryOf = (at: SQL, now: number) => sql`MAX(${at}, ${now}) + 60000 * s.expire_after_minutes`;

/** Statements for a batch: creates the plans' jobs, records the missed ones, and moves the schedules on. Safe to run twice. */
export const carryOut = ({ db }: Cover, plans: readonly Plan[], now: number) => {
  const json = JSON.stringify(plans);
  return [
    db.write(sql`
      INSERT INTO jobs (${COLUMNS})
      SELECT s.project_id, a.host_id, s.agent_id, s.id, s.snapshot_id, run.value,
        ${nextRun(sql`s.id`, sql`run.value`)}, 'PLANNED', 1, s.overlap, ${expiryOf(sql`run.value`, now)}, ${now}, NULL, s.parameters, s.commit_sha,
        CASE WHEN s.cron IS NULL THEN s.trace_context END
      FROM ${standing(json)} JOIN agents a ON a.id = s.agent_id JOIN json_each(plan.value -> 'times') run
      WHERE run.value >= s.planned_until AND NOT EXISTS (SELECT 1 FROM jobs other WHERE other.schedule_id = s.id
        AND other.scheduled_at = run.value AND CASE WHEN run.value < plan.value ->> 'replanFrom' THEN ${STANDS_IN_PAST} ELSE ${STANDS} END)
      ON CONFLICT (schedule_id, scheduled_at, run_number) DO NOTHING`),
    ...moveJobs(db, {
      from: ["PLANNED"],
      to: "CANCELLED",
      by: "clock",
      now,
      reason: "missed",
      // Only the jobs that were just created: a job that existed before is not missed.
      where: sql`(${jobs.scheduleId}, ${jobs.scheduledAt}) IN
        (SELECT s.id, run.value FROM ${standing(json)} JOIN json_each(plan.value -> 'missed') run)
        AND ${jobs.creationKey} IS NULL AND ${jobs.statusChangedAt} = ${now}`,
    }),
    db.write(sql`
      UPDATE schedules SET planned_until = plan.value ->> 'plannedUntil', plan_due_at = plan.value ->> 'dueAt',
        runs_planned = runs_planned + (plan.value ->> 'runs')
      FROM json_each(${json}) plan
      WHERE schedules.creation_key = plan.value ->> 'key' AND schedules.planned_until = plan.value ->> 'from'
        AND schedules.paused_at IS NULL AND schedules.deleted_at IS NULL`),
  ] as const;
};

/** The condition that a schedule `s` has no waiting, running or completed job at the time `run.value`. */
export const isFree = sql.raw(`NOT EXISTS (SELECT 1 FROM jobs other WHERE other.schedule_id = s.id
  AND other.scheduled_at = run.value AND other.status IN ('PLANNED', 'NOT_RUN', 'RUNNING', 'COMPLETED'))`);

/** The jobs outside the plan that this request created, or the first request with its key. */
export const addedBy = (creation: Creation): SQL => {
  const key = madeKey(creation);
  return sql`${jobs.creationKey} IS NOT NULL AND ${jobs.creationKey} >= ${key} || ':'
    AND ${jobs.creationKey} < ${key} || ';'`;
};

/** The condition that the host of the agent `a` was notified of the change. */
export const isNotified = ({ hosts: notified }: Change): SQL =>
  sql`a.host_id IN (SELECT value FROM json_each(${JSON.stringify(notified)}))`;

/**
 * Jobs outside a schedule's plan: their times and their trace; their overlap, parameters and commit if those differ from
 * the schedule's.
 */
export interface Added {
  times: readonly number[];
  overlap: Overlap | null;
  parameters: string | null;
  commitSha: string | null;
  traceContext: string | null;
}

/**
 * Statement: creates jobs outside the plan, at the times `run` and of the schedules `s` that `where` picks,
 * if their hosts were notified of the change. Each carries the creation key and a number.
 */
export const addJobs = (
  change: Change,
  { times, overlap, parameters, commitSha, traceContext }: Added,
  { creation: { creationKey, now }, where }: { creation: Creation; where: SQL },
) =>
  change.db.write(sql`
    INSERT INTO jobs (${COLUMNS})
    SELECT s.project_id, a.host_id, s.agent_id, s.id, s.snapshot_id, run.value,
      ${nextRun(sql`s.id`, sql`run.value`)}, 'PLANNED', 1, COALESCE(${overlap}, s.overlap),
      ${expiryOf(sql`run.value`, now)}, ${now}, ${creationKey} || ':' || run.key,
      COALESCE(${parameters}, s.parameters), COALESCE(${commitSha}, s.commit_sha), ${traceContext}
    FROM json_each(${JSON.stringify(times)}) run JOIN schedules s JOIN agents a ON a.id = s.agent_id
    WHERE ${where} AND ${isNotified(change)}
    ON CONFLICT DO NOTHING`);

/** Statements: deletes a schedule's untouched planned jobs after `after`, so that they can be planned again, and counts them no more. */
export const dropPlanned = (
  db: Database,
  { scheduleId, after, guard }: { scheduleId: number; after: number; guard: SQL },
) => {
  const untouched = sql`schedule_id = ${scheduleId} AND status IN ('PLANNED', 'NOT_RUN', 'RUNNING')
    AND status = 'PLANNED' AND scheduled_at > ${after} AND creation_key IS NULL AND attempt = 1
    AND NOT EXISTS (SELECT 1 FROM job_history WHERE job_history.job_id = jobs.id) AND ${guard}`;
  return [
    db.write(sql`UPDATE metrics SET value = value - (SELECT COUNT(*) FROM jobs WHERE ${untouched}
        AND id <= (SELECT measured_job_id FROM site WHERE id = 1))
      WHERE name = 'jobs' AND labels = 'PLANNED'`),
    db.write(sql`DELETE FROM jobs WHERE ${untouched}`),
  ] as const;
};

/**
 * Statements: cancels the missed jobs of the schedules that `where` picks, which were stopped `since` then.
 * `keepsLatest`: the latest stays if it is to be made up for.
 */
export const skipMissed = (
  db: Database,
  { where, since, keepsLatest }: { where: SQL; since: SQL; keepsLatest: boolean },
  now: number,
) =>
  moveJobs(db, {
    from: OPEN,
    to: "CANCELLED",
    by: "clock",
    now,
    reason: "missed",
    where: sql`${unended} AND ${where} AND ${jobs.scheduledAt} >= ${since} AND ${jobs.scheduledAt} < ${now}
      AND ${keepsLatest ? sql`NOT ${isMadeUpFor(now)}` : sql`true`}`,
  });

/** The rule for missed jobs in SQL: the latest of a schedule's open jobs before `now` is made up for, if its schedule says so. */
const isMadeUpFor = (
  now: number,
): SQL => sql`EXISTS (SELECT 1 FROM ${schedules} WHERE ${schedules.id} = ${jobs.scheduleId}
    AND ${schedules.missed} = 'run_once'
    AND ${jobs.scheduledAt} >= ${now} - 60000 * ${schedules.missedWithinMinutes}
    AND NOT EXISTS (SELECT 1 FROM jobs later WHERE later.schedule_id = ${jobs.scheduleId}
      AND later.status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND later.status IN ('PLANNED', 'NOT_RUN')
      AND later.scheduled_at > ${jobs.scheduledAt} AND later.scheduled_at < ${now}))`;

/**
 * Statement: restarts the expiry of the jobs of the schedules that `where` picks: they are available again.
 */
export const renewExpiry = (db: Database, where: SQL, now: number) =>
  db.build
    .update(jobs)
    .set({ expiresAt: renewedExpiry(now) })
    .where(
      sql`${unended} AND ${statusIn(OPEN)} AND ${jobs.expiresAt} IS NOT NULL AND ${jobs.scheduledAt} < ${now} AND ${where}`,
    );
