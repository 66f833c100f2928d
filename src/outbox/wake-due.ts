import { openDatabase } from "../database/database.ts";
import { causeChain } from "../database/retry.ts";
import { log } from "../log.ts";
import { wakingBy } from "./client.ts";
import { readDueWebhooks } from "./store.ts";

/**
 * Wakes the webhooks that have something to send at `now`: those of a project, or of any where `projectId` is null. Never
 * throws: what was not woken is by the tick.
 */
export const wakeDue = async (
  env: Pick<Env, "DB" | "WEBHOOKS">,
  projectId: number | null,
  now: number,
): Promise<void> => {
  try {
    await wakingBy(env.WEBHOOKS, log)(await readDueWebhooks(openDatabase(env.DB), projectId, now));
  } catch (error) {
    log("webhooks_not_woken", { project: projectId, causes: causeChain(error) });
  }
};
