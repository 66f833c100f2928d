import { and, eq, exists, notExists, type SQL, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange, recordMade } from "../audit/store.ts";
import { type Database, isOneOf } from "../database/database.ts";
import { projects, testRuns } from "../database/schema.ts";
import type { Material } from "../jobs/materials.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { ImportSummary } from "./summary.ts";

/** A test run to import; missing ids are assigned. */
export type NewTestRun = Omit<Material, "test_run_id" | "test_case_id" | "test_case_version_id"> &
  Partial<Pick<Material, "test_run_id" | "test_case_id" | "test_case_version_id">>;

/** By what those of a file match existing ones. */
export const FILE_MATCHES = ["content", "name"] as const;
export type FileMatch = (typeof FILE_MATCHES)[number];

/**
 * The test runs to import. Those without an id match no existing one ("id"), the one of the same name and content
 * ("content"), or, where there is none and only one here and there has the name, that one ("name").
 */
export interface Incoming {
  runs: readonly NewTestRun[];
  matchBy: "id" | FileMatch;
  /** Of a report. */
  summary?: ImportSummary;
}

/** The columns of a test run, under a material's names. */
export const MATERIAL = {
  test_run_id: testRuns.id,
  test_case_id: testRuns.testCaseId,
  test_case_name: testRuns.testCaseName,
  test_case_version_id: testRuns.testCaseVersionId,
  automation_content: testRuns.automationContent,
};

/** The ids that name no test run of the project. */
export const readUnknown = async (
  db: Database,
  projectId: number,
  ids: readonly number[],
): Promise<number[]> => {
  const [rows] = await db.batch([
    db.build
      .select({ id: testRuns.id })
      .from(testRuns)
      .where(and(eq(testRuns.projectId, projectId), isOneOf(testRuns.id, ids))),
  ]);
  const known = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
};

/** The highest value of a column in the project and in the import; assigned ids are above it. */
const above = (projectId: number, column: string) => sql`MAX(
  COALESCE((SELECT MAX(${sql.raw(column)}) FROM test_runs WHERE project_id = ${projectId}), 0),
  COALESCE((SELECT MAX(${sql.raw(column)}) FROM incoming), 0))`;

/** The runs as the statement reads them: each says whether it is the only one of its name. */
const asRows = (runs: readonly NewTestRun[]): string => {
  const times = new Map<string, number>();
  for (const { test_case_name: name } of runs) times.set(name, (times.get(name) ?? 0) + 1);
  return JSON.stringify(runs.map((run) => ({ ...run, alone: times.get(run.test_case_name) === 1 ? 1 : 0 })));
};

/** The only existing test run of the name of `value`, if it has one. */
const onlyOfName = (
  projectId: number,
): SQL => sql`(SELECT iif(COUNT(*) = 1, MIN(named.id), NULL) FROM test_runs named
  WHERE named.project_id = ${projectId} AND named.test_case_name COLLATE NOCASE = value ->> 'test_case_name'
  AND named.test_case_name = value ->> 'test_case_name')`;

/**
 * The imported test runs, each with its assigned id and the id of the existing one it matches: the lowest with its
 * content, looked up once. The plus keeps SQLite from searching for the lowest id among all of the project.
 */
export const incomingOf = (projectId: number, { runs, matchBy }: Incoming) => sql`(
  WITH looked_up AS MATERIALIZED (
    SELECT key AS place, value ->> 'test_run_id' AS given_id, value ->> 'test_case_id' AS test_case_id,
      value ->> 'test_case_name' AS test_case_name, value ->> 'test_case_version_id' AS test_case_version_id,
      value ->> 'automation_content' AS automation_content,
      CASE WHEN ${matchBy === "id" ? 0 : 1} THEN COALESCE((SELECT MIN(+present.id) FROM test_runs present
        WHERE present.project_id = ${projectId} AND present.automation_content = value ->> 'automation_content'
        AND present.test_case_name = value ->> 'test_case_name'),
        CASE WHEN ${matchBy === "name" ? 1 : 0} AND value ->> 'alone' THEN ${onlyOfName(projectId)} END) END AS known_id
    FROM json_each(${asRows(runs)}))
  SELECT * FROM looked_up)`;

