import { and, eq, exists, gt, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange, recordRemoved } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { audit, projects, testRuns } from "../database/schema.ts";
import type { Page } from "../wire/list-pages.ts";
import { MATERIAL } from "./store.ts";

const at = (projectId: number, id: number) => and(eq(testRuns.projectId, projectId), eq(testRuns.id, id));

const select = (db: Database) => db.build.select(MATERIAL).from(testRuns);

export const readTestRun = async (db: Database, projectId: number, id: number) => {
  const [rows] = await db.batch([select(db).where(at(projectId, id))]);
  return rows[0];
};

/** A page of a project's test runs by id. */
export const readTestRuns = async (db: Database, projectId: number, page: Page) => {
  const [project, rows] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(isProject(projectId)),
    select(db)
      .where(and(eq(testRuns.projectId, projectId), gt(testRuns.id, page.after)))
      .orderBy(testRuns.id)
      .limit(page.limit + 1),
  ]);
  return { projectExists: project.length > 0, rows };
};

/** Changes a test run, if that makes a difference. Returns it afterwards. */
export const changeTestRun = async (
  db: Database,
  { projectId, id }: { projectId: number; id: number },
  { changes, author }: { changes: { testCaseName?: string; automationContent?: string }; author: Author },
) => {
  const [, , rows] = await db.batch([
    recordChange(db, author, { name: "testRun", changes, where: at(projectId, id) }),
    db.build.update(testRuns).set(changes).where(at(projectId, id)),
    select(db).where(at(projectId, id)),
  ]);
  return rows[0];
};

/**
 * Deletes a test run; its id is never reused. Returns what this request deleted, as JSON; a repeat of the batch finds
 * it in the audit.
 */
export const removeTestRun = async (
  db: Database,
  { projectId, id }: { projectId: number; id: number },
  author: Author,
): Promise<string | undefined> => {
  const there = db.build.select({ id: testRuns.id }).from(testRuns).where(at(projectId, id));
  const [, , , removed] = await db.batch([
    recordRemoved(db, author, { name: "testRun", where: at(projectId, id) }),
    db.build
      .update(projects)
      .set({ deletedTestRunId: sql`MAX(${projects.deletedTestRunId}, ${id})` })
      .where(and(eq(projects.id, projectId), exists(there))),
    db.build.delete(testRuns).where(at(projectId, id)),
    db.build
      .select({ before: audit.before })
      .from(audit)
      .where(
        and(
          eq(audit.requestId, author.requestId),
          eq(audit.objectKind, "test_run"),
          eq(audit.objectId, id),
          eq(audit.projectId, projectId),
        ),
      ),
  ]);
  return removed[0]?.before ?? undefined;
};
