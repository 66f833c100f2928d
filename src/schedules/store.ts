import { and, eq, exists, gt, isNull, type SQL, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange, recordMade } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { agents, hosts, jobs, projects, schedules, snapshots, testRuns } from "../database/schema.ts";
import type { Change } from "../host-object/cache-invalidation.ts";
import { type AnswerBounds, jobsOfSchedule } from "../jobs/list-store.ts";
import { MATERIALS_BYTES, type Material } from "../jobs/materials.ts";
import { carryOut, dropPlanned, type Plan } from "../jobs/plan-store.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Page } from "../wire/list-pages.ts";

export type ScheduleRow = typeof schedules.$inferSelect;

/** What a schedule says, beside its test runs. */
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
>;

/** What a schedule runs: test runs of its project as they are now, or materials given whole. */
export type Runs = { testRunIds: readonly number[] } | { materials: readonly Material[] };

/** The materials as a JSON array, and whether every test run asked for is there. */
const snapshotOf = (db: Database, projectId: number, runs: Runs) => {
  if ("materials" in runs) {
    const json = JSON.stringify(runs.materials);
    return db.build
      .select({ materials: sql<string>`${json}`.as("materials"), complete: sql<number>`1`.as("complete") })
      .from(sql`(SELECT 1)`)
      .as("snapshot");
  }
  const material = sql`json_object('test_run_id', ${testRuns.id}, 'test_case_id', ${testRuns.testCaseId},
    'test_case_name', ${testRuns.testCaseName}, 'test_case_version_id', ${testRuns.testCaseVersionId},
    'automation_content', ${testRuns.automationContent})`;
  return db.build
    .select({
      materials: sql<string>`json_group_array(${material} ORDER BY asked.key)`.as("materials"),
      complete: sql<number>`COUNT(*) = ${runs.testRunIds.length}`.as("complete"),
    })
    .from(sql`json_each(${JSON.stringify(runs.testRunIds)}) asked`)
    .innerJoin(testRuns, and(eq(testRuns.projectId, projectId), sql`${testRuns.id} = asked.value`))
    .as("snapshot");
};

const bytesOf = (json: SQL) => sql<number>`LENGTH(CAST(${json} AS BLOB))`;

/** An agent as a schedule names it; `hostId` is the only host that it may be of, null where any. */
export interface Target {
  projectId: number;
  agentId: number;
  hostId: number | null;
}

/** A living agent of the project, on a host that is not retired. */
const agentIn = (db: Database, { projectId, agentId, hostId }: Target) =>
  and(
    eq(agents.id, agentId),
    eq(agents.projectId, projectId),
    hostId === null ? undefined : eq(agents.hostId, hostId),
    isNull(agents.deletedAt),
    exists(
      db.build
        .select({ id: hosts.id })
        .from(hosts)
        .where(and(eq(hosts.id, agents.hostId), isNull(hosts.retiredAt))),
    ),
  );

/** Statement: keeps the materials, where the agent can take them, all test runs are there and they are not too large. */
const insertSnapshot = (db: Database, target: Target, runs: Runs, creationKey: string, guard: SQL) => {
  const snapshot = snapshotOf(db, target.projectId, runs);
  return db.build
    .insert(snapshots)
    .select(
      db.build
        .select({
          id: sql<number>`NULL`.as("id"),
          materials: snapshot.materials,
          materialsBytes: bytesOf(sql`${snapshot.materials}`).as("materials_bytes"),
          creationKey: sql<string>`${creationKey}`.as("creation_key"),
        })
        .from(agents)
        .innerJoin(snapshot, sql`true`)
        .where(
          and(
            agentIn(db, target),
            eq(agents.active, true),
            sql`${snapshot.complete}`,
            sql`${bytesOf(sql`${snapshot.materials}`)} <= ${MATERIALS_BYTES}`,
            guard,
          ),
        ),
    )
    .onConflictDoNothing();
};