/**
 * Imports test runs in one statement: known ones are updated, missing ids are assigned, and equal ones are not written.
 * A repeat of the batch creates nothing twice. Returns the rows in the order given, and whether the project exists. It
 * uses the query builder because Drizzle cannot batch a raw statement with parameters.
 */
export const upsertTestRuns = async (
  db: Database,
  projectId: number,
  { incoming, author, creation }: { incoming: Incoming; author: Author; creation: Creation },
) => {
  const given = incomingOf(projectId, incoming);
  const project = db.build.select({ id: projects.id }).from(projects).where(isProject(projectId));
  const madeBefore = db.build
    .select({ id: testRuns.id })
    .from(testRuns)
    .where(eq(testRuns.creationKey, creation.creationKey));
  const mayImport = and(exists(project), notExists(madeBefore), unclaimed(db, creation));
  const [, , , , , claim, found, rows] = await db.batch([
    claimKey(db, creation),
    recordChange(db, author, {
      name: "testRun",
      changes: {
        testCaseId: sql`COALESCE(given.test_case_id, ${testRuns.testCaseId})`,
        testCaseName: sql`given.test_case_name`,
        testCaseVersionId: sql`COALESCE(given.test_case_version_id, ${testRuns.testCaseVersionId})`,
        automationContent: sql`given.automation_content`,
      },
      where: mayImport,
      // If one comes twice, the last counts, as in the statement below.
      join: sql`JOIN (SELECT *, MAX(place) AS last FROM ${given} GROUP BY COALESCE(given_id, known_id)) given
        ON ${testRuns.projectId} = ${projectId} AND ${testRuns.id} = COALESCE(given.given_id, given.known_id)`,
    }),
    db.build
      .insert(testRuns)
      .select(
        sql`WITH incoming AS MATERIALIZED (
          SELECT given.*, COALESCE(given_id, known_id) AS id FROM ${given} given), highest AS (
          SELECT MAX(${above(projectId, "id")}, COALESCE((SELECT ${projects.deletedTestRunId} FROM ${projects}
            WHERE ${projects.id} = ${projectId}), 0)) AS run, ${above(projectId, "test_case_id")} AS test_case,
            ${above(projectId, "test_case_version_id")} AS version)
        SELECT ${projectId}, COALESCE(incoming.id, run + incoming.place + 1),
          COALESCE(incoming.test_case_id, known.test_case_id, test_case + incoming.place + 1),
          incoming.test_case_name,
          COALESCE(incoming.test_case_version_id, known.test_case_version_id, version + incoming.place + 1),
          incoming.automation_content, ${creation.creationKey}, incoming.place
        FROM incoming, highest
        LEFT JOIN test_runs known ON known.project_id = ${projectId} AND known.id = incoming.id
        WHERE ${mayImport}`,
      )
      .onConflictDoUpdate({
        target: [testRuns.projectId, testRuns.id],
        set: {
          testCaseId: sql`excluded.test_case_id`,
          testCaseName: sql`excluded.test_case_name`,
          testCaseVersionId: sql`excluded.test_case_version_id`,
          automationContent: sql`excluded.automation_content`,
        },
        setWhere: sql`(${testRuns.testCaseId}, ${testRuns.testCaseName}, ${testRuns.testCaseVersionId}, ${testRuns.automationContent})
          IS NOT (excluded.test_case_id, excluded.test_case_name, excluded.test_case_version_id, excluded.automation_content)`,
      }),
    recordMade(db, author, {
      name: "testRun",
      where: and(eq(testRuns.creationKey, creation.creationKey), eq(testRuns.projectId, projectId)),
    }),
    releaseKey(db, creation, sql`${project}`),
    readClaim(db, creation),
    project,
    db.build
      .select(MATERIAL)
      .from(sql`${given} given`)
      .innerJoin(
        testRuns,
        and(
          eq(testRuns.projectId, projectId),
          sql`${testRuns.id} = COALESCE(given.given_id, (SELECT keyed.id FROM test_runs keyed
            WHERE keyed.place = given.place AND ${madeBy(sql`keyed.creation_key`, creation)}), given.known_id)`,
        ),
      )
      .orderBy(sql`given.place`),
  ]);
  return { claim: claim[0], projectExists: found.length > 0, rows };
};
