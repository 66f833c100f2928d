import { localTime } from "../../schedules/time-zone.ts";
import { DAY_MS } from "../../wire/durations.ts";

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/;

/**
 * The instant of a local time (`2026-03-29T03:00`) in a zone; undefined if it is malformed. Of two instants, the first.
 */
export const instantOf = (text: string, zone: string): number | undefined => {
  if (!LOCAL.test(text)) return undefined;
  const asUtc = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const offsetAt = (at: number) => Date.parse(`${localTime(at, zone).slice(0, 19)}Z`) - at;
  const before = offsetAt(asUtc - DAY_MS);
  const first = asUtc - before;
  return offsetAt(first) === before ? first : asUtc - offsetAt(first);
};

/** The value of a local time input for an instant. */
export const localInput = (at: number, zone: string): string => localTime(at, zone).slice(0, 16);
