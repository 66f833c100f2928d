import { openDatabase } from "../database/database.ts";
import { causeChain } from "../database/retry.ts";
import { Change } from "../host-object/cache-invalidation.ts";
import { type Lease, projectOfLease } from "../host-object/lease-rules.ts";
import { tellPages } from "../live-updates/client.ts";
import { log } from "../log.ts";
import { wakingBy } from "../outbox/client.ts";
import { cancelRun, loseRun } from "./lost-run-store.ts";
import { leaseHolder } from "./run-holder.ts";

/**
 * Ends a run whose lease expired at `now` (epoch milliseconds): cancelled if there was a cancel request, else
 * lost. A run that has ended stays as it is. If D1 never saw the run begin, its attempt is over, so that a
 * late RUNNING cannot begin an unwatched run. Called by the alarm of the host's object. `ended` is false if
 * D1 did not answer: retry.
 */
export const endLostRun = async (env: Env, lease: Lease, now: number): Promise<{ ended: boolean }> => {
  const { job, attempt, leaseId, cancelAt } = lease;
  const run = { job, attempt, holder: leaseHolder(leaseId ?? "") };
  try {
    const db = openDatabase(env.DB);
    const due =
      cancelAt !== null
        ? await cancelRun(db, run, now)
        : // The object begins and ends a change of its own around this call.
          await loseRun(new Change(db, []), run, now);
    // Not awaited: other runs are ended next.
    void tellPages(env, { projectId: projectOfLease(leaseId ?? "") ?? null, jobId: job });
    if (due.length > 0) void wakingBy(env.WEBHOOKS, log)(due);
    return { ended: true };
  } catch (error) {
    log("lost_run_not_ended", { job, attempt, causes: causeChain(error) });
    return { ended: false };
  }
};
