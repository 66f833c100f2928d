import type { Step } from "../call.ts";
import { CLOCK_BATCH, moveOverdue } from "./sweep-store.ts";

const MAX_BATCHES = 20;
/** What one batch runs. */
const BATCH_QUERIES = 2;

/** Marks as NOT_RUN the planned jobs whose time passed a window ago or more (the wire contract's "Job moves"). Bounded; oldest first. */
export const markOverdue: Step = async ({ db, at, settings, queriesLeft }) => {
  let marked = 0;
  for (let batch = 0; batch < MAX_BATCHES && queriesLeft() >= BATCH_QUERIES; batch++) {
    const moved = await moveOverdue(db, at - settings.WINDOW_SECONDS * 1000, at);
    marked += moved;
    if (moved < CLOCK_BATCH) break;
  }
  return { marked };
};