/** Makes a schedule with the first of its jobs, all or nothing: nothing where its agent is inactive or unknown, a test run is unknown, or the materials are too large. */
export const insertSchedule = async (
  change: Change,
  schedule: ScheduleFacts & Target & { plannedUntil: number },
  runs: Runs,
  plan: Omit<Plan, "key">,
  bounds: AnswerBounds,
  author: Author,
  creation: Creation,
) => {
  const { db } = change;
  const { projectId, agentId } = schedule;
  const { creationKey, now } = creation;
  const made = madeBy(schedules.creationKey, creation);
  const id = sql`(SELECT ${schedules.id} FROM ${schedules} WHERE ${made})`;
  const [, , , , , , , , , claim, rows, jobRows] = await db.batch([
    claimKey(db, creation),
    insertSnapshot(db, schedule, runs, creationKey, unclaimed(db, creation)),
    db.write(sql`
      INSERT INTO schedules (project_id, agent_id, snapshot_id, schedule_name, cron, time_zone, start_at, end_at,
        max_runs, allocated_minutes, expire_after_minutes, overlap, missed, missed_within_minutes, on_lost,
        max_attempts, stale_minutes, parameters, planned_until, created_at, creation_key)
      SELECT ${projectId}, ${agentId}, id, ${schedule.name}, ${schedule.cron}, ${schedule.timeZone},
        ${schedule.startAt}, ${schedule.endAt}, ${schedule.maxRuns}, ${schedule.allocatedMinutes},
        ${schedule.expireAfterMinutes}, ${schedule.overlap}, ${schedule.missed},
        ${schedule.missedWithinMinutes}, ${schedule.onLost}, ${schedule.maxAttempts}, ${schedule.staleMinutes}, ${schedule.parameters},
        ${schedule.plannedUntil},
        ${now}, ${creationKey}
      FROM snapshots WHERE creation_key = ${creationKey}
      ON CONFLICT DO NOTHING`),
    recordMade(db, author, "schedule", eq(schedules.creationKey, creationKey)),
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

/** What a schedule is replaced by; its jobs after `after` are planned anew. */
interface Replacement {
  facts: ScheduleFacts;
  runs: Runs;
  after: number;
  plan: Plan;
}

/**
 * Replaces what a schedule says: its jobs after `after` are dropped and planned anew, those before stay with
 * the materials that they have. All or nothing, as when it is made.
 */
export const replaceSchedule = async (
  change: Change,
  place: { projectId: number; id: number },
  { facts, runs, after, plan }: Replacement,
  author: Author,
  creation: Creation,
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
  const [, , , , , , , , rows] = await db.batch([
    insertSnapshot(db, target, runs, creation.creationKey, isLiving),
    dropPlanned(db, id, after, sql`EXISTS ${kept}`),
    recordChange(db, author, "schedule", replacement, replaceable),
    db.build.update(schedules).set(replacement).where(replaceable),
    ...carryOut(change, [plan], creation.now),
    db.build
      .select()
      .from(schedules)
      .where(and(living(projectId, id), sql`${schedules.snapshotId} = ${kept}`)),
  ]);
  return rows[0];
};

export const readSchedule = async (db: Database, projectId: number, id: number) => {
  const [rows] = await db.batch([db.build.select().from(schedules).where(living(projectId, id))]);
  return rows[0];
};

/** A page of a project's schedules by id, and whether the project is there. */
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

/** Why a schedule could not be made: what of it is not there, or not fit. */
export const readObstacles = async (db: Database, target: Target, runs: Runs) => {
  const { projectId } = target;
  const snapshot = snapshotOf(db, projectId, runs);
  const asked = JSON.stringify("testRunIds" in runs ? runs.testRunIds : []);
  const [project, agent, unknown, size] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(isProject(projectId)),
    db.build.select({ active: agents.active }).from(agents).where(agentIn(db, target)),
    db.read<{ id: number }>(sql`
      SELECT asked.value AS id FROM json_each(${asked}) asked
      WHERE NOT EXISTS (SELECT 1 FROM ${testRuns} WHERE ${testRuns.projectId} = ${projectId}
        AND ${testRuns.id} = asked.value)
      LIMIT 10`),
    db.build.select({ bytes: bytesOf(sql`${snapshot.materials}`).as("bytes") }).from(snapshot),
  ]);
  return {
    projectExists: project.length > 0,
    agent: agent[0],
    unknownTestRuns: unknown.map(({ id }) => id),
    materialsBytes: size[0]?.bytes ?? 0,
  };
};
