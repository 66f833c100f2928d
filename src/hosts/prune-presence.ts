import type { Step } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { keptFrom } from "../settings.ts";
import { prunePresences } from "./presence-store.ts";

const BATCH = 2500;
const MAX_BATCHES = 20;

/** Removes the history of hosts' presence that is older than RETENTION_DAYS. Bounded; the next tick goes on. */
export const pruneOldPresence: Step = async ({ db, at, settings, queriesLeft }) => {
  const before = keptFrom(at, settings.RETENTION_DAYS);
  let presences = 0;
  await inBatches({ batches: MAX_BATCHES, queriesEach: 1, queriesLeft }, async () => {
    const pruned = await prunePresences(db, before, BATCH);
    presences += pruned;
    return pruned >= BATCH;
  });
  return { presences };
};
