import { and, eq, getTableColumns, inArray, isNotNull, isNull, lte, type SQL, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordChange, recordDone } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { agents, jobs, schedules } from "../database/schema.ts";
import type { Change } from "../hosts/change.ts";
import { moveJobs } from "../jobs/move-store.ts";
import { addJobs, carryOut, type Plan, skipMissed } from "../jobs/plan-store.ts";
import { OPEN } from "../jobs/status.ts";
import { unended } from "../jobs/store.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Overlap } from "./policies.ts";
import type { ScheduleRow } from "./store.ts";

export interface Place {
  projectId: number;
  id: number;
}

const living = ({ projectId, id }: Place) =>
  and(eq(schedules.id, id), eq(schedules.projectId, projectId), isNull(schedules.deletedAt));

/** Pauses a schedule: nothing of it is handed out or planned. One paused before keeps its time and takes the note. */
export const pauseSchedule = async (db: Database, place: Place, note: string | null, author: Author) => {
  const pausing = {
    pausedAt: sql`COALESCE(${schedules.pausedAt}, ${author.now})`,
    pauseNote: note,
    planDueAt: null,
  };
  const [, , rows] = await db.batch([
    recordChange(db, author, "schedule", pausing, living(place)),
    db.build.update(schedules).set(pausing).where(living(place)),
    db.build.select().from(schedules).where(living(place)),
  ]);
  return rows[0];
};

/** Statements: pauses the schedules of the agents that `agentIds` picks, saying why. */
export const pauseSchedulesOf = (db: Database, agentIds: SQL, note: string, author: Author) => {
  const pausing = { pausedAt: author.now, pauseNote: note, planDueAt: null };
  const running = and(
    sql`${schedules.agentId} IN ${agentIds}`,
    isNull(schedules.pausedAt),
    isNull(schedules.deletedAt),
  );
  return [
    recordChange(db, author, "schedule", pausing, running),
    db.build.update(schedules).set(pausing).where(running),
  ] as const;
};

/** Written out, for Drizzle names a selected column without its table, and SQLite would take `id` for a job's. */
const aheadOf = (
  now: number,
) => sql<number>`(SELECT COUNT(*) FROM jobs ahead WHERE ahead.schedule_id = schedules.id
  AND ahead.status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND ahead.status = 'PLANNED'
  AND ahead.scheduled_at > ${now})`;

const dueOf = (db: Database, now: number) =>
  db.build.select({ ...getTableColumns(schedules), ahead: aheadOf(now).as("ahead") }).from(schedules);

/** A schedule to plan, with how many of its jobs wait ahead of `now`. */
export type DueSchedule = ScheduleRow & { ahead: number };

/** Every host that has an open job of a schedule, or will, was told of the change. */
const hostsTold = ({ hosts }: Change): SQL => {
  const told = sql`(SELECT value FROM json_each(${JSON.stringify(hosts)}))`;
  return sql`NOT EXISTS (SELECT 1 FROM jobs open WHERE open.schedule_id = ${schedules.id}
      AND open.status IN ('PLANNED', 'NOT_RUN', 'RUNNING') AND open.status IN ('PLANNED', 'NOT_RUN')
      AND open.host_id NOT IN ${told})
    AND EXISTS (SELECT 1 FROM ${agents} WHERE ${agents.id} = ${schedules.agentId} AND ${agents.hostId} IN ${told})`;
};

/**
 * Resumes a schedule: what its pause made it miss is settled by its rule, and its planning is due. It stays paused
 * where a host of its jobs was not told of the change.
 */
export const resumeSchedule = async (change: Change, place: Place, author: Author) => {
  const { db } = change;
  const { now } = author;
  const resumable = and(living(place), isNotNull(schedules.pausedAt), hostsTold(change));
  const paused = sql`${jobs.scheduleId} = (SELECT ${schedules.id} FROM ${schedules} WHERE ${resumable})`;
  const since = sql`(SELECT ${schedules.pausedAt} FROM ${schedules} WHERE ${schedules.id} = ${jobs.scheduleId})`;
  const resuming = {
    pausedAt: null,
    pauseNote: null,
    planDueAt: sql`CASE WHEN ${schedules.cron} IS NULL THEN NULL ELSE ${now} END`,
  };
  const [, , , , rows] = await db.batch([
    ...skipMissed(db, paused, since, now),
    recordChange(db, author, "schedule", resuming, resumable),
    db.build.update(schedules).set(resuming).where(resumable),
    dueOf(db, now).where(living(place)),
  ]);
  return rows[0];
};

