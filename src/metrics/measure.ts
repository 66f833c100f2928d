import type { Step } from "../call.ts";
import type { Database } from "../database/database.ts";
import { inBatches } from "../database/in-batches.ts";
import { countMoves, storeSteps } from "./store.ts";

const MAX_MOVES = 5000;
const MAX_BATCHES = 20;
/** The statements of one batch. */
const BATCH_QUERIES = 6;

/** Brings what /metrics answers up to date. Bounded; the next tick continues. */
export const measure: Step = async ({ db, queriesLeft }) => {
  let batches = 0;
  await inBatches({ batches: MAX_BATCHES, queriesEach: BATCH_QUERIES, queriesLeft }, async () => {
    const counted = await countMoves(db, MAX_MOVES);
    if (counted) batches += 1;
    return counted;
  });
  return { batches };
};

/** After a tick at `at` (epoch milliseconds): these steps ran well. */
export const noteSteps = (db: Database, steps: readonly string[], at: number): Promise<void> =>
  storeSteps(db, steps, at);
