import { sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { projects, testRuns } from "../database/schema.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Material } from "../schedules/materials.ts";

/** A test run as it is brought in: what has no id is given one. */
export type NewTestRun = Omit<Material, "test_run_id" | "test_case_id" | "test_case_version_id"> &
  Partial<Pick<Material, "test_run_id" | "test_case_id" | "test_case_version_id">>;

/** The highest of a column's values in the project and in what comes in: ids are given above it. */
const above = (projectId: number, column: string) => sql`MAX(
  COALESCE((SELECT MAX(${sql.raw(column)}) FROM test_runs WHERE project_id = ${projectId}), 0),
  COALESCE((SELECT MAX(${sql.raw(column)}) FROM incoming), 0))`;

/**
 * Brings test runs into a project in one statement: known ids are updated, missing ones given. A repeat of the
 * batch makes nothing twice. Gives the rows in the order they came, and whether the project is there.
 */
export const upsertTestRuns = async (
  db: Database,
  projectId: number,
  runs: readonly NewTestRun[],
  creation: Creation,
) => {
  const incoming = sql`incoming AS (
    SELECT key AS place, value ->> 'test_run_id' AS id, value ->> 'test_case_id' AS test_case_id,
      value ->> 'test_case_name' AS test_case_name, value ->> 'test_case_version_id' AS test_case_version_id,
      value ->> 'automation_content' AS automation_content
    FROM json_each(${JSON.stringify(runs)}))`;
  const madeHere = (key: string) => sql`(SELECT 1 FROM ${testRuns} WHERE ${testRuns.creationKey} = ${key})`;
  const [, , , claim, project, rows] = await db.batch([
    claimKey(db, creation),
    db.build.run(sql`
      WITH ${incoming}, highest AS (
        SELECT ${above(projectId, "id")} AS run, ${above(projectId, "test_case_id")} AS test_case,
          ${above(projectId, "test_case_version_id")} AS version)
      INSERT INTO test_runs (project_id, id, test_case_id, test_case_name, test_case_version_id,
        automation_content, creation_key, place)
      SELECT ${projectId}, COALESCE(incoming.id, run + incoming.place + 1),
        COALESCE(incoming.test_case_id, known.test_case_id, test_case + incoming.place + 1),
        incoming.test_case_name,
        COALESCE(incoming.test_case_version_id, known.test_case_version_id, version + incoming.place + 1),
        incoming.automation_content, ${creation.creationKey}, incoming.place
      FROM incoming, highest
      LEFT JOIN test_runs known ON known.project_id = ${projectId} AND known.id = incoming.id
      WHERE EXISTS (SELECT 1 FROM projects WHERE id = ${projectId})
        AND NOT EXISTS ${madeHere(creation.creationKey)} AND ${unclaimed(db, creation)}
      ON CONFLICT (project_id, id) DO UPDATE SET test_case_id = excluded.test_case_id,
        test_case_name = excluded.test_case_name, test_case_version_id = excluded.test_case_version_id,
        automation_content = excluded.automation_content`),
    releaseKey(db, creation, madeHere(creation.creationKey)),
    readClaim(db, creation),
    db.build.all<{ id: number }>(
      sql`SELECT ${projects.id} AS id FROM ${projects} WHERE ${projects.id} = ${projectId}`,
    ),
    db.build.all<Material>(sql`
      WITH ${incoming}
      SELECT made.id AS test_run_id, made.test_case_id, made.test_case_name, made.test_case_version_id,
        made.automation_content
      FROM incoming JOIN test_runs made ON made.project_id = ${projectId} AND made.id = COALESCE(incoming.id,
        (SELECT keyed.id FROM test_runs keyed WHERE keyed.place = incoming.place AND keyed.creation_key =
          COALESCE((SELECT made_by FROM replays WHERE scope_digest = ${creation.claim?.scopeDigest ?? ""}),
            ${creation.creationKey})))
      ORDER BY incoming.place`),
  ]);
  return { claim: claim[0], projectExists: project.length > 0, rows };
};
