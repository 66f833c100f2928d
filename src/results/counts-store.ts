import { and, eq, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { jobs } from "../database/schema.ts";
import type { ResultCounts } from "../jobs/result-counts.ts";
import type { AttemptPath } from "./run.ts";

/**
 * Stores the counts of a job's current attempt, unless newer ones are stored. Counts of an earlier attempt are dropped.
 */
export const storeCounts = async (
  db: Database,
  { project, job, attempt }: AttemptPath,
  { counts, revision }: { counts: ResultCounts; revision: number },
): Promise<void> => {
  await db.batch([
    db.build
      .update(jobs)
      .set({ results: JSON.stringify(counts), resultsAttempt: attempt, resultsRevision: revision })
      .where(
        and(
          eq(jobs.id, job),
          eq(jobs.projectId, project),
          eq(jobs.attempt, attempt),
          sql`(${jobs.resultsAttempt} IS NOT ${attempt} OR ${jobs.resultsRevision} < ${revision})`,
        ),
      ),
  ]);
};
