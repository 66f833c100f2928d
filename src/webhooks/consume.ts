import * as z from "zod";
import { causeChain } from "../database/retry.ts";
import type { Log } from "../log.ts";
import type { WakeWebhooks } from "../outbox/client.ts";

/** How long the queue waits for what its messages began. */
const HAND_OVER_MS = 500;
/** When it is looked whether sending that took longer came to its end: after a claim of it would have expired. */
const CHECK_SECONDS = 150;
/** When a message is tried again whose sending failed here, as where D1 does not answer. */
const RETRY_SECONDS = 10;

const wakeShape = z.object({ webhook: z.int().min(1) });

/** A message of the queue, as far as it is needed. */
interface Message {
  body: unknown;
  retry: (options: { delaySeconds: number }) => void;
}

/** What a consumer of the queue uses. */
interface Consuming {
  /** Sends what is due to one webhook, in an invocation of its own: one slow receiver takes no connection of others. */
  drain: (webhookId: number) => Promise<unknown>;
  wake: WakeWebhooks;
  log: Log;
  /** Resolves after so many milliseconds. */
  wait: (ms: number) => Promise<void>;
}

/**
 * Takes messages of the queue: begins the sending to each webhook that they name, and waits a moment for it. A slow
 * receiver does not hold up the messages behind: its sending goes on by itself, and is looked after later.
 */
export const takeWakes = async (
  messages: readonly Message[],
  { drain, wake, log, wait }: Consuming,
): Promise<void> => {
  const byWebhook = new Map<number, Message[]>();
  for (const message of messages) {
    const { data } = wakeShape.safeParse(message.body);
    if (data) byWebhook.set(data.webhook, [...(byWebhook.get(data.webhook) ?? []), message]);
  }
  const underWay = new Set(byWebhook.keys());
  const sent = [...byWebhook].map(async ([webhook, its]) => {
    try {
      await drain(webhook);
    } catch (error) {
      log("webhook_not_sent", { webhook, causes: causeChain(error) });
      if (underWay.has(webhook)) its[0]?.retry({ delaySeconds: RETRY_SECONDS });
    }
    underWay.delete(webhook);
  });
  await Promise.race([Promise.all(sent), wait(HAND_OVER_MS)]);
  const slow = [...underWay];
  underWay.clear();
  if (slow.length > 0) await wake(slow, CHECK_SECONDS);
};
