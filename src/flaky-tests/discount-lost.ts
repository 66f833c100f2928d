import type { Step } from "../call.ts";
import { LATE } from "../jobs/status.ts";
import { readLostRuns } from "./store.ts";

/** The maximum of moves in one tick; each project is one call to its object. */
const MAX_MOVES = 5000;

/**
 * Discounts the attempts that ended since the last tick for a reason of their host, so that they count against no test.
 * One that its host reported late counts again. Results that come later are discounted when they are stored. Must run
 * before the step that marks the history as counted.
 */
export const discountLostRuns: Step = async ({ db, at, results, queriesLeft }) => {
  if (queriesLeft() < 1) return { discounted: 0 };
  const moves = await readLostRuns(db, MAX_MOVES);
  for (const [projectId, ofProject] of Map.groupBy(moves, (move) => move.projectId)) {
    const runs = ofProject.map(({ job, attempt, reason }) => ({ job, attempt, isLost: reason !== LATE }));
    await results(projectId, (object) => object.discount(runs, at));
  }
  return { discounted: moves.length };
};
