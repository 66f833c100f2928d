import type { Step } from "../tick.ts";
import { CLOCK_BATCH, cancelExpired, settleOverlaps } from "./clock-store.ts";
import { tellEnded } from "./tell-ended.ts";

const MOST_BATCHES = 20;

/** Ends the jobs that waited too long by their schedule's word, and settles the overlaps of a schedule's runs. Bounded. */
export const endWaiting: Step = async (tick) => {
  let expired = 0;
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const cancelled = await cancelExpired(tick.db, tick.at);
    expired += cancelled;
    if (cancelled < CLOCK_BATCH) break;
  }
  const { skipped, ousted } = await settleOverlaps(tick.db, tick.at);
  await tellEnded(tick, ousted);
  return { expired, skipped, ousted: ousted.length };
};
