import type * as z from "zod";
import { getProject } from "../access/known.ts";
import { nameOf } from "../access/permissions.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import type { EventType, WebhookForm } from "../database/enums.ts";
import { creationOf, refuseReusedKey } from "../replay/replay.ts";
import { MINUTE_MS } from "../wire/durations.ts";
import { cutPage, type Listed, type Page } from "../wire/list-pages.ts";
import { DomainError, type FieldError, invalid, notFound } from "../wire/refusals.ts";
import { sha256 } from "../wire/sha256.ts";
import { insertTest } from "./delivery-list-store.ts";
import { CLAIM_MS, settle } from "./delivery-store.ts";
import type { Verdict } from "./form.ts";
import { FORMS } from "./forms.ts";
import type { secretRotation, WebhookInput, WebhookUpdate } from "./input.ts";
import { seal } from "./sealed.ts";
import { makeSecret } from "./sign.ts";
import {
  changeWebhook,
  insertWebhook,
  MAX_WEBHOOKS,
  readWebhook,
  readWebhooks,
  removeWebhook,
  rotateSecret,
  type WebhookEdit,
  type WebhookRow,
} from "./store.ts";
import { bodiesFor, openSecrets, rulesOf, tryDelivery } from "./try-delivery.ts";
import { holdBy, settledBy } from "./waits.ts";

export interface WebhookPath {
  project: number;
  webhook: number;
}

const placeOf = ({ project, webhook }: WebhookPath) => ({ projectId: project, id: webhook });

/** A webhook with its secret, which is shown this once; undefined for a repeat, and for a form that does not sign. */
export interface Issued {
  webhook: WebhookRow;
  secret: string | undefined;
}

/** The types of the events that a webhook is told of. */
export const eventsOf = ({ form, events }: Pick<WebhookRow, "form" | "events">): EventType[] => {
  const chosen: unknown = JSON.parse(events);
  return FORMS[form].events.filter((type) => Array.isArray(chosen) && chosen.includes(type));
};

/** What is given of a webhook that is to be checked against its form. */
interface Given {
  target?: string | undefined;
  events?: readonly EventType[] | undefined;
  credential?: string | undefined;
}

/** What is wrong with what is given, by the form. */
const wrongIn = (call: Call, form: WebhookForm, { target, events, credential }: Given): FieldError[] => {
  const { wrongTarget, takesCredential, events: told } = FORMS[form];
  const problem = target === undefined ? undefined : wrongTarget(target.trim(), rulesOf(call));
  const untold = (events ?? []).filter((type) => !told.includes(type));
  return [
    ...(problem === undefined ? [] : [{ field: "target", message: problem }]),
    ...(untold.length === 0
      ? []
      : [{ field: "events", message: `has what the form ${form} does not tell of: ${untold.join(", ")}` }]),
    ...(credential !== undefined && !takesCredential
      ? [{ field: "credential", message: `goes with other forms; ${form} needs none` }]
      : []),
  ];
};

const DIGEST_SHOWN = 8;

/** A target as people see it. Where a part of it is hidden, a digest tells it from others. */
const shown = async (form: WebhookForm, target: string): Promise<string> => {
  const text = FORMS[form].shownTarget(target);
  return text === target ? text : `${text} (${(await sha256(target)).slice(0, DIGEST_SHOWN)})`;
};

/** The columns of what is given. */
const columnsOf = async (
  call: Call,
  form: WebhookForm,
  { target, events, credential }: Given,
): Promise<Omit<WebhookEdit, "name">> => ({
  ...(target === undefined ? {} : { target: target.trim(), shownTarget: await shown(form, target.trim()) }),
  ...(events === undefined ? {} : { events: JSON.stringify(events) }),
  ...(credential === undefined
    ? {}
    : { credential: await seal(call, credential.trim()), credentialAt: call.now }),
});

/**
 * Makes a webhook of a project. Throws `not_found`, `invalid`, `key_reused`, `too_many_webhooks`.
 */
export const createWebhook = async (call: Call, project: number, input: WebhookInput): Promise<Issued> => {
  const { name, form, target, credential } = input;
  const { events: takes, takesCredential, signs } = FORMS[form];
  const events = input.events ?? takes;
  const wrong = wrongIn(call, form, { target, events, credential });
  if (takesCredential && credential === undefined)
    wrong.push({ field: "credential", message: `is required by the form ${form}` });
  if (wrong.length > 0) throw invalid(wrong);
  const creation = await creationOf(call, input);
  const secret = signs ? makeSecret() : undefined;
  const { claim, webhook } = await insertWebhook(
    call.db,
    {
      projectId: project,
      webhook: {
        ...{ name, form, target: "", shownTarget: "", events: "", credential: null, credentialAt: null },
        ...(await columnsOf(call, form, { target, events, credential })),
        secret: secret === undefined ? null : await seal(call, secret),
      },
    },
    { author: authorOf(call, "createWebhook"), creation },
  );
  const repeated = refuseReusedKey(creation, claim);
  if (webhook) return { webhook, secret: repeated ? undefined : secret };
  await getProject(call, project);
  throw new DomainError(
    "too_many_webhooks",
    `project ${project} has ${MAX_WEBHOOKS} webhooks; delete one that is not needed`,
  );
};

