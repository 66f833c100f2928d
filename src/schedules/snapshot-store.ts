import { and, eq, exists, isNull, type SQL, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Database } from "../database/database.ts";
import { agents, hosts, projects, snapshots, testRuns } from "../database/schema.ts";
import { MATERIALS_BYTES, MAX_TEST_RUNS, type Material } from "../jobs/materials.ts";
import { foundBy } from "./filter-store.ts";
import type { TestPattern } from "./test-filter.ts";

/** What a schedule runs: test runs of its project as they are now, by their ids or found by a filter, or complete materials. */
export type Runs =
  | { testRunIds: readonly number[] }
  | { found: readonly TestPattern[] }
  | { materials: readonly Material[] };

/** The materials as a JSON array, and whether all requested test runs exist. */
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
  if ("found" in runs)
    return db.build
      .select({
        materials: sql<string>`json_group_array(json(found.material))`.as("materials"),
        complete: sql<number>`COUNT(*) BETWEEN 1 AND ${MAX_TEST_RUNS}`.as("complete"),
      })
      .from(
        sql`(SELECT ${material} AS material FROM ${testRuns}
          WHERE ${testRuns.projectId} = ${projectId} AND ${foundBy(runs.found)}
          ORDER BY ${testRuns.id} LIMIT ${MAX_TEST_RUNS + 1}) found`,
      )
      .as("snapshot");
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

/** The agent that a schedule names. `hostId`: the only host that it may belong to; null: any. */
export interface Target {
  projectId: number;
  agentId: number;
  hostId: number | null;
}

/** An agent of the project that is not deleted, on a host that is not retired. */
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

/** Statement: stores the materials if the agent is active, all test runs exist and the materials are not too large. */
export const insertSnapshot = (
  db: Database,
  target: Target,
  { runs, creationKey, guard }: { runs: Runs; creationKey: string; guard: SQL },
) => {
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

/** What may keep a schedule from being created. */
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
    db.build
      .select({
        bytes: bytesOf(sql`${snapshot.materials}`).as("bytes"),
        tests: sql<number>`json_array_length(${snapshot.materials})`.as("tests"),
      })
      .from(snapshot),
  ]);
  return {
    projectExists: project.length > 0,
    agent: agent[0],
    unknownTestRuns: unknown.map(({ id }) => id),
    materialsBytes: size[0]?.bytes ?? 0,
    tests: size[0]?.tests ?? 0,
  };
};
