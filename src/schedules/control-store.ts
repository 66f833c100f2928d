import { and, eq, getTableColumns, isNotNull, isNull, lte, type SQL, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordChange } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { agents, hosts, jobs, schedules } from "../database/schema.ts";
import type { Change } from "../host-object/cache-invalidation.ts";
import { carryOut, type Plan, renewExpiry, skipMissed } from "../jobs/plan-store.ts";
import { OPEN } from "../jobs/status.ts";
import { unended } from "../jobs/store.ts";
import { moveJobs } from "../jobs/transition-store.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import { closedSpansOf, closedSpansOfProjects } from "./blackout-store.ts";
import { type ClosedSpan, heededBy, type Span } from "./closed-spans.ts";
import type { ScheduleRow } from "./store.ts";

export interface Place {
  projectId: number;
  id: number;
}

export const living = ({ projectId, id }: Place) =>
  and(eq(schedules.id, id), eq(schedules.projectId, projectId), isNull(schedules.deletedAt));

/** Plain SQL: Drizzle names a selected column without its table, and SQLite would take `id` for a job's. */
const aheadOf = (
  now: number,
) => sql<number>`(SELECT COUNT(*) FROM jobs ahead WHERE ahead.schedule_id = schedules.id
  AND ahead.status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND ahead.status = 'PLANNED' AND ahead.creation_key IS NULL
  AND ahead.scheduled_at > ${now} AND ahead.scheduled_at < schedules.planned_until)`;

const dueOf = (db: Database, now: number) =>
  db.build.select({ ...getTableColumns(schedules), ahead: aheadOf(now).as("ahead") }).from(schedules);

/** A schedule to plan, with the number of its planned jobs after `now`, and the closed spans that it heeds. */
export type DueSchedule = ScheduleRow & { ahead: number; closed: readonly ClosedSpan[] };

/** Every host that has, or will have, an open job of the schedule was notified of the change. */
const hostsNotified = ({ hosts }: Change): SQL => {
  const notified = sql`(SELECT value FROM json_each(${JSON.stringify(hosts)}))`;
  return sql`NOT EXISTS (SELECT 1 FROM jobs open WHERE open.schedule_id = ${schedules.id}
      AND open.status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND open.status IN ('PLANNED', 'NOT_RUN')
      AND open.host_id NOT IN ${notified})
    AND EXISTS (SELECT 1 FROM ${agents} WHERE ${agents.id} = ${schedules.agentId} AND ${agents.hostId} IN ${notified})`;
};

/** Its agent is not deleted, and the agent's host not retired. */
const hasAgent = sql`EXISTS (SELECT 1 FROM ${agents} JOIN ${hosts} ON ${hosts.id} = ${agents.hostId}
  WHERE ${agents.id} = ${schedules.agentId} AND ${agents.deletedAt} IS NULL AND ${hosts.retiredAt} IS NULL)`;

/** The schedule as it was read, how many of its runs then count as planned, and its next plan. */
export interface Resumption {
  schedule: ScheduleRow;
  runsPlanned: number;
  plan: Plan;
}

/**
 * Resumes a schedule: settles by its rule what it missed while paused, and plans it from its plan's start. It
 * stays paused if a host of its jobs was not notified of the change, its agent is gone, or it changed since
 * it was read.
 */
export const resumeSchedule = async (
  change: Change,
  place: Place,
  { planned: { schedule, runsPlanned, plan }, author }: { planned: Resumption; author: Author },
) => {
  const { db } = change;
  const { now } = author;
  const resumable = and(
    living(place),
    isNotNull(schedules.pausedAt),
    eq(schedules.plannedUntil, schedule.plannedUntil),
    eq(schedules.snapshotId, schedule.snapshotId),
    hasAgent,
    hostsNotified(change),
  );
  const paused = sql`${jobs.scheduleId} = (SELECT ${schedules.id} FROM ${schedules} WHERE ${resumable})`;
  const since = sql`(SELECT ${schedules.pausedAt} FROM ${schedules} WHERE ${schedules.id} = ${jobs.scheduleId})`;
  const resuming = {
    pausedAt: null,
    pauseNote: null,
    plannedUntil: plan.from,
    runsPlanned,
    planDueAt: now,
  };
  // A missed run that is planned now is later than all existing jobs, so it is the one to make up for.
  const keepsLatest = !plan.times.some((at) => at < now);
  const [, , , , , , , , , rows] = await db.batch([
    ...skipMissed(db, { where: paused, since, keepsLatest }, now),
    renewExpiry(db, paused, now),
    recordChange(db, author, { name: "schedule", changes: resuming, where: resumable }),
    db.build.update(schedules).set(resuming).where(resumable),
    ...carryOut(change, [plan], now),
    db.build.select().from(schedules).where(living(place)),
  ]);
  return rows[0];
};

