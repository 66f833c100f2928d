import * as z from "zod";
import { DELIVERY_STATUSES, EVENT_TYPES, WEBHOOK_FORMS } from "../database/enums.ts";
import { described, fieldsOf } from "../wire/described.ts";
import { flag, oneOf, text, whole } from "../wire/fields.ts";
import { pageQuery } from "../wire/list-pages.ts";

const MAX_TARGET = 2000;
const MAX_CREDENTIAL = 1000;

const EVENTS_FORM = `must be a list of at least one of ${EVENT_TYPES.join(", ")}`;
const events = z
  .array(z.enum(EVENT_TYPES, { error: `must be one of ${EVENT_TYPES.join(", ")}` }), EVENTS_FORM)
  .min(1, { error: EVENTS_FORM })
  .max(EVENT_TYPES.length, { error: "must name each type once" })
  .refine((types) => new Set(types).size === types.length, { error: "must name each type once" });

const WORDS = {
  name: "What it is for, for people.",
  target: "Where it sends to, by its form: an https address of the receiver.",
  credential:
    "What its form needs to be let in by the receiver, for the forms that need something. It is not shown again.",
};

/** A webhook to make. */
export const webhookInput = described(
  z.object({
    name: text(100),
    form: oneOf(WEBHOOK_FORMS).default("standard"),
    target: text(MAX_TARGET),
    events: events.optional(),
    credential: text(MAX_CREDENTIAL).optional(),
  }),
  {
    name: "GivenWebhook",
    fields: {
      ...WORDS,
      form: "The form in which events are sent.",
      events: "The types of the events that it is told of; left out: all that its form takes.",
    },
    example: { name: "CI", target: "https://ci.example.com/muster", events: ["job.ended"] },
  },
);
export type WebhookInput = z.output<typeof webhookInput>;

/** What of a webhook is to change. */
export const webhookUpdate = described(
  z
    .object({
      name: text(100).optional(),
      target: text(MAX_TARGET).optional(),
      events: events.optional(),
      credential: text(MAX_CREDENTIAL).optional(),
      enabled: flag().optional(),
    })
    .refine((given) => Object.values(given).some((value) => value !== undefined), {
      error: "must have a field to change: name, target, events, credential or enabled",
    }),
  {
    fields: {
      ...WORDS,
      events: "The types of the events that it is told of from now on.",
      enabled: "Whether it is told of events. Those that happen while it is not are never sent.",
    },
    example: { enabled: true },
  },
);
export type WebhookUpdate = z.output<typeof webhookUpdate>;

const MAX_OVERLAP_MINUTES = 7 * 24 * 60;
const DAY_MINUTES = 24 * 60;

/** How long the secret before a new one signs beside it. */
export const secretRotation = described(
  z.object({
    overlap_minutes: whole({ from: 0, to: MAX_OVERLAP_MINUTES, of: "minutes" }).default(DAY_MINUTES),
  }),
  {
    name: "WebhookRotation",
    fields: { overlap_minutes: "For how many minutes the old secret signs too; a day by default." },
    example: { overlap_minutes: DAY_MINUTES },
  },
).prefault({});

export const deliveriesQuery = described(pageQuery.extend({ status: oneOf(DELIVERY_STATUSES).optional() }), {
  fields: {
    ...fieldsOf(pageQuery),
    after: "The last delivery_id of the page before; the newest come first.",
    status: "Only deliveries of this status.",
  },
});
