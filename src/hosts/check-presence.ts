import type { Step } from "../call.ts";
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
  for (let batch = 0; batch < MAX_BATCHES && queriesLeft() >= BATCH_QUERIES; batch++) {
    const { online, offline, more } = await turnPresences(db, at, settings.WINDOW_SECONDS * 1000);
    turned.online += online;
    turned.offline += offline;
    if (!more) break;
  }
  return turned;
};