/** A page of a project's webhooks by id. Throws `not_found`. */
export const listWebhooks = async (
  { db }: Call,
  project: number,
  page: Page,
): Promise<Listed<WebhookRow>> => {
  const { projectExists, rows } = await readWebhooks(db, project, page);
  if (!projectExists) throw notFound("project", project);
  return cutPage(rows, page);
};

/** Throws `not_found`. */
export const getWebhook = async ({ db }: Call, path: WebhookPath): Promise<WebhookRow> => {
  const found = await readWebhook(db, placeOf(path));
  if (!found) throw notFound("webhook", path.webhook);
  return found;
};

/** Changes what is given of a webhook. One that is enabled again is tried at once. Throws `not_found`, `invalid`. */
export const updateWebhook = async (
  call: Call,
  path: WebhookPath,
  { name, target, events, credential, enabled }: WebhookUpdate,
): Promise<WebhookRow> => {
  const { form, target: before } = await getWebhook(call, path);
  const given = { target, events, credential };
  const wrong = wrongIn(call, form, given);
  // Who may change a webhook may not learn its credential by having it sent elsewhere.
  const isMoved = target !== undefined && target.trim() !== before;
  if (FORMS[form].takesCredential && isMoved && credential === undefined)
    wrong.push({ field: "credential", message: "is required again with another target" });
  if (wrong.length > 0) throw invalid(wrong);
  const edit = { ...(name === undefined ? {} : { name }), ...(await columnsOf(call, form, given)) };
  const author = authorOf(call, "updateWebhook");
  const changed = await changeWebhook(call.db, placeOf(path), { edit, enabled, author });
  if (!changed) throw notFound("webhook", path.webhook);
  call.wakeWebhooks([changed.id]);
  return changed;
};

/** Deletes a webhook: nothing is sent to it any more. Throws `not_found`. */
export const deleteWebhook = async (call: Call, path: WebhookPath): Promise<WebhookRow> => {
  const removed = await removeWebhook(call.db, placeOf(path), authorOf(call, "deleteWebhook"));
  if (!removed) throw notFound("webhook", path.webhook);
  return removed;
};

/**
 * Gives a webhook a new secret. The one before it signs too for the overlap, so that the receiver can change over. Throws
 * `not_found`, `webhook_unsigned`, `key_reused`.
 */
export const rotateWebhook = async (
  call: Call,
  path: WebhookPath,
  input: z.output<typeof secretRotation>,
): Promise<Issued> => {
  const creation = await creationOf(call, input);
  const secret = makeSecret();
  const { claim, webhook } = await rotateSecret(call.db, placeOf(path), {
    secret: await seal(call, secret),
    formerUntil: call.now + input.overlap_minutes * MINUTE_MS,
    author: authorOf(call, "rotateWebhook"),
    creation,
  });
  if (!webhook) throw notFound("webhook", path.webhook);
  if (webhook.secret === null)
    throw new DomainError(
      "webhook_unsigned",
      `webhook ${webhook.id} has the form ${webhook.form}, which signs nothing; change its target instead`,
    );
  return { webhook, secret: refuseReusedKey(creation, claim) ? undefined : secret };
};

/**
 * Sends a test to a webhook now, disabled or not, and says how it went. It is tried once; it disables nothing. Throws
 * `not_found`.
 */
export const testWebhook = async (call: Call, path: WebhookPath): Promise<Verdict> => {
  const webhook = await getWebhook(call, path);
  const { db, now, clock } = call;
  const delivery = await insertTest(
    db,
    { webhookId: webhook.id, projectId: path.project, requestId: call.request.id, by: nameOf(call.actor) },
    { now, claimedUntil: now + CLAIM_MS },
  );
  if (!delivery) throw notFound("webhook", path.webhook);
  const { bodies } = await bodiesFor(call, webhook, [delivery]);
  const opened = await openSecrets(call, webhook, now);
  const verdict = await tryDelivery(call, opened, { delivery, body: bodies.get(delivery.id) });
  const isTaken = verdict.is === "taken";
  // Its failure is shown to whoever asked for it, and counts as none of the webhook's.
  const uncounted = { failure: null, death: null };
  const status = isTaken ? "delivered" : "dead";
  await settle(db, webhook.id, {
    settled: [{ ...settledBy(delivery, verdict, clock()), ...uncounted, status }],
    // It is no news that a disabled receiver, or one with a wrong address, does not answer.
    hold: holdBy(isTaken ? [verdict] : []),
    disable: null,
    now: clock(),
  });
  if (isTaken) call.wakeWebhooks([webhook.id]);
  return verdict;
};
