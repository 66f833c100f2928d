import { BoundedCache } from "../bounded-cache.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../wire/durations.ts";

/** A change of a zone's clocks, or none; all in milliseconds. */
export interface Change {
  /** The offset from UTC before `at`. */
  before: number;
  /** The offset from UTC from `at` on. */
  after: number;
  /** The first instant of `after`; without a change, the end of the span that was searched. */
  at: number;
}

interface Zone {
  formatter: Intl.DateTimeFormat;
  /** Cached results of `changeAround`, by day. */
  changes: BoundedCache<number, Change>;
}

/** A formatter takes some tens of kilobytes; a zone's days take about a hundred. */
const MAX_ZONES = 64;
const MAX_DAYS = 1000;
const zones = new BoundedCache<string, Zone>(MAX_ZONES);

/** Throws a RangeError for a zone that this runtime does not know. */
const zoneOf = (timeZone: string): Zone => {
  const key = timeZone.toLowerCase();
  return (
    zones.get(key) ??
    zones.set(key, {
      formatter: new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }),
      changes: new BoundedCache(MAX_DAYS),
    })
  );
};

/** Whether this is an IANA zone that this runtime knows, in any case. `UTC` is one, `+02:00` is not. */
export const isZone = (name: string): boolean => {
  if (!/^[a-z]/i.test(name)) return false;
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
};

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** The zone's offset from UTC at `at` (epoch milliseconds), in milliseconds. */
const offsetAt = (timeZone: string, at: number): number => {
  const match = OFFSET.exec(zoneOf(timeZone).formatter.format(at));
  if (!match) throw new Error(`this runtime does not tell the offset of ${timeZone} at ${at}`);
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = match;
  const size = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * SECOND_MS;
  return sign === "-" ? -size : size;
};

/**
 * The change of the zone's clocks from the day before `day` to the end of the day after. `day` is a UTC
 * midnight in epoch milliseconds. There is at most one: no zone ever changed twice within three days.
 */
export const changeAround = (timeZone: string, day: number): Change => {
  const { changes } = zoneOf(timeZone);
  return changes.get(day) ?? changes.set(day, findChange(timeZone, day - DAY_MS, day + 2 * DAY_MS));
};

/** The change in [from, until), both whole seconds. */
const findChange = (timeZone: string, from: number, until: number): Change => {
  const before = offsetAt(timeZone, from);
  const after = offsetAt(timeZone, until);
  if (before === after) return { before, after, at: until };
  let last = from;
  let at = until;
  while (at - last > SECOND_MS) {
    const middle = last + Math.floor((at - last) / 2 / SECOND_MS) * SECOND_MS;
    if (offsetAt(timeZone, middle) === before) last = middle;
    else at = middle;
  }
  return { before, after, at };
};

const two = (part: number): string => String(part).padStart(2, "0");

/** The zone's local time at `at` (epoch milliseconds), to the second, with its offset: `2026-03-29T03:00:00+02:00`. */
export const localTime = (at: number, timeZone: string): string => {
  const offset = offsetAt(timeZone, at);
  const size = Math.abs(offset);
  const hours = two(Math.floor(size / HOUR_MS));
  const minutes = two(Math.floor(size / MINUTE_MS) % 60);
  const seconds = Math.floor(size / SECOND_MS) % 60;
  const clock = new Date(at + offset).toISOString().slice(0, 19);
  return `${clock}${offset < 0 ? "-" : "+"}${hours}:${minutes}${seconds === 0 ? "" : `:${two(seconds)}`}`;
};
