import { sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { jobs, outcomes, projects } from "../database/schema.ts";

/** A project whose results and files may be old enough to be removed. */
export interface DueProject {
  id: number;
  /** It has or had a job. Without one it has no results and no files. */
  used: number;
}

/** The projects that are due at `now`, those that have waited longest first; up to `limit`. */
export const readDue = async (db: Database, now: number, limit: number): Promise<DueProject[]> => {
  const [rows] = await db.batch([
    db.read<DueProject>(sql`SELECT id, (EXISTS (SELECT 1 FROM ${jobs} WHERE ${jobs.projectId} = due.id)
        OR EXISTS (SELECT 1 FROM ${outcomes} WHERE ${outcomes.projectId} = due.id)) AS used
      FROM ${projects} due WHERE due.sweep_at <= ${now} AND due.removed_at IS NULL
        AND due.deleted_at IS NULL
      ORDER BY due.sweep_at LIMIT ${limit}`),
  ]);
  return rows;
};

/** When each of these projects is due next; epoch milliseconds. */
export const storeNext = async (
  db: Database,
  next: readonly { id: number; sweepAt: number }[],
): Promise<void> => {
  const list = JSON.stringify(next.map(({ id, sweepAt }) => [id, sweepAt]));
  await db.batch([
    db.write(sql`UPDATE projects SET sweep_at = (
        SELECT value ->> 1 FROM json_each(${list}) WHERE value ->> 0 = projects.id)
      WHERE id IN (SELECT value ->> 0 FROM json_each(${list}))`),
  ]);
};
