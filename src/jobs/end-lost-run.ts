import { openDatabase } from "../database/database.ts";
import { causeChain } from "../database/retry.ts";
import { Change } from "../host-object/cache-invalidation.ts";
import type { Lease } from "../host-object/lease-rules.ts";
import { log } from "../log.ts";
import { leaseHolder } from "./run-holder.ts";
import { cancelRun, loseRun } from "./sweep-store.ts";

/**
 * Ends a run under a lease whose time is up at `now` (epoch milliseconds): cancelled where that was asked, else
 * lost. A run that ended stays as it is; of one that D1 never saw begin the attempt is over, so that a RUNNING
 * still on its way begins nothing that nobody watches. The alarm of the host's object calls it;
 * `ended` false: D1 did not answer, to be tried again.
 */
export const endLostRun = async (env: Env, lease: Lease, now: number): Promise<{ ended: boolean }> => {
  const { job, attempt, leaseId, cancelAt } = lease;
  const run = { job, attempt, holder: leaseHolder(leaseId ?? "") };
  try {
    const db = openDatabase(env.DB);
    if (cancelAt !== null) await cancelRun(db, run, now);
    // The object begins a change of its own before it calls, and ends it after.
    else await loseRun(new Change(db, []), run, now);
    return { ended: true };
  } catch (error) {
    log("lost_run_not_ended", { job, attempt, causes: causeChain(error) });
    return { ended: false };
  }
};
