import type { Step } from "../tick.ts";
import { countOutcomes as storeCounts } from "./outcome-store.ts";

const MOST_ROWS = 5000;
const MOST_BATCHES = 20;

/** Adds the jobs that ended since the last tick to the counts of their days. Bounded; what is left waits for the next tick. */
export const countOutcomes: Step = async ({ db }) => {
  let batches = 0;
  while (batches < MOST_BATCHES && (await storeCounts(db, MOST_ROWS)) > 0) batches += 1;
  return { batches };
};
