import * as z from "zod";
import { DELIVERY_STATUSES, DELIVERY_TYPES, EVENT_TYPES, WEBHOOK_FORMS } from "../database/enums.ts";
import { described, fieldsOf } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatOptionalTime, formatWireTime } from "../wire/times.ts";
import type { DeliveryRow } from "./delivery-list-store.ts";
import type { Verdict } from "./form.ts";
import type { WebhookRow } from "./store.ts";
import { eventsOf, type Issued } from "./webhooks.ts";

const EXAMPLE = {
  webhook_id: 3,
  project_id: 356,
  name: "CI",
  form: "standard" as const,
  target: "https://ci.example.com/muster",
  events: ["job.ended" as const],
  enabled: true,
  disabled_at: null,
  disabled_note: null,
  failing_since: null,
  held_until: null,
  old_secret_until: null,
  created_at: "2026-12-01T09:00:00+00:00",
  created_by: "operator lab 7",
};

/** A webhook without its secrets. */
export const webhookShape = shape(() =>
  described(
    z.object({
      webhook_id: z.int(),
      project_id: z.int(),
      name: z.string(),
      form: z.enum(WEBHOOK_FORMS),
      target: z.string(),
      events: z.array(z.enum(EVENT_TYPES)),
      enabled: z.boolean(),
      disabled_at: z.string().nullable(),
      disabled_note: z.string().nullable(),
      failing_since: z.string().nullable(),
      held_until: z.string().nullable(),
      old_secret_until: z.string().nullable(),
      created_at: z.string(),
      created_by: z.string(),
    }),
    {
      name: "Webhook",
      fields: {
        webhook_id: "The id of the webhook.",
        project_id: "The id of its project.",
        name: "What it is for, for people.",
        form: "The form in which events are sent.",
        target: "Where it sends to; of an address that is a secret, only the host and a digest of it.",
        events: "The types of the events that it is told of.",
        enabled: "Whether it is told of events.",
        disabled_at: "When it was disabled: a UTC time; null: it is not.",
        disabled_note: "Why it was disabled; null: it is not.",
        failing_since: "Since when nothing was taken: a UTC time; null: it does not fail.",
        held_until:
          "Until when nothing is sent, since it fails or asked for a pause: a UTC time; null: it is not held.",
        old_secret_until: "Until when the secret before this one signs too: a UTC time; null: it does not.",
        created_at: "When it was made: a UTC time.",
        created_by: "Who made it: the scope and name of a token.",
      },
      example: EXAMPLE,
    },
  ),
);

/** `now` in epoch milliseconds. */
export const wireWebhook = (webhook: WebhookRow, now: number): Shaped<typeof webhookShape> => {
  const later = (at: number | null) => (at !== null && at > now ? formatWireTime(at) : null);
  return {
    webhook_id: webhook.id,
    project_id: webhook.projectId,
    name: webhook.name,
    form: webhook.form,
    target: webhook.shownTarget,
    events: eventsOf(webhook),
    enabled: webhook.disabledAt === null,
    disabled_at: formatOptionalTime(webhook.disabledAt),
    disabled_note: webhook.disabledNote,
    failing_since: formatOptionalTime(webhook.failingSince),
    held_until: later(webhook.heldUntil),
    old_secret_until: later(webhook.formerUntil),
    created_at: formatWireTime(webhook.createdAt),
    created_by: webhook.createdBy,
  };
};

/** A webhook that was made, or got another secret. */
export const issuedWebhookShape = shape(() =>
  described(webhookShape().extend({ secret: z.string().nullable() }), {
    name: "IssuedWebhook",
    fields: {
      ...fieldsOf(webhookShape()),
      secret:
        "The secret that signs, which is shown this once; null: the form does not sign, or this repeats a request whose answer had it.",
    },
    example: { ...EXAMPLE, secret: "whsec_YSBzZWNyZXQgb2YgMjQgYnl0ZXMu" },
  }),
);

export const wireIssued = ({ webhook, secret }: Issued, now: number): Shaped<typeof issuedWebhookShape> => ({
  ...wireWebhook(webhook, now),
  secret: secret ?? null,
});

/** One event on its way to a webhook. */
export const deliveryShape = shape(() =>
  described(
    z.object({
      delivery_id: z.int(),
      event_id: z.string(),
      type: z.enum(DELIVERY_TYPES),
      subject: z.string(),
      at: z.string(),
      status: z.enum(DELIVERY_STATUSES),
      tries: z.int(),
      tried_at: z.string().nullable(),
      next_try_at: z.string().nullable(),
      answer_status: z.int().nullable(),
      answer: z.string().nullable(),
    }),
    {
      name: "Delivery",
      fields: {
        delivery_id: "The id of the delivery.",
        event_id: "Its webhook-id: the same in all tries.",
        type: "The type of the event.",
        subject: "What it is about, like job:12; deliveries of one subject keep their order.",
        at: "When it happened: a UTC time.",
        status: "Whether it waits, was delivered, or was given up.",
        tries: "How often it was tried, since it was last sent again.",
        tried_at: "When it was last tried: a UTC time; null: it was not.",
        next_try_at:
          "When it is tried next, or counts as lost if a try is under way: a UTC time; null: it does not wait.",
        answer_status: "The HTTP status that the receiver answered last; null: there was no answer.",
        answer: "How the last try ended, in words; null: there was none.",
      },
      example: {
        delivery_id: 41,
        event_id: "evt_5e1f2d3c4b5a69788796a5b4c3d2e1f0",
        type: "job.ended",
        subject: "job:12",
        at: "2026-12-01T09:00:00+00:00",
        status: "waiting",
        tries: 2,
        tried_at: "2026-12-01T09:00:11+00:00",
        next_try_at: "2026-12-01T09:01:11+00:00",
        answer_status: 503,
        answer: "answered 503",
      },
    },
  ),
);

export const wireDelivery = (delivery: DeliveryRow): Shaped<typeof deliveryShape> => ({
  delivery_id: delivery.id,
  event_id: `evt_${delivery.eventId}`,
  type: delivery.type,
  subject: delivery.subject,
  at: formatWireTime(delivery.at),
  status: delivery.status,
  tries: delivery.tries,
  tried_at: formatOptionalTime(delivery.triedAt),
  next_try_at: delivery.status === "waiting" ? formatWireTime(delivery.dueAt) : null,
  answer_status: delivery.answerStatus,
  answer: delivery.answer,
});

/** How a test went. */
export const testedShape = shape(() =>
  described(z.object({ taken: z.boolean(), answer_status: z.int().nullable(), answer: z.string() }), {
    name: "TestedWebhook",
    fields: {
      taken: "Whether the receiver took it.",
      answer_status: "The HTTP status that it answered; null: there was no answer.",
      answer: "How it went, in words.",
    },
    example: { taken: true, answer_status: 204, answer: "answered 204" },
  }),
);

export const wireTested = ({ is, status, note }: Verdict): Shaped<typeof testedShape> => ({
  taken: is === "taken",
  answer_status: status,
  answer: note,
});

export const resentShape = shape(() =>
  described(z.object({ sent_again: z.int() }), {
    fields: { sent_again: "How many dead deliveries wait again; 1,000 means that there may be more." },
    example: { sent_again: 12 },
  }),
);
