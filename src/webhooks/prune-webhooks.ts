import type { Step } from "../call.ts";
import { keptFrom } from "../settings.ts";
import { pruneDeliveries, removeDeleted } from "./delivery-list-store.ts";

/** The maximum of rows that one tick removes, of each kind. */
const MAX_ROWS = 5000;
const QUERIES = 3;

/** Removes what was sent to webhooks long ago, or is dead for long, and what deleted webhooks leave. */
export const pruneWebhooks: Step = async ({ db, at, settings, queriesLeft }) => {
  if (queriesLeft() < QUERIES) return { deliveries: 0, of_deleted: 0 };
  return {
    deliveries: await pruneDeliveries(db, keptFrom(at, settings.WEBHOOK_DAYS), MAX_ROWS),
    of_deleted: await removeDeleted(db, MAX_ROWS),
  };
};
