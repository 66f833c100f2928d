import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../wire/durations.ts";
import type { CalendarLine } from "./calendar-lines.ts";
import { instantOfLocal } from "./cron-times.ts";
import { isZone } from "./time-zone.ts";

/** A day or a time of a calendar file. `local`: what its clock shows, in milliseconds as if in UTC. */
export interface CalendarTime {
  isDay: boolean;
  local: number;
  timeZone: string;
}

export type Found<Value> = { value: Value } | { problem: string };

const TIME = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/;

/** One time of a line: `20261224`, `20261224T220000Z`, or without Z in its own zone, else in `timeZone`. */
export const timeIn = ({ name, parameters, value }: CalendarLine, timeZone: string): Found<CalendarTime> => {
  const text = value.trim().toUpperCase();
  const [, year, month, day, hour, minute, second, utc] = TIME.exec(text) ?? [];
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  );
  const isDate = !Number.isNaN(local) && new Date(local).toISOString().startsWith(`${year}-${month}-${day}`);
  if (!isDate) return { problem: `has the ${name} ${JSON.stringify(text.slice(0, 40))}, which is no time` };
  const own = parameters.get("TZID") ?? timeZone;
  if (utc === "Z") return { value: { isDay: false, local, timeZone: "UTC" } };
  if (hour !== undefined && !isZone(own)) {
    const zone = JSON.stringify(own.slice(0, 64));
    return { problem: `names the zone ${zone}, which is no IANA zone; write the time in UTC, or with one` };
  }
  return { value: { isDay: hour === undefined, local, timeZone: hour === undefined ? timeZone : own } };
};

export const instantOf = ({ local, timeZone }: CalendarTime): number => instantOfLocal(local, timeZone);

const DURATION = /^\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?$/;

/** A length like `PT2H30M` or `P1D`, in milliseconds. */
export const lengthIn = (text: string): number | undefined => {
  const parts = DURATION.exec(text.trim().toUpperCase());
  if (!parts) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  return (weeks * 7 + days) * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
};
