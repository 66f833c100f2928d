import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";

const PAGE = 25;
/** The maximum of test runs that one page scans for matches. */
const MAX_SCANNED = 2000;

export interface ListedTestRun {
  id: number;
  name: string;
  content: string;
  caseId: number;
}

export interface TestRunFilter {
  /** A part of the name or of the content. */
  search: string;
  id: number | undefined;
  /** The last test run of the previous page; the newest come first. */
  after: number | undefined;
}

const LISTED = sql`id, test_case_name AS name, automation_content AS content, test_case_id AS caseId`;

/** A page of a project's test runs, newest first, and its last row. */
export const readTestRunList = async (db: Database, projectId: number, filter: TestRunFilter) => {
  const { search, id, after } = filter;
  const within: SQL =
    id !== undefined ? sql`id = ${id}` : after === undefined ? sql`true` : sql`id < ${after}`;
  const scanned = sql`SELECT ${LISTED} FROM test_runs WHERE project_id = ${projectId} AND ${within} ORDER BY id DESC`;
  const wanted =
    search === "" || id !== undefined
      ? sql`true`
      : sql`(instr(lower(name), lower(${search})) > 0 OR instr(lower(content), lower(${search})) > 0)`;
  const found = sql`SELECT * FROM (${scanned} LIMIT ${MAX_SCANNED}) WHERE ${wanted} LIMIT ${PAGE + 1}`;
  const [project, rows, last] = await db.batch([
    db.read<{ id: number; name: string }>(
      sql`SELECT id, name FROM projects WHERE id = ${projectId} AND deleted_at IS NULL`,
    ),
    db.read<ListedTestRun>(sql`SELECT id, name, content, caseId FROM (${found})`),
    db.read<{ id: number }>(sql`SELECT id FROM (${scanned} LIMIT 1 OFFSET ${MAX_SCANNED - 1})
      WHERE (SELECT COUNT(*) FROM (${found})) <= ${PAGE}`),
  ]);
  const shown = rows.slice(0, PAGE);
  return {
    project: project[0],
    rows: shown,
    next: rows.length > PAGE ? shown.at(-1)?.id : last[0]?.id,
  };
};
