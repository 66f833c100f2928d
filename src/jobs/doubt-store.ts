import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { type Database, isOneOf } from "../database/database.ts";
import { jobs } from "../database/schema.ts";
import { statusIn } from "./store.ts";
import { underNoLease } from "./sweep-store.ts";

/** Statement: the runs of a host that `where` picks are in doubt from `now` on. Those under a lease are their object's to watch. */
export const doubtRuns = (db: Database, hostId: SQL | number, now: number, where?: SQL) =>
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

/** What a process of a host says that it runs. */
export interface Running {
  hostId: number;
  jobs: readonly number[];
  /** The projects that it may speak of; null: all. */
  projectIds: readonly number[] | null;
}

/** Takes a process at its word: the runs of its host that it names are in no doubt, the others are. */
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
    doubtRuns(db, hostId, now, and(sql`NOT ${isNamed}`, known)),
  ]);
};
