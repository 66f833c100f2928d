import { and, eq, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import type { JobStatus } from "../database/enums.ts";
import { jobs } from "../database/schema.ts";
import type { ResultCounts } from "../jobs/result-counts.ts";
import type { AttemptPath } from "./run.ts";

/**
 * Stores the counts of a job's current attempt, unless newer ones are stored. Counts of an earlier attempt are dropped.
 * Returns how the job stands then; undefined if it is gone.
 */
export const storeCounts = async (
  db: Database,
  { project, job, attempt }: AttemptPath,
  { counts, revision }: { counts: ResultCounts; revision: number },
): Promise<{ attempt: number; status: JobStatus; statusReason: string | null } | undefined> => {
  const [, rows] = await db.batch([
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
    db.build
      .select({ attempt: jobs.attempt, status: jobs.status, statusReason: jobs.statusReason })
      .from(jobs)
      .where(eq(jobs.id, job)),
  ]);
  return rows[0];
};
