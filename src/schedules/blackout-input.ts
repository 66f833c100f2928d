import * as z from "zod";
import { described } from "../wire/described.ts";
import { DAY_MS } from "../wire/durations.ts";
import { text, timeToSecond } from "../wire/fields.ts";
import { type FieldError, invalid } from "../wire/refusals.ts";
import { MAX_SPANS, spansInCalendar } from "./calendar-file.ts";
import type { ClosedSpan } from "./closed-spans.ts";
import { instantOfLocal } from "./cron-times.ts";
import { isZone } from "./time-zone.ts";

const DAY_FORM = "must be a day like 2026-12-24, or days like 2026-12-24/2027-01-01";
const MAX_NAMED = 366;
const MAX_FILE = 1_000_000;

/** A local day, as its midnight in UTC. */
const dayIn = (text: string): number | undefined => {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(text) ? undefined : at;
};

/** The first and the last of some days, both included. */
const daysIn = (text: string): { first: number; last: number } | undefined => {
  const [from = "", to = from, ...more] = text.trim().split("/");
  const [first, last] = [dayIn(from), dayIn(to)];
  if (first === undefined || last === undefined || last < first || more.length > 0) return undefined;
  return { first, last };
};

const days = z
  .array(
    z.string(DAY_FORM).refine((day) => daysIn(day) !== undefined, { error: DAY_FORM }),
    "must be a list of days",
  )
  .min(1, { error: "must name a day" })
  .max(MAX_NAMED, { error: `must name at most ${MAX_NAMED} days, or spans of days` });

const FORMS = ["days", "from", "calendar"] as const;

/** A blackout to make: by days, by one window, or by a calendar file. */
export const blackoutInput = described(
  z
    .object({
      name: text(100),
      days: days.nullish(),
      from: timeToSecond().nullish(),
      to: timeToSecond().nullish(),
      calendar: z
        .string("must be the text of a calendar file")
        .max(MAX_FILE, { error: `must be at most ${MAX_FILE} characters` })
        .nullish(),
      time_zone: text(64)
        .refine(isZone, { error: "must be an IANA time zone, like Europe/Berlin or UTC" })
        .default("UTC"),
    })
    .superRefine((input, context) => {
      const refuse = (path: string, message: string) =>
        context.addIssue({ code: "custom", path: [path], message });
      const [given, other] = FORMS.filter((name) => input[name] != null);
      if (given === undefined)
        refuse("days", "is required: name days, a window by from and to, or a calendar file");
      if (other !== undefined) refuse(other, `can't be given together with ${given}: send one of them`);
      if ((input.from == null) !== (input.to == null))
        refuse(input.to == null ? "to" : "from", "is required with the other end of the window");
      if (input.from != null && input.to != null && input.to <= input.from)
        refuse("to", "must be after from");
    }),
  {
    name: "GivenBlackout",
    fields: {
      name: "What it is for, for people.",
      days: "The days, like 2026-12-24, or spans of days with both ends, like 2026-12-24/2027-01-01.",
      from: "The beginning of a window, inclusive: a time.",
      to: "The end of a window, exclusive: a time.",
      calendar:
        "The text of a calendar file (iCalendar), whose events are the spans; those that repeat, for two years.",
      time_zone: "The IANA time zone of days, and of a calendar's times without one.",
    },
    example: { name: "Between the years", days: ["2026-12-24/2027-01-01"], time_zone: "Europe/Berlin" },
  },
);
export type BlackoutInput = z.output<typeof blackoutInput>;

const spansOfDays = (named: readonly string[], { time_zone: zone, name }: BlackoutInput): ClosedSpan[] =>
  named.flatMap((text) => {
    const found = daysIn(text);
    if (!found) return [];
    const { first, last } = found;
    return { from: instantOfLocal(first, zone), until: instantOfLocal(last + DAY_MS, zone), name };
  });

const given = (input: BlackoutInput, now: number): { spans: ClosedSpan[] } | { wrong: FieldError } => {
  const { name, calendar, from, to, time_zone: timeZone } = input;
  if (calendar != null) {
    const found = spansInCalendar(calendar, { now, timeZone });
    return "problem" in found
      ? { wrong: { field: "calendar", message: found.problem } }
      : { spans: found.value };
  }
  if (from != null && to != null) return { spans: [{ from, until: to, name }] };
  return { spans: spansOfDays(input.days ?? [], input) };
};

/** The spans of a blackout that end after `now`, by time: at least one. Throws `invalid`. */
export const spansOf = (input: BlackoutInput, now: number): ClosedSpan[] => {
  const found = given(input, now);
  if ("wrong" in found) throw invalid([found.wrong]);
  const spans = found.spans.filter(({ until }) => until > now).sort((one, other) => one.from - other.from);
  const field = FORMS.find((name) => input[name] != null) ?? "days";
  if (spans.length === 0) throw invalid([{ field, message: "must name a time that is still to come" }]);
  if (spans.length > MAX_SPANS)
    throw invalid([{ field, message: `must name at most ${MAX_SPANS} spans; give fewer` }]);
  return spans;
};
