import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { DELIVERIES_DEAD, TRIES_FAILED } from "./failures.ts";
import type { Settled } from "./waits.ts";

/** Statement: adds to the counts of `/metrics` what `rows` have: why, and how many. They are of webhooks `w`, which have their forms. */
const added = (db: Database, rows: SQL) =>
  db.write(sql`INSERT INTO metrics (name, labels, value)
    SELECT name, form || ',' || why, number FROM (${rows}) WHERE number > 0
    ON CONFLICT (name, labels) DO UPDATE SET value = value + excluded.value`);

/** What is added to one count: the tries that it is of, each by its delivery and its number. */
interface Addition {
  name: string;
  why: string;
  tries: [id: number, number: number][];
}

const additionsOf = (settled: readonly Settled[]): Addition[] => {
  const additions = new Map<string, Addition>();
  const add = (name: string, why: string | null, { id, tries }: Settled) => {
    if (why === null) return;
    const addition = additions.get(`${name},${why}`) ?? { name, why, tries: [] };
    addition.tries.push([id, tries]);
    additions.set(`${name},${why}`, addition);
  };
  for (const each of settled) {
    add(TRIES_FAILED, each.failure, each);
    add(DELIVERIES_DEAD, each.death, each);
  }
  return [...additions.values()];
};

/**
 * Statement for the batch that stores how tries ended, before it does: counts those that failed and those that leave a
 * delivery dead, each only while the claim of its try stands. So a batch that runs twice counts once.
 */
export const failuresCounted = (
  db: Database,
  webhookId: number,
  { settled, claimMs }: { settled: readonly Settled[]; claimMs: number },
) =>
  added(
    db,
    sql`SELECT e.value ->> 'name' AS name, w.form AS form, e.value ->> 'why' AS why,
      (SELECT COUNT(*) FROM json_each(e.value, '$.tries') t CROSS JOIN webhook_deliveries d ON d.id = t.value ->> 0
        WHERE d.tries = t.value ->> 1 AND d.status = 'waiting' AND d.due_at - d.tried_at = ${claimMs}) AS number
      FROM json_each(${JSON.stringify(additionsOf(settled))}) e CROSS JOIN webhooks w ON w.id = ${webhookId}`,
  );

/** Statement, before what waits for a disabled webhook is made dead: counts it. */
export const waitingCounted = (db: Database, webhookId: number) =>
  added(
    db,
    sql`SELECT ${DELIVERIES_DEAD} AS name, w.form AS form, 'disabled' AS why,
      (SELECT COUNT(*) FROM webhook_deliveries d WHERE d.webhook_id = ${webhookId} AND d.status = 'waiting') AS number
      FROM webhooks w WHERE w.id = ${webhookId} AND w.disabled_at IS NOT NULL`,
  );
