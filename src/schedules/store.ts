import { and, eq, exists, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { agents, hosts, projects, schedules, testRuns } from "../database/schema.ts";
import { planSingleRuns } from "../jobs/plan-store.ts";
import { jobsOfSchedules } from "../jobs/store.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import { MATERIALS_BYTES } from "./materials.ts";
import type { OnLost } from "./on-lost.ts";

export type ScheduleRow = typeof schedules.$inferSelect;

export interface NewSchedule {
  projectId: number;
  agentId: number;
  name: string;
  /** Epoch milliseconds. */
  startAt: number;
  testRunIds: readonly number[];
  /** How long a run may take; null: RUN_LIMIT_MINUTES. */
  allocatedMinutes: number | null;
  onLost: OnLost;
  /** How often a job may be begun where `onLost` plans it again. */
  maxAttempts: number;
}

/** The materials of these test runs as they are now, in the order of the ids: a JSON array, its bytes, how many were found. */
const materialsOf = (db: Database, projectId: number, testRunIds: readonly number[]) => {
  const material = sql`json_object('test_run_id', ${testRuns.id}, 'test_case_id', ${testRuns.testCaseId},
    'test_case_name', ${testRuns.testCaseName}, 'test_case_version_id', ${testRuns.testCaseVersionId},
    'automation_content', ${testRuns.automationContent})`;
  return db.build
    .select({
      materials: sql<string>`json_group_array(${material} ORDER BY asked.key)`.as("materials"),
      found: sql<number>`COUNT(*)`.as("found"),
    })
    .from(sql`json_each(${JSON.stringify(testRunIds)}) asked`)
    .innerJoin(testRuns, and(eq(testRuns.projectId, projectId), sql`${testRuns.id} = asked.value`))
    .as("snapshot");
};

const bytesOf = (json: SQL) => sql<number>`LENGTH(CAST(${json} AS BLOB))`;

/** A living agent of the project, on a host that is not retired. */
const agentIn = (db: Database, projectId: number, agentId: number) =>
  and(
    eq(agents.id, agentId),
    eq(agents.projectId, projectId),
    isNull(agents.deletedAt),
    exists(
      db.build
        .select({ id: hosts.id })
        .from(hosts)
        .where(and(eq(hosts.id, agents.hostId), isNull(hosts.retiredAt))),
    ),
  );

/** Makes a schedule of a single run with its job, all or nothing: nothing where its agent is inactive or unknown, a test run is unknown, or the materials are too large. */
export const insertSchedule = async (db: Database, schedule: NewSchedule, creation: Creation) => {
  const { projectId, agentId, name, startAt, testRunIds } = schedule;
  const snapshot = materialsOf(db, projectId, testRunIds);
  const made = madeBy(schedules.creationKey, creation);
  const mine = eq(schedules.creationKey, creation.creationKey);
  const [, , , , claim, rows, jobRows] = await db.batch([
    claimKey(db, creation),
    db.build
      .insert(schedules)
      .select(
        db.build
          .select({
            id: sql<number>`NULL`.as("id"),
            projectId: agents.projectId,
            agentId: sql<number>`${agents.id}`.as("agent_id"),
            name: sql<string>`${name}`.as("schedule_name"),
            startAt: sql<number>`${startAt}`.as("start_at"),
            materials: snapshot.materials,
            materialsBytes: bytesOf(sql`${snapshot.materials}`).as("materials_bytes"),
            allocatedMinutes: sql<number | null>`${schedule.allocatedMinutes}`.as("allocated_minutes"),
            onLost: sql<OnLost>`${schedule.onLost}`.as("on_lost"),
            maxAttempts: sql<number>`${schedule.maxAttempts}`.as("max_attempts"),
            createdAt: sql<number>`${creation.now}`.as("created_at"),
            creationKey: sql<string>`${creation.creationKey}`.as("creation_key"),
          })
          .from(agents)
          .innerJoin(snapshot, sql`true`)
          .where(
            and(
              agentIn(db, projectId, agentId),
              eq(agents.active, true),
              sql`${snapshot.found} = ${testRunIds.length}`,
              sql`${bytesOf(sql`${snapshot.materials}`)} <= ${MATERIALS_BYTES}`,
              unclaimed(db, creation),
            ),
          ),
      )
      .onConflictDoNothing(),
    planSingleRuns(db, mine, creation.now),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${schedules} WHERE ${mine})`),
    readClaim(db, creation),
    db.build.select().from(schedules).where(made),
    jobsOfSchedules(db, made),
  ]);
  return { claim: claim[0], schedule: rows[0], jobs: jobRows };
};

/** Why a schedule could not be made: what of it is not there, or not fit. */
export const readObstacles = async (
  db: Database,
  { projectId, agentId, testRunIds }: Pick<NewSchedule, "projectId" | "agentId" | "testRunIds">,
) => {
  const snapshot = materialsOf(db, projectId, testRunIds);
  const [project, agent, unknown, size] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)),
    db.build
      .select({ active: agents.active })
      .from(agents)
      .where(agentIn(db, projectId, agentId)),
    db.build.all<{ id: number }>(sql`
      SELECT asked.value AS id FROM json_each(${JSON.stringify(testRunIds)}) asked
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
