import type { Step } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { CLOCK_BATCH, moveOverdue } from "./sweep-store.ts";

const MAX_BATCHES = 20;
/** Queries of one batch. */
const BATCH_QUERIES = 2;

/** Marks planned jobs as NOT_RUN a window or more after their time (the wire contract's "Job moves"). Oldest first. Bounded. */
export const markOverdue: Step = async ({ db, at, settings, queriesLeft }) => {
  let marked = 0;
  await inBatches({ batches: MAX_BATCHES, queriesEach: BATCH_QUERIES, queriesLeft }, async () => {
    const moved = await moveOverdue(db, at - settings.WINDOW_SECONDS * 1000, at);
    marked += moved;
    return moved >= CLOCK_BATCH;
  });
  return { marked };
};
