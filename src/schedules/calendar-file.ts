import { DAY_MS } from "../wire/durations.ts";
import { type CalendarEvent, eventsIn, textIn } from "./calendar-lines.ts";
import { beginningsOf, repetitionIn } from "./calendar-rules.ts";
import { type CalendarTime, type Found, instantOf, lengthIn, timeIn } from "./calendar-times.ts";
import type { ClosedSpan } from "./closed-spans.ts";

/** The bounds of a file, which keep its reading short. */
const MAX_EVENTS = 1000;
const MAX_REPEATING = 100;
export const MAX_SPANS = 1000;
/** How far ahead events that repeat are read, and how old one may be whose repetitions are counted. */
const AHEAD_MS = 2 * 366 * DAY_MS;
const COUNTED_MS = 10 * 366 * DAY_MS;
const MAX_NAME = 100;

interface Reading {
  now: number;
  /** The zone of days, and of times that have none. */
  timeZone: string;
}

const nameOf = (event: CalendarEvent): string =>
  textIn(event.get("SUMMARY")?.[0]?.value ?? "").slice(0, MAX_NAME) || "An event";

/** Milliseconds on the event's clock for days, of elapsed time else. */
const lengthOf = (event: CalendarEvent, start: CalendarTime, timeZone: string): Found<number> => {
  const [end] = event.get("DTEND") ?? [];
  const [duration] = event.get("DURATION") ?? [];
  if (end) {
    const found = timeIn(end, timeZone);
    if ("problem" in found) return found;
    return {
      value: start.isDay ? found.value.local - start.local : instantOf(found.value) - instantOf(start),
    };
  }
  const length = duration ? lengthIn(duration.value) : start.isDay ? DAY_MS : 0;
  return length === undefined ? { problem: "has a DURATION that is none" } : { value: length };
};

/** The times that an event's EXDATE lines, or the events that stand for some of its repetitions, leave out. */
const leftOut = (
  event: CalendarEvent,
  others: ReadonlyMap<string, number[]>,
  timeZone: string,
): Set<number> => {
  const days = (event.get("EXDATE") ?? []).flatMap((line) =>
    line.value.split(",").flatMap((value) => {
      const found = timeIn({ ...line, value }, timeZone);
      return "problem" in found ? [] : [instantOf(found.value)];
    }),
  );
  return new Set([...days, ...(others.get(event.get("UID")?.[0]?.value ?? "") ?? [])]);
};

/** By their UID, the repetitions that an event of its own stands for. */
const replacedOf = (events: readonly CalendarEvent[], timeZone: string): Map<string, number[]> => {
  const replaced = new Map<string, number[]>();
  for (const event of events) {
    const [line] = event.get("RECURRENCE-ID") ?? [];
    const found = line && timeIn(line, timeZone);
    const uid = event.get("UID")?.[0]?.value ?? "";
    if (found && "value" in found) replaced.set(uid, [...(replaced.get(uid) ?? []), instantOf(found.value)]);
  }
  return replaced;
};

const spansOf = (
  event: CalendarEvent,
  others: ReadonlyMap<string, number[]>,
  { now, timeZone }: Reading,
): Found<ClosedSpan[]> => {
  const [line] = event.get("DTSTART") ?? [];
  if (!line) return { problem: "has no DTSTART" };
  if (event.has("RDATE")) return { problem: "has an RDATE, which is not taken; give its days as events" };
  const start = timeIn(line, timeZone);
  if ("problem" in start) return start;
  const length = lengthOf(event, start.value, timeZone);
  if ("problem" in length) return length;
  if (length.value <= 0) return { problem: "has no length" };
  const end = ({ local, timeZone: zone }: CalendarTime, from: number): number =>
    start.value.isDay
      ? instantOf({ isDay: true, local: local + length.value, timeZone: zone })
      : from + length.value;
  const [rule] = event.get("RRULE") ?? [];
  if (!rule) {
    const from = instantOf(start.value);
    return { value: [{ from, until: end(start.value, from), name: nameOf(event) }] };
  }
  const repetition = repetitionIn(rule.value, start.value);
  if ("problem" in repetition) return repetition;
  if (repetition.value.count !== null && instantOf(start.value) < now - COUNTED_MS)
    return { problem: "began more than ten years ago and counts its repetitions" };
  const out = leftOut(event, others, timeZone);
  const within = { from: now - length.value, until: now + AHEAD_MS, limit: MAX_SPANS + 1 };
  const beginnings = beginningsOf(start.value, repetition.value, within).filter((at) => !out.has(at));
  const { timeZone: zone } = start.value;
  return {
    value: beginnings.map((from) => {
      const local = start.value.local + Math.round((from - instantOf(start.value)) / DAY_MS) * DAY_MS;
      return { from, until: end({ isDay: true, local, timeZone: zone }, from), name: nameOf(event) };
    }),
  };
};

/**
 * The spans of a calendar file's events that end after `now`, by time; those of events that repeat for two years. The
 * problem completes a sentence that begins with the field's name.
 */
export const spansInCalendar = (text: string, reading: Reading): Found<ClosedSpan[]> => {
  const events = eventsIn(text)?.filter((event) => event.get("STATUS")?.[0]?.value.trim() !== "CANCELLED");
  if (!events) return { problem: "must be a calendar file, which begins with BEGIN:VCALENDAR" };
  const repeating = events.filter((event) => event.has("RRULE")).length;
  if (events.length > MAX_EVENTS || repeating > MAX_REPEATING)
    return { problem: `must hold at most ${MAX_EVENTS} events, of which ${MAX_REPEATING} repeat` };
  const others = replacedOf(events, reading.timeZone);
  const spans: ClosedSpan[] = [];
  for (const event of events) {
    const found = spansOf(event, others, reading);
    if ("problem" in found)
      return { problem: `holds an event, ${JSON.stringify(nameOf(event))}, that ${found.problem}` };
    spans.push(...found.value.filter(({ until }) => until > reading.now));
    if (spans.length > MAX_SPANS)
      return { problem: `names more than ${MAX_SPANS} times in the next two years; give fewer` };
  }
  if (spans.length === 0) return { problem: "holds no event that is still to come" };
  return { value: spans.sort((one, other) => one.from - other.from || one.until - other.until) };
};
