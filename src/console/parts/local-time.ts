import { localTime } from "../../schedules/time-zone.ts";
import { DAY_MS } from "../../wire/durations.ts";

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/;

/** The instant at which a zone's wall clock shows `text` (`2026-03-29T03:00`); undefined for what is no such text. The first one where there are two. */
export const instantOf = (text: string, zone: string): number | undefined => {
  if (!LOCAL.test(text)) return undefined;
  const asUtc = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const offsetAt = (at: number) => Date.parse(`${localTime(at, zone).slice(0, 19)}Z`) - at;
  const before = offsetAt(asUtc - DAY_MS);
  const first = asUtc - before;
  return offsetAt(first) === before ? first : asUtc - offsetAt(first);
};

/** What an input of a local time shows for an instant. */
export const localInput = (at: number, zone: string): string => localTime(at, zone).slice(0, 16);
