import type { Step } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { keptFrom } from "../settings.ts";
import { pruneDeliveries, removeDeleted } from "./delivery-list-store.ts";

/** The maximum of rows that one batch removes, and of batches of a tick. */
const MAX_ROWS = 5000;
const MAX_BATCHES = 10;
/** The queries of one batch of each kind. */
const OLD_QUERIES = 1;
const DELETED_QUERIES = 2;

/** Removes what was sent to webhooks long ago, or is dead for long, and what deleted webhooks leave. */
export const pruneWebhooks: Step = async ({ db, at, settings, queriesLeft }) => {
  const before = keptFrom(at, settings.WEBHOOK_DAYS);
  const pruned = { deliveries: 0, of_deleted: 0 };
  await inBatches({ batches: MAX_BATCHES, queriesEach: OLD_QUERIES, queriesLeft }, async () => {
    const removed = await pruneDeliveries(db, before, MAX_ROWS);
    pruned.deliveries += removed;
    return removed === MAX_ROWS;
  });
  await inBatches({ batches: MAX_BATCHES, queriesEach: DELETED_QUERIES, queriesLeft }, async () => {
    const removed = await removeDeleted(db, MAX_ROWS);
    pruned.of_deleted += removed;
    return removed >= MAX_ROWS;
  });
  return pruned;
};
