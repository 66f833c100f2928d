import type { Step } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { keptFrom } from "../settings.ts";
import { pruneAged, pruneReplaced, removePast } from "./prune-store.ts";

/** Of 2,500 jobs: more than one database can hold make in half an hour. */
const MAX_BATCHES = 30;
/** What one batch reads and removes. */
const BATCH_QUERIES = 8;

/**
 * Removes the jobs that are past since more than RETENTION_DAYS, longest first, with their history and what only
 * they kept, keys that are remembered no longer, and what replaced schedules ran and no job kept.
 * What is open or runs stays, however old. Bounded; the next tick goes on where this one stopped.
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
