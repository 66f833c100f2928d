import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordDone } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import { jobHistory, jobs, projects, site } from "../database/schema.ts";
import { HOST_LOST, RUN_LIMIT } from "../jobs/status.ts";

/** Keeps in the audit what is done with a project's tests, which its own row doesn't show. */
export const recordOfProject = async (
  db: Database,
  projectId: number,
  author: Author,
  { before, after }: { before?: object; after: object },
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

/** The attempts with results that ended for their host's reason, in the history that is not counted yet, at most `most`. */
export const readLostRuns = async (db: Database, most: number) => {
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
      .limit(most),
  ]);
  return rows;
};
