import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import type { EventType } from "../database/enums.ts";
import type { Bound } from "../database/prepared.ts";
import { DAY_MS } from "../wire/durations.ts";

/** How long a delivery is tried; the triggers of the migrations repeat it. */
export const TRIED_MS = DAY_MS;

/** A random id in SQL, by which a receiver tells a repeated delivery. */
export const NEW_EVENT_ID = sql.raw("lower(hex(randomblob(16)))");

/** An event to be told to the webhooks of a project. */
export interface NewEvent {
  type: EventType;
  /** When it happened; epoch milliseconds. */
  at: number;
  /** The FROM clause of the rows that change, one event each: a table, or a join. */
  from: SQL;
  /** Which of them change: the guard of the change itself, so that no change means no event. */
  where: SQL | undefined;
  /** Their project. */
  projectId: SQL;
  /** What it is about, as `job:12` or `schedule:7`: events of one subject keep their order. */
  subject: SQL;
  /** What the change knows, as a JSON object; `webhooks/event-data.ts` reads the rest at the first try. */
  facts: SQL;
}

/**
 * Statement for the batch of a change, before its UPDATE: adds a delivery for each enabled webhook of the project that
 * wants events of the type. A batch may run twice, so `where` must no longer hold once the change is made.
 *
 * Moves of jobs and changes of presence need none: triggers on `job_history` and `presence_history` add theirs.
 */
export const addEvents = (db: Database, { type, at, from, where, projectId, subject, facts }: NewEvent) =>
  db.write(sql`
    INSERT INTO webhook_deliveries (webhook_id, project_id, event_id, type, subject, facts, at, due_at, dies_at)
    SELECT w.id, w.project_id, ${NEW_EVENT_ID}, ${type}, ${subject}, ${facts}, ${at}, ${at}, ${at + TRIED_MS}
    FROM ${from} CROSS JOIN webhooks w ON w.project_id = ${projectId} AND w.deleted_at IS NULL
    WHERE w.disabled_at IS NULL AND EXISTS (SELECT 1 FROM json_each(w.events) wanted WHERE wanted.value = ${type})
      AND ${where ?? sql`true`}`);

/** The condition that a webhook `w` has something to send at `now`. */
export const hasDue = (now: Bound<number>): SQL => sql`w.disabled_at IS NULL AND w.held_until <= ${now}
  AND EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.status = 'waiting' AND d.due_at <= ${now})`;

/**
 * Statement for the end of a batch: the webhooks of a project that have something to send. A project without webhooks
 * costs one look into an index.
 */
export const dueWebhooks = (db: Database, projectId: Bound<number> | SQL, now: Bound<number>) =>
  db.read<{ id: number }>(sql`SELECT w.id FROM webhooks w
    WHERE w.project_id = ${projectId} AND w.deleted_at IS NULL AND ${hasDue(now)}`);

/** The most webhooks that are read at once. */
const MAX_DUE = 1000;

/** The webhooks that have something to send at `now`: of a project, or of any where `projectId` is null. */
export const readDueWebhooks = async (
  db: Database,
  projectId: number | null,
  now: number,
): Promise<number[]> => {
  const ofAny = db.read<{ id: number }>(sql`SELECT w.id FROM webhooks w
    WHERE w.id > 0 AND w.deleted_at IS NULL AND ${hasDue(now)} LIMIT ${MAX_DUE}`);
  const [rows] = await db.batch([projectId === null ? ofAny : dueWebhooks(db, projectId, now)]);
  return rows.map(({ id }) => id);
};
