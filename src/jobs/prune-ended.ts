import type { Step } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { keptFrom } from "../settings.ts";
import { pruneAged, pruneReplaced, removePast } from "./prune-store.ts";

/** Up to 2,500 jobs each: more than one database can create in half an hour. */
const MAX_BATCHES = 30;
/** Queries of one batch. */
const BATCH_QUERIES = 8;

/**
 * Deletes the jobs that are past since more than RETENTION_DAYS, oldest first, with their history and what
 * only they used, expired idempotency keys, and snapshots that nothing uses any more. Open and running jobs
 * stay, however old. Bounded; the next tick continues.
 */
export const pruneEnded: Step = async ({ db, at, settings, queriesLeft }) => {
  const before = keptFrom(at, settings.RETENTION_DAYS);
  const pruned = { jobs: 0, history: 0, schedules: 0, snapshots: 0, replays: 0 };
  if (queriesLeft() >= 1) pruned.snapshots += await pruneReplaced(db, at);
  await inBatches({ batches: MAX_BATCHES, queriesEach: BATCH_QUERIES, queriesLeft }, async () => {
    const { past, replays, more } = await pruneAged(db, before, at);
    pruned.replays += replays;
    if (past.scheduleIds.length > 0) {
      const { jobs, history, schedules, snapshots } = await removePast(db, past, before);
      pruned.jobs += jobs;
      pruned.history += history;
      pruned.schedules += schedules;
      pruned.snapshots += snapshots;
    }
    return more;
  });
  return pruned;
};
