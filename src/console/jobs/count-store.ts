import { sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import type { JobStatus } from "../../database/enums.ts";
import { type JobFilter, scannedJobs } from "./store.ts";

/** The maximum of jobs that are looked through for counts. */
export const MAX_LOOKED_THROUGH = 1000;

/** Counts by status among the first jobs of a list without a filter of status, and of those planned after it: one round trip. */
export const readJobCounts = async (db: Database, filter: JobFilter, now: number) => {
  const counted = (part: JobFilter) => {
    const { scanned, rest } = scannedJobs({ ...part, status: undefined, after: undefined });
    return sql`SELECT status, COUNT(*) AS jobs FROM (SELECT * FROM (${scanned} LIMIT ${MAX_LOOKED_THROUGH}) job
      WHERE ${rest ?? sql`true`}) job GROUP BY status`;
  };
  const coming: JobFilter = {
    ...filter,
    order: "next",
    sort: "time",
    from: filter.from ?? now,
    to: filter.to,
  };
  const [until, after] = await db.batch([
    db.read<{ status: JobStatus; jobs: number }>(counted(filter)),
    db.read<{ status: JobStatus; jobs: number }>(counted(coming)),
  ]);
  return { until, after };
};
