import type { Step } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { keptFrom } from "../settings.ts";
import { prunePresences } from "./presence-store.ts";

const BATCH = 2500;
const MAX_BATCHES = 20;

/** Removes presence history older than RETENTION_DAYS. Bounded; the next tick continues. */
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
