import type { Step } from "../call.ts";
import { readLostRuns } from "./store.ts";

/** Of one tick; an object call each. */
const MAX_RUNS = 200;

/**
 * Tells projects' objects of the attempts that ended for their host's reason since the last tick: it was lost, or the time
 * of the whole run was up. They count against no test. It goes before what marks the history as counted.
 */
export const discountLostRuns: Step = async ({ db, at, results, queriesLeft }) => {
  if (queriesLeft() < 1) return { discounted: 0 };
  const runs = await readLostRuns(db, MAX_RUNS);
  for (const { projectId, job, attempt } of runs)
    await results(projectId, (object) => object.discount(job, attempt, at));
  return { discounted: runs.length };
};
