import { and } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import { jobs } from "../database/schema.ts";

/** The jobs among `jobIds` that belong to these projects. */
export const readCancelsOf = async (
  db: Database,
  jobIds: readonly number[],
  projectIds: readonly number[],
): Promise<number[]> => {
  const [rows] = await db.batch([
    db.build
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(isOneOf(jobs.id, jobIds), isOneOf(jobs.projectId, projectIds)))
      .orderBy(jobs.id),
  ]);
  return rows.map(({ id }) => id);
};
