import type { Step } from "../call.ts";
import { MINUTE_MS } from "../wire/durations.ts";
import { BLACKOUT_BATCH, readUnsettled, settleBlackout } from "./blackout-jobs-store.ts";

/** The maximum of blackouts that one tick looks at. */
const MAX_BLACKOUTS = 20;
const QUERIES_EACH = 4;
/** The maximum of batches of jobs that one tick cancels. */
const MAX_BATCHES = 10;
/** A plan that was made without knowing of a blackout is stored by then. */
const OVERLAP_MS = 5 * MINUTE_MS;

/**
 * Cancels the jobs that were planned within new blackouts and that the request left: because they are many, or because
 * they were being planned at the same moment. Bounded; the next tick continues.
 */
export const settleBlackouts: Step = async ({ db, at, settings, queriesLeft }) => {
  const done = { blackouts: 0, cancelled: 0 };
  if (queriesLeft() < QUERIES_EACH) return done;
  let batches = MAX_BATCHES;
  for (const { id, createdAt, createdBy } of await readUnsettled(db, MAX_BLACKOUTS)) {
    const which = { id, after: at + settings.LEASE_SECONDS * 1000, settle: createdAt < at - OVERLAP_MS };
    let cancelled = BLACKOUT_BATCH;
    for (; cancelled === BLACKOUT_BATCH && batches > 0 && queriesLeft() >= QUERIES_EACH; batches -= 1) {
      cancelled = await settleBlackout(db, which, { by: createdBy, now: at });
      done.cancelled += cancelled;
    }
    done.blackouts += 1;
  }
  return done;
};
