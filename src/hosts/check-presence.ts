import type { Step } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { turnPresences } from "./presence-store.ts";

const MAX_BATCHES = 40;
/** What one batch runs. */
const BATCH_QUERIES = 7;

/**
 * Every half hour, decides who is Online: exactly the hosts heard from in the window that ends now ("Ping from
 * an Automation Host to qTest"). Bounded; what is left is done at the next tick, longest silent first.
 */
export const checkPresence: Step = async ({ db, at, settings, queriesLeft }) => {
  const turned = { online: 0, offline: 0 };
  await inBatches({ batches: MAX_BATCHES, queriesEach: BATCH_QUERIES, queriesLeft }, async () => {
    const { online, offline, more } = await turnPresences(db, at, settings.WINDOW_SECONDS * 1000);
    turned.online += online;
    turned.offline += offline;
    return more;
  });
  return turned;
};
