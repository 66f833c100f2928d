import { and, eq, exists, notExists, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { projects, testRuns } from "../database/schema.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Material } from "../schedules/materials.ts";

/** A test run as it is brought in: what has no id is given one. */
export type NewTestRun = Omit<Material, "test_run_id" | "test_case_id" | "test_case_version_id"> &
  Partial<Pick<Material, "test_run_id" | "test_case_id" | "test_case_version_id">>;

/** The highest of a column's values in the project and in what comes in: ids are given above it. */
const above = (projectId: number, column: string) => sql`MAX(
  COALESCE((SELECT MAX(${sql.raw(column)}) FROM test_runs WHERE project_id = ${projectId}), 0),
  COALESCE((SELECT MAX(${sql.raw(column)}) FROM incoming), 0))`;

const incomingOf = (runs: readonly NewTestRun[]) => sql`(
  SELECT key AS place, value ->> 'test_run_id' AS id, value ->> 'test_case_id' AS test_case_id,
    value ->> 'test_case_name' AS test_case_name, value ->> 'test_case_version_id' AS test_case_version_id,
    value ->> 'automation_content' AS automation_content
  FROM json_each(${JSON.stringify(runs)}))`;

/**
 * Brings test runs into a project in one statement: known ids are updated, missing ones given. A repeat of the
 * batch makes nothing twice. Gives the rows in the order they came, and whether the project is there. Made with
 * the builder's own verbs: Drizzle can't run a raw statement that has parameters in a batch. The cross join holds
 * SQLite to the order of its tables: the other way it would read all that comes in for each row of the project.
 */
export const upsertTestRuns = async (
  db: Database,
  projectId: number,
  runs: readonly NewTestRun[],
  creation: Creation,
) => {
  const incoming = incomingOf(runs);
  const project = db.build.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId));
  const madeBefore = db.build
    .select({ id: testRuns.id })
    .from(testRuns)
    .where(eq(testRuns.creationKey, creation.creationKey));
  const [, , , claim, found, rows] = await db.batch([
    claimKey(db, creation),
    db.build
      .insert(testRuns)
      .select(
        sql`WITH incoming AS ${incoming}, highest AS (
          SELECT ${above(projectId, "id")} AS run, ${above(projectId, "test_case_id")} AS test_case,
            ${above(projectId, "test_case_version_id")} AS version)
        SELECT ${projectId}, COALESCE(incoming.id, run + incoming.place + 1),
          COALESCE(incoming.test_case_id, known.test_case_id, test_case + incoming.place + 1),
          incoming.test_case_name,
          COALESCE(incoming.test_case_version_id, known.test_case_version_id, version + incoming.place + 1),
          incoming.automation_content, ${creation.creationKey}, incoming.place
        FROM incoming, highest
        LEFT JOIN test_runs known ON known.project_id = ${projectId} AND known.id = incoming.id
        WHERE ${and(exists(project), notExists(madeBefore), unclaimed(db, creation))}`,
      )
      .onConflictDoUpdate({
        target: [testRuns.projectId, testRuns.id],
        set: {
          testCaseId: sql`excluded.test_case_id`,
          testCaseName: sql`excluded.test_case_name`,
          testCaseVersionId: sql`excluded.test_case_version_id`,
          automationContent: sql`excluded.automation_content`,
        },
      }),
    releaseKey(db, creation, sql`${project}`),
    readClaim(db, creation),
    project,
    db.build
      .select({
        test_run_id: testRuns.id,
        test_case_id: testRuns.testCaseId,
        test_case_name: testRuns.testCaseName,
        test_case_version_id: testRuns.testCaseVersionId,
        automation_content: testRuns.automationContent,
      })
      .from(sql`${incoming} incoming`)
      .crossJoin(testRuns)
      .where(
        and(
          eq(testRuns.projectId, projectId),
          sql`${testRuns.id} = COALESCE(incoming.id, (SELECT keyed.id FROM test_runs keyed
          WHERE keyed.place = incoming.place AND ${madeBy(sql`keyed.creation_key`, creation)}))`,
        ),
      )
      .orderBy(sql`incoming.place`),
  ]);
  return { claim: claim[0], projectExists: found.length > 0, rows };
};
