import { env } from "cloudflare:workers";
import { z } from "zod";

/** A message that the Worker sent to the queue of webhooks, and when it is to be delivered; epoch milliseconds. */
export interface SentWake {
  webhook: number;
  at: number;
}

/** The queue of a world, which holds what is sent. The pool's own would deliver at once, and by the real time. */
export const wakeQueue = (world: { now: number; wakes: SentWake[] }): Env["WEBHOOKS"] => {
  const sendBatch: Env["WEBHOOKS"]["sendBatch"] = async (messages, { delaySeconds = 0 } = {}) => {
    for (const { body } of messages) {
      const { webhook } = z.object({ webhook: z.int() }).parse(body);
      world.wakes.push({ webhook, at: world.now + delaySeconds * 1000 });
    }
    return { metadata: { metrics: { backlogCount: world.wakes.length, backlogBytes: 0 } } };
  };
  return { metrics: () => env.WEBHOOKS.metrics(), send: (body) => sendBatch([{ body }]), sendBatch };
};