/** Deletes a schedule and cancels its open jobs, but not the running ones; once per key. */
export const deleteSchedule = async (
  db: Database,
  place: Place,
  { author, creation }: { author: Author; creation: Creation },
) => {
  const { by, now } = author;
  const deleting = { deletedAt: now, planDueAt: null };
  const unanswered = unclaimed(db, creation);
  const deletable = and(living(place), unanswered);
  const picked = sql`${jobs.scheduleId} = (SELECT ${schedules.id} FROM ${schedules} WHERE ${deletable})`;
  const deleted = and(
    eq(schedules.id, place.id),
    eq(schedules.projectId, place.projectId),
    sql`(${schedules.deletedAt} = ${now} OR NOT ${unanswered})`,
  );
  const [, , , , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    ...moveJobs(db, {
      from: OPEN,
      to: "CANCELLED",
      by,
      now,
      reason: "schedule_deleted",
      where: and(unended, picked),
    }),
    recordChange(db, author, { name: "schedule", changes: deleting, where: deletable }),
    db.build.update(schedules).set(deleting).where(deletable),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${schedules} WHERE ${deleted})`),
    readClaim(db, creation),
    db.build.select().from(schedules).where(deleted),
  ]);
  return { claim: claim[0], schedule: rows[0] };
};

/**
 * At most `most` schedules that are due for planning at `now`, longest due first, with what they heed of `within`.
 */
export const readDueSchedules = async (
  db: Database,
  now: number,
  { most, within }: { most: number; within: Span },
): Promise<DueSchedule[]> => {
  const due = and(isNotNull(schedules.planDueAt), lte(schedules.planDueAt, now));
  const [rows, spans] = await db.batch([
    dueOf(db, now).where(due).orderBy(schedules.planDueAt, schedules.id).limit(most),
    // Where nobody has a blackout, no schedule is read for it.
    closedSpansOfProjects(
      db,
      sql`(SELECT project_id FROM schedules WHERE (SELECT MAX(id) FROM blackouts) IS NOT NULL AND ${due}
        ORDER BY plan_due_at, id LIMIT ${most})`,
      within,
    ),
  ]);
  const closed = Map.groupBy(spans, ({ projectId }) => projectId);
  return rows.map((row) => ({ ...row, closed: heededBy(row, closed.get(row.projectId) ?? []) }));
};

/** Stores the plans of several schedules. */
export const storePlans = async (db: Database, plans: readonly Plan[], now: number): Promise<void> => {
  await db.batch([...carryOut({ db, ahead: true }, plans, now)]);
};

/** A project's schedules, its jobs scheduled in [from, to), at most `most` each, and the closed spans in it. */
export const readJobsBetween = async (
  db: Database,
  projectId: number,
  { from, to, most }: { from: number; to: number; most: number },
) => {
  const [schedulesOf, rows, closed] = await db.batch([
    db.build
      .select()
      .from(schedules)
      .where(and(eq(schedules.projectId, projectId), isNull(schedules.deletedAt)))
      .orderBy(schedules.id)
      .limit(most),
    db.build
      .select({
        id: jobs.id,
        scheduleId: jobs.scheduleId,
        status: jobs.status,
        scheduledAt: jobs.scheduledAt,
      })
      .from(jobs)
      .where(
        and(
          sql`${jobs.scheduleId} IN (SELECT ${schedules.id} FROM ${schedules} WHERE ${schedules.projectId} = ${projectId})`,
          sql`${jobs.scheduledAt} >= ${from} AND ${jobs.scheduledAt} < ${to}`,
        ),
      )
      .orderBy(jobs.scheduledAt, jobs.id)
      .limit(most),
    closedSpansOf(db, projectId, { from, until: to }),
  ]);
  return { schedules: schedulesOf, jobs: rows, closed };
};

/**
 * Statements: settles what the jobs of the agents missed that `where` picks, as they are activated, and
 * restarts the expiry of the rest.
 */
export const settleActivated = (db: Database, where: SQL | undefined, now: number) => {
  const activated = sql`${jobs.agentId} IN (SELECT ${agents.id} FROM ${agents}
    WHERE ${where} AND ${agents.inactiveSince} IS NOT NULL)`;
  const since = sql`(SELECT ${agents.inactiveSince} FROM ${agents} WHERE ${agents.id} = ${jobs.agentId})`;
  return [
    ...skipMissed(db, { where: activated, since, keepsLatest: true }, now),
    renewExpiry(db, activated, now),
  ] as const;
};
