import type { Step } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { countOutcomes as storeCounts } from "./outcome-store.ts";

const MAX_ROWS = 5000;
const MAX_BATCHES = 20;
/** Queries of one batch. */
const BATCH_QUERIES = 2;

/** Adds the jobs that ended since the last tick to their days' counts. Bounded; the next tick continues. */
export const countOutcomes: Step = async ({ db, queriesLeft }) => {
  let batches = 0;
  await inBatches({ batches: MAX_BATCHES, queriesEach: BATCH_QUERIES, queriesLeft }, async () => {
    const counted = await storeCounts(db, MAX_ROWS);
    if (counted > 0) batches += 1;
    return counted > 0;
  });
  return { batches };
};
