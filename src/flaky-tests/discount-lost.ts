import type { Step } from "../call.ts";
import { ifAvailable } from "../host-object/client.ts";
import { LATE } from "../jobs/status.ts";
import { markJudged, readLostRuns } from "./store.ts";

/** The maximum of moves in one tick; each project is one call to its object. */
const MAX_MOVES = 5000;
/** The statements of the step. */
const QUERIES = 3;

/**
 * Discounts the attempts that ended since the last tick for a reason of their host, so that they count against no test.
 * One that its host reported late counts again. Results that come later are discounted when they are stored. The next
 * tick begins at the first move of a project whose object was unavailable, and repeats those after it, which changes
 * nothing.
 */
export const discountLostRuns: Step = async ({ db, at, results, log, queriesLeft }) => {
  if (queriesLeft() < QUERIES) return { discounted: 0, waiting: 0 };
  const { moves, newest } = await readLostRuns(db, MAX_MOVES);
  const waiting: number[] = [];
  for (const [projectId, ofProject] of Map.groupBy(moves, (move) => move.projectId)) {
    const runs = ofProject.map(({ job, attempt, reason }) => ({ job, attempt, isLost: reason !== LATE }));
    const done = await ifAvailable(
      results(projectId, (object) => object.discount(runs, at)),
      log,
    );
    if (!done) waiting.push(...ofProject.map(({ id }) => id));
  }
  const last = moves.length < MAX_MOVES ? newest : (moves.at(-1)?.id ?? newest);
  await markJudged(
    db,
    waiting.reduce((least, id) => Math.min(least, id - 1), last),
  );
  return { discounted: moves.length - waiting.length, waiting: waiting.length };
};
