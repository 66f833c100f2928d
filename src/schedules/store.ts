import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange, recordMade } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { jobs, projects, schedules } from "../database/schema.ts";
import type { Change } from "../host-object/cache-invalidation.ts";
import type { AnswerBounds } from "../jobs/answer-bounds.ts";
import { jobsOfSchedule } from "../jobs/list-store.ts";
import { carryOut, dropPlanned, type Plan } from "../jobs/plan-store.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Page } from "../wire/list-pages.ts";
import { insertSnapshot, type Runs, type Target } from "./snapshot-store.ts";

export type ScheduleRow = typeof schedules.$inferSelect;

/** A schedule's fields besides its test runs. */
export type ScheduleFacts = Pick<
  ScheduleRow,
  | "agentId"
  | "name"
  | "cron"
  | "timeZone"
  | "startAt"
  | "endAt"
  | "maxRuns"
  | "allocatedMinutes"
  | "expireAfterMinutes"
  | "overlap"
  | "missed"
  | "missedWithinMinutes"
  | "onLost"
  | "maxAttempts"
  | "staleMinutes"
  | "parameters"
  | "commitSha"
  | "blackouts"
>;

/**
 * Creates a schedule with its first jobs, all or nothing. Creates nothing if its agent is inactive or
 * unknown, a test run is unknown, or the materials are too large.
 */
export const insertSchedule = async (
  change: Change,
  schedule: ScheduleFacts & Target & { plannedUntil: number; traceContext: string | null },
  {
    runs,
    plan,
    bounds,
    author,
    creation,
  }: { runs: Runs; plan: Omit<Plan, "key">; bounds: AnswerBounds; author: Author; creation: Creation },
) => {
  const { db } = change;
  const { projectId, agentId } = schedule;
  const { creationKey, now } = creation;
  const made = madeBy(schedules.creationKey, creation);
  const id = sql`(SELECT ${schedules.id} FROM ${schedules} WHERE ${made})`;
  const [, , , , , , , , , claim, rows, jobRows] = await db.batch([
    claimKey(db, creation),
    insertSnapshot(db, schedule, { runs, creationKey, guard: unclaimed(db, creation) }),
    db.write(sql`
      INSERT INTO schedules (project_id, agent_id, snapshot_id, schedule_name, cron, time_zone, start_at, end_at,
        max_runs, allocated_minutes, expire_after_minutes, overlap, missed, missed_within_minutes, on_lost,
        max_attempts, stale_minutes, parameters, commit_sha, blackouts, trace_context, planned_until, created_at, creation_key)
      SELECT ${projectId}, ${agentId}, id, ${schedule.name}, ${schedule.cron}, ${schedule.timeZone},
        ${schedule.startAt}, ${schedule.endAt}, ${schedule.maxRuns}, ${schedule.allocatedMinutes},
        ${schedule.expireAfterMinutes}, ${schedule.overlap}, ${schedule.missed},
        ${schedule.missedWithinMinutes}, ${schedule.onLost}, ${schedule.maxAttempts}, ${schedule.staleMinutes}, ${schedule.parameters},
        ${schedule.commitSha}, ${schedule.blackouts}, ${schedule.traceContext},
        ${schedule.plannedUntil},
        ${now}, ${creationKey}
      FROM snapshots WHERE creation_key = ${creationKey}
      ON CONFLICT DO NOTHING`),
    recordMade(db, author, { name: "schedule", where: eq(schedules.creationKey, creationKey) }),
    ...carryOut(change, [{ ...plan, key: creationKey }], now),
    releaseKey(
      db,
      creation,
      sql`(SELECT 1 FROM ${schedules} WHERE ${eq(schedules.creationKey, creationKey)})`,
    ),
    readClaim(db, creation),
    db.build.select().from(schedules).where(made),
    jobsOfSchedule(db, sql`${jobs.scheduleId} = ${id}`, bounds),
  ]);
  return { claim: claim[0], schedule: rows[0], jobs: jobRows };
};

const living = (projectId: number, id: number) =>
  and(eq(schedules.id, id), eq(schedules.projectId, projectId), isNull(schedules.deletedAt));

/** The new fields of a schedule. Its jobs after `after` are planned again. */
interface Replacement {
  facts: ScheduleFacts;
  runs: Runs;
  after: number;
  plan: Plan;
}

/**
 * Replaces a schedule's fields: its jobs after `after` are deleted and planned again; earlier ones keep their
 * materials. All or nothing, under the same conditions as creating it.
 */
export const replaceSchedule = async (
  change: Change,
  place: { projectId: number; id: number },
  {
    edit: { facts, runs, after, plan },
    author,
    creation,
  }: { edit: Replacement; author: Author; creation: Creation },
) => {
  const { db } = change;
  const { projectId, id } = place;
  const isLiving = sql`EXISTS (SELECT 1 FROM ${schedules} WHERE ${living(projectId, id)})`;
  const kept = sql`(SELECT id FROM snapshots WHERE creation_key = ${creation.creationKey})`;
  const replacement = {
    ...facts,
    snapshotId: sql`${kept}`,
    plannedUntil: plan.from,
    runsPlanned: 0,
    planDueAt: null,
  };
  const replaceable = and(living(projectId, id), sql`EXISTS ${kept}`);
  const target = { projectId, agentId: facts.agentId, hostId: null };
  const [, , , , , , , , , rows] = await db.batch([
    insertSnapshot(db, target, { runs, creationKey: creation.creationKey, guard: isLiving }),
    ...dropPlanned(db, { scheduleId: id, after, guard: sql`EXISTS ${kept}` }),
    recordChange(db, author, { name: "schedule", changes: replacement, where: replaceable }),
    db.build.update(schedules).set(replacement).where(replaceable),
    ...carryOut(change, [plan], creation.now),
    db.build
      .select()
      .from(schedules)
      .where(and(living(projectId, id), sql`${schedules.snapshotId} = ${kept}`)),
  ]);
  return rows[0];
};

/** Statement: reads a schedule of a project. */
export const oneSchedule = (db: Database, projectId: number, id: number) =>
  db.build.select().from(schedules).where(living(projectId, id));

export const readSchedule = async (db: Database, projectId: number, id: number) => {
  const [rows] = await db.batch([oneSchedule(db, projectId, id)]);
  return rows[0];
};

/** A page of a project's schedules by id, and whether the project exists. */
export const readSchedules = async (db: Database, projectId: number, { after, limit }: Page) => {
  const [project, rows] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(isProject(projectId)),
    db.build
      .select()
      .from(schedules)
      .where(and(eq(schedules.projectId, projectId), gt(schedules.id, after), isNull(schedules.deletedAt)))
      .orderBy(schedules.id)
      .limit(limit + 1),
  ]);
  return { projectExists: project.length > 0, rows };
};
