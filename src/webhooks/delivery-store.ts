import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import type { DeliveryType } from "../database/enums.ts";
import { webhookDeliveries as deliveries, webhooks } from "../database/schema.ts";
import { MINUTE_MS } from "../wire/durations.ts";
import { disabled } from "./disabling-store.ts";
import { failuresCounted } from "./failure-store.ts";
import type { WebhookRow } from "./store.ts";
import type { Hold, Settled } from "./waits.ts";

/** A delivery that was claimed for one try. */
export interface Claimed {
  id: number;
  eventId: string;
  type: DeliveryType;
  subject: string;
  facts: string;
  at: number;
  diesAt: number;
  tries: number;
  body: string | null;
}

const CLAIMED = {
  id: deliveries.id,
  eventId: deliveries.eventId,
  type: deliveries.type,
  subject: deliveries.subject,
  facts: deliveries.facts,
  at: deliveries.at,
  diesAt: deliveries.diesAt,
  tries: deliveries.tries,
  body: deliveries.body,
};

/** How long a claim stands: longer than its tries can take. */
export const CLAIM_MS = 2 * MINUTE_MS;
/** The most deliveries of a webhook that are claimed at once, by all consumers together. */
const MAX_AT_ONCE = 96;

/** How many deliveries of a webhook are claimed at `now`: a claim is known by how far it made one due after its try began. */
const claimedAt = (webhookId: number, now: number): SQL => sql`(SELECT COUNT(*) FROM webhook_deliveries c
  WHERE c.webhook_id = ${webhookId} AND c.status = 'waiting' AND c.due_at > ${now} AND c.due_at <= ${now + CLAIM_MS}
    AND c.due_at - c.tried_at = ${CLAIM_MS})`;

/**
 * Claims at most `most` deliveries of a webhook that are due at `now`, for `CLAIM_MS`; of each subject only the oldest.
 * All consumers together claim so many and no more: one alone while the webhook fails. Two never claim the same: a claim
 * makes it due later. Nothing is claimed for a webhook that is disabled, deleted or held.
 */
export const claimDue = async (
  db: Database,
  webhookId: number,
  { now, most }: { now: number; most: number },
): Promise<{ webhook: WebhookRow | undefined; claimed: Claimed[] }> => {
  const due = sql`(SELECT d.id FROM webhook_deliveries d
    WHERE d.webhook_id = ${webhookId} AND d.status = 'waiting' AND d.due_at <= ${now}
      AND EXISTS (SELECT 1 FROM webhooks w WHERE w.id = ${webhookId} AND w.disabled_at IS NULL
        AND w.deleted_at IS NULL AND w.held_until <= ${now})
      AND NOT EXISTS (SELECT 1 FROM webhook_deliveries earlier WHERE earlier.webhook_id = ${webhookId}
        AND earlier.subject = d.subject AND earlier.status = 'waiting' AND earlier.id < d.id)
    ORDER BY d.due_at, d.id
    LIMIT (SELECT MAX(0, MIN(${most}, iif(failing.failing_since IS NULL, ${MAX_AT_ONCE}, 1) - ${claimedAt(webhookId, now)}))
      FROM webhooks failing WHERE failing.id = ${webhookId}))`;
  const [claimed, rows] = await db.batch([
    db.build
      .update(deliveries)
      .set({ tries: sql`${deliveries.tries} + 1`, triedAt: now, dueAt: now + CLAIM_MS })
      .where(sql`${deliveries.id} IN ${due}`)
      .returning(CLAIMED),
    db.build
      .select()
      .from(webhooks)
      .where(and(eq(webhooks.id, webhookId), isNull(webhooks.deletedAt))),
  ]);
  return { webhook: rows[0], claimed: claimed.sort((one, other) => one.id - other.id) };
};

/** Keeps the bodies of deliveries before their first try. A body that is there stays. */
export const keepBodies = async (
  db: Database,
  bodies: readonly { id: number; body: string }[],
): Promise<void> => {
  if (bodies.length === 0) return;
  await db.batch([
    db.write(sql`UPDATE webhook_deliveries SET body = made.value ->> 'body'
      FROM json_each(${JSON.stringify(bodies)}) made
      WHERE webhook_deliveries.id = made.value ->> 'id' AND webhook_deliveries.body IS NULL`),
  ]);
};

/** What tries say of their webhook, and whether it is to be disabled, with a note. */
interface Outcome {
  settled: readonly Settled[];
  hold: Hold;
  disable: string | null;
  now: number;
}

/** Statement: a webhook whose receiver took something does not fail; one whose tries all failed is held for a while. */
const holdWebhook = (db: Database, webhookId: number, { hold, now }: Pick<Outcome, "hold" | "now">) => {
  const { wasTaken, hasFailed, notBefore, waits } = hold;
  const wait = sql`COALESCE((SELECT value FROM json_each(${JSON.stringify(waits)})
    WHERE key = MIN(webhooks.failures, ${waits.length - 1})), 0)`;
  return db.read<{ heldUntil: number }>(
    wasTaken
      ? sql`UPDATE webhooks SET failing_since = NULL, failures = 0, held_until = ${notBefore}
          WHERE id = ${webhookId} AND (failures > 0 OR held_until <> ${notBefore}) RETURNING held_until AS heldUntil`
      : sql`UPDATE webhooks SET failing_since = COALESCE(failing_since, ${now}), failures = failures + 1,
          held_until = MAX(held_until, ${notBefore}, ${now} + ${wait})
          WHERE id = ${webhookId} AND ${hasFailed ? 1 : 0} RETURNING held_until AS heldUntil`,
  );
};

/**
 * Stores how tries ended, without the bodies of what was taken, each only if its try is still the last one, and what they say of the webhook. With `disable`,
 * the webhook is disabled, and what waits for it is dead. Returns until when the webhook is held; 0: it is not.
 */
export const settle = async (db: Database, webhookId: number, outcome: Outcome): Promise<number> => {
  const { settled, disable, now } = outcome;
  const ended = db.write(sql`UPDATE webhook_deliveries
    SET status = e.value ->> 'status', due_at = e.value ->> 'dueAt', tries = e.value ->> 'left',
      answer = COALESCE(e.value ->> 'answer', webhook_deliveries.answer),
      answer_status = iif(e.value ->> 'answer' IS NULL, webhook_deliveries.answer_status, e.value ->> 'answerStatus'),
      settled_at = iif(e.value ->> 'status' = 'waiting', NULL, ${now}),
      body = iif(e.value ->> 'status' = 'delivered', NULL, webhook_deliveries.body)
    FROM json_each(${JSON.stringify(settled)}) e
    WHERE webhook_deliveries.id = e.value ->> 'id' AND webhook_deliveries.tries = e.value ->> 'tries'
      AND webhook_deliveries.status = 'waiting'`);
  const counted = failuresCounted(db, webhookId, { settled, claimMs: CLAIM_MS });
  const held = holdWebhook(db, webhookId, outcome);
  const [, , rows] =
    disable === null
      ? await db.batch([counted, ended, held])
      : await db.batch([counted, ended, held, ...disabled(db, webhookId, { note: disable, now })]);
  return rows[0]?.heldUntil ?? 0;
};
