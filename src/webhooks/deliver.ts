import type { WakeWebhooks } from "../outbox/client.ts";
import { DAY_MS, SECOND_MS } from "../wire/durations.ts";
import { type Claimed, claimDue, settle } from "./delivery-store.ts";
import type { Verdict } from "./form.ts";
import type { WebhookRow } from "./store.ts";
import { bodiesFor, openSecrets, type Sending, tryDelivery } from "./try-delivery.ts";
import { disablingNote, givenBack, holdBy, type Settled, settledBy } from "./waits.ts";

/** The most deliveries that a consumer claims at once, and has under way: the platform opens no more connections. */
const MAX_CLAIMED = 24;
const MAX_UNDER_WAY = 6;
/** No delivery is begun after this time: the platform gives the work 30 s, and a try takes up to 10. */
const SENDING_MS = 15 * SECOND_MS;
/** After so many failures in a row the rest is given back: the receiver is down. */
const MAX_FAILURES = 3;

/** A removed thing leaves nothing to tell. */
const GONE_NOTE = "what it tells of was removed before it was sent";

interface Round {
  settled: Settled[];
  verdicts: Verdict[];
}

/**
 * Tries the claimed deliveries, some at once, until `until` or until the receiver seems down; the others are given back.
 */
const tryAll = async (
  sending: Sending,
  webhook: WebhookRow,
  { claimed, until }: { claimed: readonly Claimed[]; until: number },
): Promise<Round> => {
  const { clock } = sending;
  const opened = await openSecrets(sending, webhook, clock());
  const { bodies, gone } = await bodiesFor(sending, webhook, claimed);
  const round: Round = { settled: [], verdicts: [] };
  const left = [...claimed];
  let failedInARow = 0;
  let isOver = false;
  const work = async (): Promise<void> => {
    for (let delivery = left.shift(); delivery; delivery = left.shift()) {
      if (gone.has(delivery.id)) {
        const dead = { status: "dead", answer: GONE_NOTE, death: "removed" } as const;
        round.settled.push({ ...givenBack(delivery, clock()), ...dead });
        continue;
      }
      if (isOver || failedInARow >= MAX_FAILURES || clock() >= until) {
        round.settled.push(givenBack(delivery, clock()));
        continue;
      }
      const verdict = await tryDelivery(sending, opened, { delivery, body: bodies.get(delivery.id) });
      failedInARow = verdict.is === "taken" ? 0 : failedInARow + 1;
      // It asked for a pause, or for nothing more at all.
      if (verdict.is === "gone" || (verdict.is === "failed" && verdict.notBefore !== null)) isOver = true;
      round.verdicts.push(verdict);
      round.settled.push(settledBy(delivery, verdict, clock()));
    }
  };
  await Promise.all(Array.from({ length: MAX_UNDER_WAY }, work));
  return round;
};

/** How long until a time, in whole seconds, as a queue takes it. */
const secondsUntil = (at: number, now: number): number =>
  Math.max(0, Math.min(Math.ceil((at - now) / SECOND_MS), DAY_MS / SECOND_MS));

/**
 * Sends what is due to one webhook, until nothing is or the time is up; then it wakes itself. What failed wakes it when it
 * is due again. Throws `unavailable`: claims then stand until they expire. Returns how many were taken and failed.
 */
export const drainWebhook = async (
  sending: Sending & { wake: WakeWebhooks },
  webhookId: number,
): Promise<{ taken: number; failed: number }> => {
  const { db, clock, wake } = sending;
  const until = clock() + SENDING_MS;
  const sent = { taken: 0, failed: 0 };
  /** When to wake again. */
  const dueAgain = new Set<number>();
  for (;;) {
    const now = clock();
    if (now >= until) {
      dueAgain.add(now);
      break;
    }
    const { webhook, claimed } = await claimDue(db, webhookId, { now, most: MAX_CLAIMED });
    if (!webhook || claimed.length === 0) break;
    const { settled, verdicts } = await tryAll(sending, webhook, { claimed, until });
    const disable = disablingNote(webhook, verdicts, clock());
    const hold = holdBy(verdicts);
    const heldUntil = await settle(db, webhookId, { settled, hold, disable, now: clock() });
    sent.taken += verdicts.filter(({ is }) => is === "taken").length;
    sent.failed += verdicts.filter(({ is }) => is === "failed").length;
    if (disable !== null) break;
    // Those that it holds may have been due, and woke it, before: this is the only one to wake it then.
    if (heldUntil > 0) dueAgain.add(heldUntil);
    for (const { status, dueAt } of settled)
      if (status === "waiting") dueAgain.add(Math.max(dueAt, heldUntil));
  }
  const now = clock();
  for (const seconds of new Set([...dueAgain].map((at) => secondsUntil(at, now))))
    await wake([webhookId], seconds);
  return sent;
};
