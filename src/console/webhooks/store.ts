import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../database/database.ts";
import type { DeliveryStatus, DeliveryType, WebhookForm } from "../../database/enums.ts";

/** Counts go no further. */
export const MAX_COUNT = 100;
/** The most deliveries that a page shows. */
const MAX_SHOWN = 20;

const counted = (
  status: "dead" | "waiting",
): SQL => sql`(SELECT COUNT(*) FROM (SELECT 1 FROM webhook_deliveries d
  WHERE d.webhook_id = w.id AND d.status = ${sql.raw(`'${status}'`)} LIMIT ${MAX_COUNT}))`;

/** A webhook as pages show it, without its secrets. */
export interface ShownWebhook {
  id: number;
  name: string;
  form: WebhookForm;
  shownTarget: string;
  /** JSON. */
  events: string;
  formerUntil: number | null;
  failingSince: number | null;
  heldUntil: number;
  disabledAt: number | null;
  disabledNote: string | null;
  createdAt: number;
  createdBy: string;
  dead: number;
  waiting: number;
}

const SHOWN = sql`w.id, w.name, w.form, w.shown_target AS shownTarget, w.events, w.former_until AS formerUntil,
  w.failing_since AS failingSince, w.held_until AS heldUntil, w.disabled_at AS disabledAt,
  w.disabled_note AS disabledNote, w.created_at AS createdAt, w.created_by AS createdBy,
  ${counted("dead")} AS dead, ${counted("waiting")} AS waiting`;

const projectName = (db: Database, projectId: number) =>
  db.read<{ name: string }>(sql`SELECT name FROM projects WHERE id = ${projectId} AND deleted_at IS NULL`);

/** A project's name and webhooks; one round trip. */
export const readWebhookList = async (db: Database, projectId: number) => {
  const [project, rows] = await db.batch([
    projectName(db, projectId),
    db.read<ShownWebhook>(sql`SELECT ${SHOWN} FROM webhooks w
      WHERE w.project_id = ${projectId} AND w.deleted_at IS NULL ORDER BY w.id`),
  ]);
  return { projectName: project[0]?.name, rows };
};

interface ShownDelivery {
  id: number;
  eventId: string;
  type: DeliveryType;
  subject: string;
  at: number;
  status: DeliveryStatus;
  dueAt: number;
  tries: number;
  triedAt: number | null;
  answer: string | null;
}

/** Which deliveries a page shows: those before an id, or the dead ones among them. */
export interface ShownPart {
  onlyDead: boolean;
  before: number | undefined;
}

/** A webhook with its newest deliveries, or its newest dead ones; one round trip. */
export const readWebhookPage = async (
  db: Database,
  { projectId, id }: { projectId: number; id: number },
  { onlyDead, before = Number.MAX_SAFE_INTEGER }: ShownPart,
) => {
  const [project, rows, deliveries] = await db.batch([
    projectName(db, projectId),
    db.read<ShownWebhook>(sql`SELECT ${SHOWN} FROM webhooks w
      WHERE w.id = ${id} AND w.project_id = ${projectId} AND w.deleted_at IS NULL`),
    db.read<ShownDelivery>(sql`SELECT d.id, d.event_id AS eventId, d.type, d.subject, d.at, d.status, d.due_at AS dueAt,
        d.tries, d.tried_at AS triedAt, d.answer
      FROM webhook_deliveries d
      WHERE d.webhook_id = ${id} AND d.id < ${before} AND ${onlyDead ? sql`d.status = 'dead'` : sql`true`}
      ORDER BY d.id DESC LIMIT ${MAX_SHOWN + 1}`),
  ]);
  const shown = deliveries.slice(0, MAX_SHOWN);
  const next = deliveries.length > MAX_SHOWN ? shown.at(-1)?.id : undefined;
  return { projectName: project[0]?.name, webhook: rows[0], deliveries: shown, next };
};
