import { and, desc, eq, gt, lt, sql } from "drizzle-orm";
import type { Author } from "../audit/author.ts";
import { recordDone } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import type { DeliveryStatus } from "../database/enums.ts";
import { webhookDeliveries as deliveries, webhooks } from "../database/schema.ts";
import { NEW_EVENT_ID, TRIED_MS } from "../outbox/store.ts";
import type { Page } from "../wire/list-pages.ts";

export type DeliveryRow = typeof deliveries.$inferSelect;

/** The condition of the partial index over dead deliveries, in its own words. */
const isStatus = (status: DeliveryStatus) =>
  status === "delivered" ? eq(deliveries.status, status) : sql`status = ${sql.raw(`'${status}'`)}`;

/** The newest deliveries of a webhook, before the id `page.after` (0: the newest), of one status if given. */
export const readDeliveries = async (
  db: Database,
  webhookId: number,
  { status, page: { after, limit } }: { status: DeliveryStatus | undefined; page: Page },
): Promise<DeliveryRow[]> => {
  const [rows] = await db.batch([
    db.build
      .select()
      .from(deliveries)
      .where(
        and(
          eq(deliveries.webhookId, webhookId),
          lt(deliveries.id, after || Number.MAX_SAFE_INTEGER),
          status && isStatus(status),
        ),
      )
      .orderBy(desc(deliveries.id))
      .limit(limit + 1),
  ]);
  return rows;
};

/** One delivery of a webhook. */
export const readDelivery = async (
  db: Database,
  webhookId: number,
  id: number,
): Promise<DeliveryRow | undefined> => {
  const [rows] = await db.batch([
    db.build
      .select()
      .from(deliveries)
      .where(and(eq(deliveries.id, id), eq(deliveries.webhookId, webhookId))),
  ]);
  return rows[0];
};

/**
 * Makes dead deliveries of a webhook wait again: one, or the oldest `most` after the id `after`. They are tried for as long as new
 * ones. Returns how many.
 */
export const reviveDeliveries = async (
  db: Database,
  webhookId: number,
  { one, most, author }: { one: number | undefined; most: number; author: Author },
): Promise<number> => {
  const { now } = author;
  const dead = and(
    eq(deliveries.webhookId, webhookId),
    isStatus("dead"),
    one === undefined ? gt(deliveries.id, 0) : eq(deliveries.id, one),
    // Nothing waits for a webhook that is disabled.
    sql`EXISTS (SELECT 1 FROM webhooks WHERE id = ${webhookId} AND disabled_at IS NULL AND deleted_at IS NULL)`,
  );
  const oldest = db.build
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(dead)
    .orderBy(deliveries.id)
    .limit(most);
  const [, revived] = await db.batch([
    recordDone(db, author, {
      name: "webhook",
      values: { after: sql`json_object('sent_again', (SELECT COUNT(*) FROM ${oldest}))` },
      where: sql`${webhooks.id} = ${webhookId} AND EXISTS ${oldest}`,
    }),
    db.build
      .update(deliveries)
      .set({ status: "waiting", dueAt: now, diesAt: now + TRIED_MS, tries: 0, settledAt: null })
      .where(sql`${deliveries.id} IN ${oldest}`),
  ]);
  return revived.meta.changes;
};

/**
 * Adds the test of a webhook, claimed for the try that follows; its failure is final. One per request, by its id. Returns
 * the delivery.
 */
export const insertTest = async (
  db: Database,
  {
    webhookId,
    projectId,
    requestId,
    by,
  }: { webhookId: number; projectId: number; requestId: string; by: string },
  { now, claimedUntil }: { now: number; claimedUntil: number },
): Promise<DeliveryRow | undefined> => {
  const subject = `test:${requestId}`;
  const mine = and(eq(deliveries.webhookId, webhookId), eq(deliveries.subject, subject));
  const [, rows] = await db.batch([
    db.write(sql`
      INSERT INTO webhook_deliveries (webhook_id, project_id, event_id, type, subject, facts, at, due_at, dies_at, tries, tried_at)
      SELECT ${webhookId}, ${projectId}, ${NEW_EVENT_ID}, 'webhook.test', ${subject}, ${JSON.stringify({ by })},
        ${now}, ${claimedUntil}, ${now}, 1, ${now}
      WHERE NOT EXISTS (SELECT 1 FROM ${deliveries} WHERE ${mine} AND status = 'waiting')`),
    db.build
      .select()
      .from(deliveries)
      .where(and(mine, isStatus("waiting"))),
  ]);
  return rows[0];
};

/** Removes up to `limit` deliveries that were settled before `before` (epoch milliseconds), oldest first. Returns how many. */
export const pruneDeliveries = async (db: Database, before: number, limit: number): Promise<number> => {
  const [pruned] = await db.batch([
    db.write(sql`DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries
      WHERE settled_at IS NOT NULL AND settled_at < ${before} ORDER BY settled_at LIMIT ${limit})`),
  ]);
  return pruned.meta.changes;
};

/**
 * Removes up to `limit` deliveries of deleted webhooks and of those of deleted projects, then the webhooks that have none.
 * Returns how many rows.
 */
export const removeDeleted = async (db: Database, limit: number): Promise<number> => {
  const [removed, gone] = await db.batch([
    db.write(sql`DELETE FROM webhook_deliveries WHERE id IN (SELECT d.id FROM webhooks w
      CROSS JOIN webhook_deliveries d ON d.webhook_id = w.id WHERE w.deleted_at > 0 LIMIT ${limit})`),
    db.write(sql`DELETE FROM webhooks WHERE deleted_at > 0
      AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.webhook_id = webhooks.id)`),
  ]);
  return removed.meta.changes + gone.meta.changes;
};
