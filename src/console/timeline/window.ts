import * as z from "zod";
import type { Call } from "../../call.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../wire/durations.ts";

export const SPANS = ["1h", "6h", "24h", "7d"] as const;
export type Span = (typeof SPANS)[number];

/** The length of each span, and the step in which a window that follows the present moves on. */
const SIZES: Readonly<Record<Span, { ms: number; stepMs: number }>> = {
  "1h": { ms: HOUR_MS, stepMs: MINUTE_MS },
  "6h": { ms: 6 * HOUR_MS, stepMs: 5 * MINUTE_MS },
  "24h": { ms: DAY_MS, stepMs: 15 * MINUTE_MS },
  "7d": { ms: 7 * DAY_MS, stepMs: HOUR_MS },
};
const spanMs = (span: Span): number => SIZES[span].ms;

/** The share of a window that follows the present which is past. */
const PAST_SHARE = 0.75;

/** A stretch of time that is drawn; epoch milliseconds, `to` exclusive. */
export interface TimeWindow {
  span: Span;
  from: number;
  to: number;
  now: number;
  /** How long before it a check of presence judges. */
  checkMs: number;
  /** It moves on with the present. */
  follows: boolean;
}

const FIRST = Date.UTC(2000, 0, 1);
const LAST = Date.UTC(2100, 0, 1);
const AT = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z$/;

/** The start of a window in its address: UTC, so that it is the same for every reader. */
export const atText = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace(/[-:]/g, "")}Z`;

/** The instant of such a text; undefined if it is none, or not of this century. */
export const atOf = (text: string): number | undefined => {
  const [, year, month, day, hour, minute] = AT.exec(text) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return at >= FIRST && at < LAST && atText(at) === text ? at : undefined;
};

/** What an address says of a timeline; what is invalid is ignored. */
export const windowAddress = z.object({
  span: z.enum(SPANS).optional().catch(undefined),
  at: z.string().transform(atOf).optional().catch(undefined),
  as: z.enum(["chart", "table"]).default("chart").catch("chart"),
});
export type WindowAddress = z.output<typeof windowAddress>;

/** The window of an address. Without a start it follows the present: three quarters past, one to come. */
export const windowOf = (
  { span, at }: { span: Span; at: number | undefined },
  { now, settings }: Pick<Call, "now" | "settings">,
): TimeWindow => {
  const { ms, stepMs } = SIZES[span];
  const from = at ?? Math.floor((now - PAST_SHARE * ms) / stepMs) * stepMs;
  return {
    span,
    from,
    to: from + ms,
    now,
    checkMs: settings.WINDOW_SECONDS * 1000,
    follows: at === undefined,
  };
};

const inReach = (at: number): number =>
  Math.min(LAST - MINUTE_MS, Math.max(FIRST, Math.floor(at / MINUTE_MS) * MINUTE_MS));

/** The start of the window half a span earlier or later. */
export const startBeside = ({ span, from }: TimeWindow, direction: -1 | 1): number =>
  inReach(from + (direction * spanMs(span)) / 2);

/** The start of a window of another span around the same middle; undefined: it follows the present too. */
export const startWithin = (window: TimeWindow, span: Span): number | undefined =>
  window.follows ? undefined : inReach((window.from + window.to - spanMs(span)) / 2);

/** The next shorter span; undefined of the shortest. */
export const shorterSpan = (span: Span): Span | undefined => SPANS[SPANS.indexOf(span) - 1];

/** Where an instant lies in a window, in per cent of its length, within its ends. */
export const percentOf = ({ from, to }: Pick<TimeWindow, "from" | "to">, at: number): number =>
  Math.round(((Math.min(to, Math.max(from, at)) - from) / (to - from)) * 10_000) / 100;
