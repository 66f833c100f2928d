import type { Step } from "../call.ts";
import { readLostRuns } from "./store.ts";

/** The limit for one tick: each run is one call to an object. */
const MAX_RUNS = 200;

/**
 * Discounts the attempts that a lost host or the run limit ended since the last tick, so that they count against no
 * test. Must run before the step that marks the history as counted.
 */
export const discountLostRuns: Step = async ({ db, at, results, queriesLeft }) => {
  if (queriesLeft() < 1) return { discounted: 0 };
  const runs = await readLostRuns(db, MAX_RUNS);
  for (const { projectId, job, attempt } of runs)
    await results(projectId, (object) => object.discount(job, attempt, at));
  return { discounted: runs.length };
};
