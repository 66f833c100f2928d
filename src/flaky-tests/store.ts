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

/** The first row of the history that is not judged yet comes after this one. */
const JUDGED = sql`(SELECT COALESCE(${site.discountedHistoryId}, ${site.countedHistoryId}) FROM ${site} WHERE ${site.id} = 1)`;

/**
 * The moves in the history that are not judged yet and that a reason of the host made, or that corrected one, in order;
 * up to `limit`, of attempts that may have results. `newest` is the last row of the history.
 */
export const readLostRuns = async (db: Database, limit: number) => {
  const [moves, newest] = await db.batch([
    db.build
      .select({
        id: jobHistory.id,
        projectId: jobs.projectId,
        job: jobs.id,
        attempt: jobHistory.attempt,
        reason: jobHistory.reason,
      })
      .from(jobHistory)
      .innerJoin(jobs, eq(jobs.id, jobHistory.jobId))
      .where(
        and(
          sql`${jobHistory.id} > ${JUDGED}`,
          inArray(jobHistory.reason, [...HOST_REASONS, LATE]),
          isNotNull(jobs.results),
        ),
      )
      .orderBy(jobHistory.id)
      .limit(limit),
    db.read<{ id: number | null }>(sql`SELECT MAX(id) AS id FROM ${jobHistory}`),
  ]);
  return { moves, newest: newest[0]?.id ?? 0 };
};

/** The history is judged up to this row. */
export const markJudged = async (db: Database, id: number): Promise<void> => {
  await db.batch([
    db.write(sql`UPDATE site SET discounted_history_id = ${id}
      WHERE id = 1 AND discounted_history_id IS NOT ${id}`),
  ]);
};
