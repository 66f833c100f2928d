import type { Step } from "../tick.ts";
import { pruneAged, removePast } from "./prune-store.ts";
import { keptFrom } from "./retention.ts";

const MOST_BATCHES = 10;

/**
 * Removes the jobs that are past since more than RETENTION_DAYS, longest first, with their history and what only
 * they kept, then what is too old by itself: the history of hosts' presence, and keys that are remembered no longer.
 * What is open or runs stays, however old. Bounded; the next tick goes on where this one stopped.
 */
export const pruneEnded: Step = async ({ db, at, settings }) => {
  const before = keptFrom(at, settings.RETENTION_DAYS);
  const pruned = { jobs: 0, history: 0, schedules: 0, snapshots: 0, presences: 0, replays: 0 };
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const { past, presences, replays, more } = await pruneAged(db, before, at);
    pruned.presences += presences;
    pruned.replays += replays;
    if (past.scheduleIds.length > 0) {
      const { jobs, history, schedules, snapshots } = await removePast(db, past, before);
      pruned.jobs += jobs;
      pruned.history += history;
      pruned.schedules += schedules;
      pruned.snapshots += snapshots;
    }
    if (!more) break;
  }
  return pruned;
};
