import { DAY_MS } from "../../wire/durations.ts";
import { instantOf } from "../parts/local-time.ts";
import type { Day } from "./store.ts";

const dateText = (at: number): string => new Date(at).toISOString().slice(0, 10);

/**
 * The days of all weeks that contain a day of the month (`2026-11`), in the zone. `weekStart`: the first day of a week;
 * 1 is Monday, 7 is Sunday.
 */
export const daysOfMonth = (month: string, zone: string, weekStart: number): Day[] => {
  const first = Date.parse(`${month}-01T00:00:00Z`);
  const last = Date.UTC(new Date(first).getUTCFullYear(), new Date(first).getUTCMonth() + 1, 0);
  const daysBefore = (at: number): number => (new Date(at).getUTCDay() - weekStart + 7) % 7;
  const start = first - daysBefore(first) * DAY_MS;
  const end = last + (6 - daysBefore(last)) * DAY_MS;
  const startOf = (at: number): number => instantOf(`${dateText(at)}T00:00`, zone) ?? at;
  const days: Day[] = [];
  for (let at = start; at <= end; at += DAY_MS) {
    days.push({ date: dateText(at), from: startOf(at), to: startOf(at + DAY_MS) });
  }
  return days;
};

export const monthBeside = (month: string, step: -1 | 1): string => {
  const first = new Date(`${month}-01T00:00:00Z`);
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + step, 1)).toISOString().slice(0, 7);
};
