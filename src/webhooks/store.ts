import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange, recordMade } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import type { WebhookForm } from "../database/enums.ts";
import { projects, webhooks } from "../database/schema.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Page } from "../wire/list-pages.ts";
import { waitingDead } from "./disabling-store.ts";

export type WebhookRow = typeof webhooks.$inferSelect;

/** A project has at most this many webhooks. */
export const MAX_WEBHOOKS = 20;

const ofProject = (projectId: number) => and(eq(webhooks.projectId, projectId), isNull(webhooks.deletedAt));

export interface WebhookPlace {
  projectId: number;
  id: number;
}

const living = ({ projectId, id }: WebhookPlace) => and(ofProject(projectId), eq(webhooks.id, id));

/** A webhook to make. `secret` and `credential` are sealed; `events` is JSON. */
export interface NewWebhook {
  name: string;
  form: WebhookForm;
  target: string;
  shownTarget: string;
  events: string;
  secret: string | null;
  credential: string | null;
  credentialAt: number | null;
}

/** Makes a webhook; none if the project has too many or is not there. */
export const insertWebhook = async (
  db: Database,
  { projectId, webhook }: { projectId: number; webhook: NewWebhook },
  { author, creation }: { author: Author; creation: Creation },
) => {
  const { creationKey, now } = creation;
  const { name, form, target, shownTarget, events, secret, credential, credentialAt } = webhook;
  const mine = eq(webhooks.creationKey, creationKey);
  const [, , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    db.write(sql`
      INSERT INTO webhooks (project_id, name, form, target, shown_target, events, secret, credential, credential_at,
        created_at, created_by, creation_key)
      SELECT ${projectId}, ${name}, ${form}, ${target}, ${shownTarget}, ${events}, ${secret}, ${credential}, ${credentialAt},
        ${now}, ${author.by}, ${creationKey}
      WHERE ${unclaimed(db, creation)} AND EXISTS (SELECT 1 FROM ${projects} WHERE ${isProject(projectId)})
        AND (SELECT COUNT(*) FROM ${webhooks} WHERE ${ofProject(projectId)}) < ${MAX_WEBHOOKS}
      ON CONFLICT DO NOTHING`),
    recordMade(db, author, { name: "webhook", where: mine }),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${webhooks} WHERE ${mine})`),
    readClaim(db, creation),
    db.build.select().from(webhooks).where(madeBy(webhooks.creationKey, creation)),
  ]);
  return { claim: claim[0], webhook: rows[0] };
};

/** A page of a project's webhooks by id, and whether the project exists. */
export const readWebhooks = async (db: Database, projectId: number, { after, limit }: Page) => {
  const [project, rows] = await db.batch([
    db.build.select({ id: projects.id }).from(projects).where(isProject(projectId)),
    db.build
      .select()
      .from(webhooks)
      .where(and(ofProject(projectId), gt(webhooks.id, after)))
      .orderBy(webhooks.id)
      .limit(limit + 1),
  ]);
  return { projectExists: project.length > 0, rows };
};

export const readWebhook = async (db: Database, place: WebhookPlace): Promise<WebhookRow | undefined> => {
  const [rows] = await db.batch([db.build.select().from(webhooks).where(living(place))]);
  return rows[0];
};

/** What a change of a webhook sets. */
export type WebhookEdit = Partial<Omit<NewWebhook, "form" | "secret">>;

/** Forgets that it failed: its next try is at once. */
const FRESH = { failingSince: null, failures: 0, heldUntil: 0 };

/** Changes a webhook, and enables or disables it if `enabled` says so. Returns its row afterwards. */
export const changeWebhook = async (
  db: Database,
  place: WebhookPlace,
  { edit, enabled, author }: { edit: WebhookEdit; enabled: boolean | undefined; author: Author },
): Promise<WebhookRow | undefined> => {
  const { now, by } = author;
  // A new address, or a receiver that is back, is not held for what failed before.
  const fresh = edit.target !== undefined || enabled === true ? FRESH : {};
  const switched = enabled === true ? { disabledAt: null, disabledNote: null } : {};
  const note = `${by} disabled it`;
  const off =
    enabled === false
      ? {
          disabledAt: sql`COALESCE(${webhooks.disabledAt}, ${now})`,
          disabledNote: sql`COALESCE(${webhooks.disabledNote}, ${note})`,
        }
      : {};
  const set = { ...edit, ...fresh, ...switched, ...off };
  const [, , , , rows] = await db.batch([
    recordChange(db, author, { name: "webhook", changes: set, where: living(place) }),
    // A statement without a change is no SQL.
    db.build
      .update(webhooks)
      .set({ name: sql`${webhooks.name}`, ...set })
      .where(living(place)),
    // Nothing waits for a webhook that is disabled.
    ...waitingDead(db, place.id, now),
    db.build.select().from(webhooks).where(living(place)),
  ]);
  return rows[0];
};

/** Deletes a webhook; the tick removes what was sent to it. Returns it as it was. */
export const removeWebhook = async (
  db: Database,
  place: WebhookPlace,
  author: Author,
): Promise<WebhookRow | undefined> => {
  const removing = { deletedAt: author.now };
  const [rows] = await db.batch([
    db.build.select().from(webhooks).where(living(place)),
    recordChange(db, author, { name: "webhook", changes: removing, where: living(place) }),
    db.build.update(webhooks).set(removing).where(living(place)),
  ]);
  return rows[0];
};

/** Gives a webhook a new secret, once per request; the one before it signs too until `formerUntil`. */
export const rotateSecret = async (
  db: Database,
  place: WebhookPlace,
  {
    secret,
    formerUntil,
    author,
    creation,
  }: { secret: string; formerUntil: number; author: Author; creation: Creation },
) => {
  const { creationKey } = creation;
  const rotatable: SQL | undefined = and(
    living(place),
    sql`${webhooks.secret} IS NOT NULL AND ${webhooks.rotationKey} IS NOT ${creationKey}`,
    unclaimed(db, creation),
  );
  const rotated = { rotationKey: creationKey, formerUntil };
  const [, , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    recordChange(db, author, { name: "webhook", changes: rotated, where: rotatable }),
    db.build
      .update(webhooks)
      .set({ ...rotated, formerSecret: webhooks.secret, secret })
      .where(rotatable),
    releaseKey(
      db,
      creation,
      sql`(SELECT 1 FROM ${webhooks} WHERE ${and(living(place), eq(webhooks.rotationKey, creationKey))})`,
    ),
    readClaim(db, creation),
    db.build.select().from(webhooks).where(living(place)),
  ]);
  return { claim: claim[0], webhook: rows[0] };
};
