import type { Step } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { dropLeases } from "./drop-leases.ts";
import { CLOCK_BATCH, cancelExpired, settleOverlaps } from "./sweep-store.ts";

const MAX_BATCHES = 20;
/** Queries of one batch of expired jobs, and of the overlaps. */
const BATCH_QUERIES = 2;
const OVERLAP_QUERIES = 4;

/** Cancels the jobs that waited longer than their schedule allows, and settles the overlaps of a schedule's runs. Bounded. */
export const endWaiting: Step = async (tick) => {
  let expired = 0;
  const { queriesLeft } = tick;
  await inBatches({ batches: MAX_BATCHES, queriesEach: BATCH_QUERIES, queriesLeft }, async () => {
    const cancelled = await cancelExpired(tick.db, tick.at);
    expired += cancelled;
    return cancelled >= CLOCK_BATCH;
  });
  if (queriesLeft() < OVERLAP_QUERIES) return { expired, skipped: 0, displaced: 0 };
  const { skipped, displaced } = await settleOverlaps(tick.db, tick.at);
  await dropLeases(tick, displaced);
  return { expired, skipped, displaced: displaced.length };
};
