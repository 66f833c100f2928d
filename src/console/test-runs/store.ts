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
  /** The newest first, or by name. */
  order: "newest" | "az" | "za";
  /** The last test run of the previous page; its name counts in lists by name alone. */
  after: { id: number; name: string } | undefined;
}

/** The index that has an order, the rows behind one, and the order. */
const sortedBy = (order: TestRunFilter["order"], after: { id: number; name: string } | undefined) => {
  if (order === "newest") return { index: sql``, behind: sql`id < ${after?.id}`, by: sql`id DESC` };
  const [beyond, direction] = order === "az" ? [sql`>`, sql`ASC`] : [sql`<`, sql`DESC`];
  return {
    index: sql`INDEXED BY test_runs_by_name`,
    behind: sql`(test_case_name COLLATE NOCASE, id) ${beyond} (${after?.name}, ${after?.id})`,
    by: sql`test_case_name COLLATE NOCASE ${direction}, id ${direction}`,
  };
};

const LISTED = sql`id, test_case_name AS name, automation_content AS content, test_case_id AS caseId`;

/** A page of a project's test runs, and its last row. */
export const readTestRunList = async (db: Database, projectId: number, filter: TestRunFilter) => {
  const { search, id, after } = filter;
  const { index, behind, by } = sortedBy(id === undefined ? filter.order : "newest", after);
  const within: SQL = id !== undefined ? sql`id = ${id}` : after === undefined ? sql`true` : behind;
  const scanned = sql`SELECT ${LISTED} FROM test_runs ${index} WHERE project_id = ${projectId} AND ${within} ORDER BY ${by}`;
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
    db.read<{
      id: number;
      name: string;
    }>(sql`SELECT id, name FROM (${scanned} LIMIT 1 OFFSET ${MAX_SCANNED - 1})
      WHERE (SELECT COUNT(*) FROM (${found})) <= ${PAGE}`),
  ]);
  const shown = rows.slice(0, PAGE);
  return {
    project: project[0],
    rows: shown,
    next: rows.length > PAGE ? shown.at(-1) : last[0],
  };
};
