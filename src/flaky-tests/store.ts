import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordDone } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { jobHistory, jobs, projects, site } from "../database/schema.ts";
import { HOST_REASONS, LATE } from "../jobs/status.ts";

/** Records in the audit an action on a project's tests, which its own row does not show. */
export const recordOfProject = async (
  db: Database,
  author: Author,
  { projectId, before, after }: { projectId: number; before?: object; after: object },
): Promise<void> => {
  const json = (value: object | undefined) => (value ? sql`${JSON.stringify(value)}` : sql`NULL`);
  await db.batch([
    recordDone(db, author, {
      name: "project",
      values: { before: json(before), after: json(after) },
      where: eq(projects.id, projectId),
    }),
  ]);
};

/**
 * The moves in the history not yet counted that a reason of the host made, or that corrected one, in order; up to
 * `limit`, of attempts that may have results.
 */
export const readLostRuns = async (db: Database, limit: number) => {
  const [rows] = await db.batch([
    db.build
      .select({
        projectId: jobs.projectId,
        job: jobs.id,
        attempt: jobHistory.attempt,
        reason: jobHistory.reason,
      })
      .from(jobHistory)
      .innerJoin(jobs, eq(jobs.id, jobHistory.jobId))
      .where(
        and(
          sql`${jobHistory.id} > (SELECT ${site.countedHistoryId} FROM ${site} WHERE ${site.id} = 1)`,
          inArray(jobHistory.reason, [...HOST_REASONS, LATE]),
          isNotNull(jobs.results),
        ),
      )
      .orderBy(jobHistory.id)
      .limit(limit),
  ]);
  return rows;
};
