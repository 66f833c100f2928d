import { DAY_MS } from "../wire/durations.ts";
import { type CalendarTime, type Found, instantOf, timeIn } from "./calendar-times.ts";
import { occurrences, parseCron } from "./cron-times.ts";
import { localTime } from "./time-zone.ts";

/** How an event repeats: at the times of a cron in a zone, of which only each `every`th day, week, month or year counts. */
interface Repetition {
  cron: string;
  unit: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";
  every: number;
  /** The day on which a week begins: 0 is Sunday. It matters where only every nth week counts. */
  weekStart: number;
  /** How often in all; null: without end. */
  count: number | null;
  /** The last time at which it may begin; epoch milliseconds, null: without end. */
  last: number | null;
}

const UNITS = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;
const KNOWN = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST"];
const WEEKDAYS: Readonly<Record<string, string>> = {
  SU: "SUN",
  MO: "MON",
  TU: "TUE",
  WE: "WED",
  TH: "THU",
  FR: "FRI",
  SA: "SAT",
};
const DAYS = Object.keys(WEEKDAYS);
const NAMES = Object.values(WEEKDAYS);

/** A weekday as a cron names it: `MO`, `2MO` (of the month), `-1FR` (the last). */
const weekdayIn = (text: string): string | undefined => {
  const [, nth, day = ""] = /^(-1|\+?[1-5])?([A-Z]{2})$/.exec(text) ?? [];
  const name = WEEKDAYS[day];
  if (name === undefined || nth === undefined) return name;
  return nth === "-1" ? `${name}#L` : `${name}#${Number(nth)}`;
};

const numbersIn = (text: string | undefined, from: number, to: number): string | undefined => {
  if (text === undefined) return undefined;
  const isGood = text
    .split(",")
    .every((part) => /^\d{1,2}$/.test(part) && Number(part) >= from && Number(part) <= to);
  return isGood ? text : undefined;
};

/** A number of a rule from 1 to 999; null if it has none, undefined if it is malformed. */
const wholeIn = (text: string | undefined): number | null | undefined =>
  text === undefined ? null : /^[1-9]\d{0,2}$/.test(text) ? Number(text) : undefined;

/**
 * Reads an RRULE of an event that begins at `start`. Only rules are taken that a cron says: by days, weeks, months or
 * years, with BYDAY, BYMONTHDAY and BYMONTH, and every nth of them.
 */
export const repetitionIn = (rule: string, start: CalendarTime): Found<Repetition> => {
  const parts = new Map(
    rule
      .trim()
      .toUpperCase()
      .split(";")
      .filter((part) => part !== "")
      .map(
        (part) => [part.slice(0, Math.max(0, part.indexOf("="))), part.slice(part.indexOf("=") + 1)] as const,
      ),
  );
  const refused = { problem: `repeats by ${JSON.stringify(rule.trim().slice(0, 80))}, which is not taken` };
  const unit = UNITS.find((each) => each === parts.get("FREQ"));
  const every = wholeIn(parts.get("INTERVAL"));
  const count = wholeIn(parts.get("COUNT"));
  const weekStart = DAYS.indexOf(parts.get("WKST") ?? "MO");
  if (!unit || every === undefined || count === undefined || weekStart === -1) return refused;
  if ([...parts.keys()].some((name) => !KNOWN.includes(name))) return refused;
  const until = parts.get("UNTIL");
  const last = until === undefined ? null : lastIn(until, start);
  if (last === undefined) return refused;
  const cron = cronOf(unit, parts, start);
  return cron === undefined || "problem" in parseCron(cron)
    ? refused
    : { value: { cron, unit, every: every ?? 1, weekStart, count, last } };
};

const lastIn = (until: string, { timeZone, isDay }: CalendarTime): number | undefined => {
  const found = timeIn({ name: "UNTIL", parameters: new Map(), value: until }, timeZone);
  if ("problem" in found) return undefined;
  return instantOf(found.value) + (found.value.isDay && !isDay ? DAY_MS - 1 : 0);
};

const cronOf = (
  unit: Repetition["unit"],
  parts: ReadonlyMap<string, string>,
  { local }: CalendarTime,
): string | undefined => {
  const start = new Date(local);
  const clock = `${start.getUTCMinutes()} ${start.getUTCHours()}`;
  const [byDay, byMonthDay, byMonth] = ["BYDAY", "BYMONTHDAY", "BYMONTH"].map((name) => parts.get(name));
  const days = byDay?.split(",").map(weekdayIn);
  if (days?.includes(undefined)) return undefined;
  const isNth = days?.some((day) => day?.includes("#")) ?? false;
  const monthDays = numbersIn(byMonthDay, 1, 31);
  const months = numbersIn(byMonth, 1, 12);
  if (
    (byMonthDay !== undefined && monthDays === undefined) ||
    (byMonth !== undefined && months === undefined)
  )
    return undefined;
  // A cron takes either of both; a rule wants both.
  if (days && monthDays !== undefined) return undefined;
  const weekday = days?.join(",") ?? "*";
  const named = months ?? "*";
  if (unit === "DAILY") return isNth ? undefined : `${clock} ${monthDays ?? "*"} ${named} ${weekday}`;
  if (unit === "WEEKLY") {
    if (isNth || monthDays !== undefined) return undefined;
    return `${clock} * ${named} ${days ? weekday : NAMES[start.getUTCDay()]}`;
  }
  const ofYear = unit === "YEARLY" ? (months ?? String(start.getUTCMonth() + 1)) : named;
  // Of a year without months, BYDAY counts within the year.
  if (days) return unit === "YEARLY" && months === undefined ? undefined : `${clock} * ${ofYear} ${weekday}`;
  return `${clock} ${monthDays ?? start.getUTCDate()} ${ofYear} *`;
};

/** The number of the day, the week, the month or the year that a local day lies in. */
const placeOf = (local: number, { unit, weekStart }: Pick<Repetition, "unit" | "weekStart">): number => {
  const day = Math.floor(local / DAY_MS);
  const date = new Date(local);
  if (unit === "DAILY") return day;
  // 1 January 1970 was a Thursday.
  if (unit === "WEEKLY") return Math.floor((day + 4 - weekStart) / 7);
  return unit === "YEARLY" ? date.getUTCFullYear() : date.getUTCFullYear() * 12 + date.getUTCMonth();
};

/** When an event begins, in [from, until), at most `limit` times; epoch milliseconds. */
export const beginningsOf = (
  start: CalendarTime,
  { cron, unit, every, weekStart, count, last }: Repetition,
  { from, until, limit }: { from: number; until: number; limit: number },
): number[] => {
  const first = instantOf(start);
  const seconds = start.local % 60_000;
  const end = Math.min(until, last === null ? until : last + 1);
  // What is counted is counted from the beginning.
  const begin = count === null ? Math.max(from, first) : first;
  const clock = { cron, timeZone: start.timeZone };
  const most = every === 1 ? (count ?? limit) : Number.POSITIVE_INFINITY;
  const local = (at: number) => Date.parse(`${localTime(at, start.timeZone).slice(0, 19)}Z`);
  const place = (day: number) => placeOf(day, { unit, weekStart });
  const times = occurrences(clock, { from: begin - seconds, until: end, limit: most })
    .filter((at) => every === 1 || (place(local(at)) - place(start.local)) % every === 0)
    .map((at) => at + seconds);
  return times
    .slice(0, count ?? limit)
    .filter((at) => at >= from && at < end)
    .slice(0, limit);
};
