import { sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import { JOB_STATUSES, type JobStatus } from "../../database/enums.ts";
import { type JobFilter, scannedJobs } from "./store.ts";

/** The maximum of jobs that are looked through for counts. */
export const MAX_LOOKED_THROUGH = 1000;

/** Counts by status among the first jobs of a list, whatever its status, and among those of another; one round trip. */
export const readJobCounts = async (
  db: Database,
  { until, coming }: { until: JobFilter; coming: JobFilter },
) => {
  const counted = (filter: JobFilter) => {
    const { scanned, rest } = scannedJobs({ ...filter, status: undefined, after: undefined });
    const ofEach = sql.join(
      JOB_STATUSES.map((status) => sql.raw(`COUNT(CASE WHEN status = '${status}' THEN 1 END) AS ${status}`)),
      sql`, `,
    );
    return db.read<
      Record<JobStatus, number>
    >(sql`SELECT ${ofEach} FROM (${scanned} LIMIT ${MAX_LOOKED_THROUGH}) job
      WHERE ${rest ?? sql`true`}`);
  };
  const [first, planned] = await db.batch([counted(until), counted(coming)]);
  return { first: first[0], planned: planned[0] };
};
