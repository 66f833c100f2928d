import { and, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { webhooks } from "../database/schema.ts";
import { waitingCounted } from "./failure-store.ts";

/** Statements: if a webhook is disabled, what waits for it is dead, is counted so, and can be sent again. */
export const waitingDead = (db: Database, webhookId: number, now: number) =>
  [
    waitingCounted(db, webhookId),
    db.write(sql`UPDATE webhook_deliveries SET status = 'dead', settled_at = ${now},
        answer = COALESCE(answer, 'the webhook was disabled before it was sent')
      WHERE webhook_id = ${webhookId} AND status = 'waiting'
        AND EXISTS (SELECT 1 FROM webhooks WHERE id = ${webhookId} AND disabled_at IS NOT NULL)`),
  ] as const;

/** Statements: disables a webhook with a note, with what waits for it. */
export const disabled = (db: Database, webhookId: number, { note, now }: { note: string; now: number }) =>
  [
    db.build
      .update(webhooks)
      .set({ disabledAt: now, disabledNote: note })
      .where(and(eq(webhooks.id, webhookId), isNull(webhooks.disabledAt), isNull(webhooks.deletedAt))),
    ...waitingDead(db, webhookId, now),
  ] as const;
