import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordDone } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { jobHistory, jobs, projects, site } from "../database/schema.ts";
import { HOST_LOST, RUN_LIMIT } from "../jobs/status.ts";

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

/** Up to `limit` attempts with results that a lost host or the run limit ended, in the history not yet counted. */
export const readLostRuns = async (db: Database, limit: number) => {
  const [rows] = await db.batch([
    db.build
      .select({ projectId: jobs.projectId, job: jobs.id, attempt: jobHistory.attempt })
      .from(jobHistory)
      .innerJoin(jobs, eq(jobs.id, jobHistory.jobId))
      .where(
        and(
          sql`${jobHistory.id} > (SELECT ${site.countedHistoryId} FROM ${site} WHERE ${site.id} = 1)`,
          inArray(jobHistory.reason, [HOST_LOST, RUN_LIMIT]),
          isNotNull(jobs.results),
        ),
      )
      .limit(limit),
  ]);
  return rows;
};
