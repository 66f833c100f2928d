import { causeChain } from "../database/retry.ts";
import type { Log } from "../log.ts";

/** A message of the queue: a webhook that has something to send. What it is stands in D1. */
interface Wake {
  webhook: number;
}

/** The most messages that a queue takes at once. */
const MAX_MESSAGES = 100;

/**
 * Wakes the sending to webhooks, by their ids, after `delaySeconds` (at most a day). Never throws: what was not woken is
 * by the next event of the webhook, or by the tick.
 */
export type WakeWebhooks = (ids: readonly number[], delaySeconds?: number) => Promise<void>;

/** Wakes webhooks through the queue. */
export const wakingBy =
  (queue: Queue<Wake>, log: Log): WakeWebhooks =>
  async (ids, delaySeconds = 0) => {
    try {
      for (let first = 0; first < ids.length; first += MAX_MESSAGES)
        await queue.sendBatch(
          ids
            .slice(first, first + MAX_MESSAGES)
            .map((webhook) => ({ body: { webhook }, contentType: "json" })),
          { delaySeconds },
        );
    } catch (error) {
      log("webhooks_not_woken", { webhooks: ids.length, causes: causeChain(error) });
    }
  };