/** Deletes a schedule and cancels its open jobs; those that run go on. */
export const deleteSchedule = async (db: Database, place: Place, author: Author) => {
  const { by, now } = author;
  const deleting = { deletedAt: now, planDueAt: null };
  const picked = sql`${jobs.scheduleId} = (SELECT ${schedules.id} FROM ${schedules} WHERE ${living(place)})`;
  const [, , , rows] = await db.batch([
    ...moveJobs(db, {
      from: OPEN,
      to: "CANCELLED",
      by,
      now,
      reason: "schedule_deleted",
      where: and(unended, picked),
    }),
    recordChange(db, author, "schedule", deleting, living(place)),
    db.build.update(schedules).set(deleting).where(living(place)).returning(),
  ]);
  return rows[0];
};

/** Adds jobs outside a schedule's plan, one at each time, all or none: none where its agent is gone or inactive, or its host not told of the change. Gives their ids. */
export const insertJobsAt = async (
  change: Change,
  { projectId, id }: Place,
  times: readonly number[],
  overlap: Overlap | null,
  author: Author,
  creation: Creation,
) => {
  const { db } = change;
  const made = sql`(SELECT json_group_array(${jobs.id}) FROM ${jobs} WHERE ${jobs.creationKey} IN
    (SELECT ${creation.creationKey} || ':' || run.key FROM json_each(${JSON.stringify(times)}) run))`;
  const mine = sql`(SELECT 1 FROM ${jobs} WHERE ${jobs.creationKey} = ${`${creation.creationKey}:0`})`;
  const fit = sql`s.id = ${id} AND s.project_id = ${projectId} AND s.deleted_at IS NULL AND a.active
    AND a.deleted_at IS NULL AND ${unclaimed(db, creation)}`;
  const keys = sql`SELECT COALESCE((SELECT made_by FROM replays WHERE scope_digest = ${creation.claim?.scopeDigest ?? ""}),
    ${creation.creationKey}) || ':' || run.key FROM json_each(${JSON.stringify(times)}) run`;
  const [, , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    addJobs(change, times, overlap, creation, fit),
    recordDone(
      db,
      author,
      "schedule",
      { after: sql`json_object('added_jobs', json(${made}))` },
      and(eq(schedules.id, id), sql`EXISTS ${mine}`),
    ),
    releaseKey(db, creation, mine),
    readClaim(db, creation),
    db.build
      .select({ id: jobs.id, scheduledAt: jobs.scheduledAt })
      .from(jobs)
      .where(sql`${jobs.creationKey} IN (${keys})`)
      .orderBy(jobs.scheduledAt, jobs.id),
  ]);
  return { claim: claim[0], jobs: rows };
};

/** The times in [from, to) at which a schedule has a job that waits, runs or was completed. */
export const readFilled = async (db: Database, id: number, from: number, to: number): Promise<number[]> => {
  const [rows] = await db.batch([
    db.build
      .selectDistinct({ at: jobs.scheduledAt })
      .from(jobs)
      .where(
        and(
          eq(jobs.scheduleId, id),
          sql`${jobs.scheduledAt} >= ${from} AND ${jobs.scheduledAt} < ${to}`,
          inArray(jobs.status, ["PLANNED", "NOT_RUN", "RUNNING", "COMPLETED"]),
        ),
      ),
  ]);
  return rows.map(({ at }) => at);
};

/** At most `most` schedules whose planning is due at `now`, longest due first. */
export const readDueSchedules = async (db: Database, now: number, most: number): Promise<DueSchedule[]> => {
  const [rows] = await db.batch([
    dueOf(db, now)
      .where(and(isNotNull(schedules.planDueAt), lte(schedules.planDueAt, now)))
      .orderBy(schedules.planDueAt, schedules.id)
      .limit(most),
  ]);
  return rows;
};

/** Carries out the plans of several schedules at once, each from where it stands. */
export const storePlans = async (db: Database, plans: readonly Plan[], now: number): Promise<void> => {
  await db.batch([...carryOut({ db, ahead: true }, plans, now)]);
};

/** A project's jobs scheduled in [from, to), at most `most`, by time. */
export const readJobsBetween = async (
  db: Database,
  projectId: number,
  from: number,
  to: number,
  most: number,
) => {
  const [schedulesOf, rows] = await db.batch([
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
  ]);
  return { schedules: schedulesOf, jobs: rows };
};

/** Statements: settles what the jobs of agents missed that `where` picks as they are activated. */
export const settleActivated = (db: Database, where: SQL | undefined, now: number) =>
  skipMissed(
    db,
    sql`${jobs.agentId} IN (SELECT ${agents.id} FROM ${agents} WHERE ${where} AND ${agents.inactiveSince} IS NOT NULL)`,
    sql`(SELECT ${agents.inactiveSince} FROM ${agents} WHERE ${agents.id} = ${jobs.agentId})`,
    now,
  );
