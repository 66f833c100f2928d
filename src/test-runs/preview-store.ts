import { and, eq, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Database } from "../database/database.ts";
import { projects, testRuns } from "../database/schema.ts";
import { type Incoming, incomingOf } from "./store.ts";

/** A test run to import beside the existing one that it matches, if there is one. */
export interface Compared {
  name: string;
  content: string;
  /** The existing one; null: it would be a new one. */
  id: number | null;
  wasName: string | null;
  wasContent: string | null;
  /** 1 if the import would change the existing one. */
  changes: number;
  /** 1 if it would be new, though one of its name is there. */
  isNamesake: number;
}

/** What an import would meet, in the order given, and whether the project exists. Changes nothing. */
export const compareIncoming = async (db: Database, projectId: number, incoming: Incoming) => {
  const kept = sql`(${testRuns.testCaseId}, ${testRuns.testCaseName}, ${testRuns.testCaseVersionId}, ${testRuns.automationContent})`;
  const to = sql`(COALESCE(given.test_case_id, ${testRuns.testCaseId}), given.test_case_name,
    COALESCE(given.test_case_version_id, ${testRuns.testCaseVersionId}), given.automation_content)`;
  const namesake = sql`EXISTS (SELECT 1 FROM test_runs named WHERE named.project_id = ${projectId}
    AND named.test_case_name COLLATE NOCASE = given.test_case_name AND named.test_case_name = given.test_case_name)`;
  const [project, rows] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(isProject(projectId)),
    db.read<Compared>(sql`
      SELECT given.test_case_name AS name, given.automation_content AS content, ${testRuns.id} AS id,
        ${testRuns.testCaseName} AS wasName, ${testRuns.automationContent} AS wasContent,
        (${testRuns.id} IS NOT NULL AND ${kept} IS NOT ${to}) AS changes,
        (${testRuns.id} IS NULL AND ${namesake}) AS isNamesake
      FROM ${incomingOf(projectId, incoming)} given
      LEFT JOIN ${testRuns} ON ${and(
        eq(testRuns.projectId, projectId),
        sql`${testRuns.id} = COALESCE(given.given_id, given.known_id)`,
      )}
      ORDER BY given.place`),
  ]);
  return { projectExists: project.length > 0, rows };
};
