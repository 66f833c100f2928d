import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import { jobs } from "../database/schema.ts";
import { statusIn } from "./store.ts";
import { underNoLease } from "./sweep-store.ts";

/** Statement: marks the host's runs that `where` picks as in doubt since `now`. Runs under a lease are left to the host's object. */
export const doubtRuns = (
  db: Database,
  { hostId, where }: { hostId: SQL | number; where?: SQL | undefined },
  now: number,
) =>
  db.build
    .update(jobs)
    .set({ doubtedAt: now })
    .where(
      and(
        statusIn(["RUNNING"]),
        sql`${jobs.hostId} = ${hostId}`,
        underNoLease,
        isNull(jobs.doubtedAt),
        where,
      ),
    );

/** The runs that a process of a host reports to have. */
export interface Running {
  hostId: number;
  jobs: readonly number[];
  /** The projects that it may access; null: all. */
  projectIds: readonly number[] | null;
}

/** Clears the doubt from the host's runs that the process names, and marks the others as in doubt. */
export const settleDoubts = async (
  db: Database,
  { hostId, jobs: named, projectIds }: Running,
  now: number,
): Promise<void> => {
  const isNamed = isOneOf(jobs.id, named);
  const known = projectIds === null ? undefined : isOneOf(jobs.projectId, projectIds);
  await db.batch([
    db.build
      .update(jobs)
      .set({ doubtedAt: null })
      .where(
        and(
          statusIn(["RUNNING"]),
          eq(jobs.hostId, hostId),
          sql`${jobs.doubtedAt} IS NOT NULL`,
          isNamed,
          known,
        ),
      ),
    doubtRuns(db, { hostId, where: and(sql`NOT ${isNamed}`, known) }, now),
  ]);
};
