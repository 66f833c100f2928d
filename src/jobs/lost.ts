import type { Database } from "../database/database.ts";
import type { Lease } from "../hosts/leases.ts";
import { leaseHolder } from "./holder.ts";
import { cancelRun, loseRun } from "./store-clock.ts";

/**
 * Ends a run under a lease whose time is up at `now` (epoch milliseconds): cancelled where that was asked, else
 * lost. A run that ended, or that D1 never saw begin, stays as it is. Called by the alarm of the host's object.
 */
export const endLostRun = async (db: Database, lease: Lease, now: number): Promise<void> => {
  const { job, attempt, leaseId, cancelAt } = lease;
  const run = { job, attempt, holder: leaseHolder(leaseId ?? "") };
  if (cancelAt !== null && cancelAt <= now) await cancelRun(db, run, now);
  else await loseRun(db, run, now);
};
