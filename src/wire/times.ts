import { DAY_MS, MINUTE_MS } from "./durations.ts";

const WIRE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+\- ](?:[01]\d|2[0-3]):?[0-5]\d)?$/i;

const EARLIEST = Date.parse("0001-01-01T00:00:00Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/** The format of a time, for messages. */
export const TIME_FORM = "a time like 2015-04-28T17:00:00+0700";

/** The number that a range of digits spells. */
const numberIn = (text: string, from: number, to: number): number => {
  let number = 0;
  for (let place = from; place < to; place++) number = number * 10 + text.charCodeAt(place) - 48;
  return number;
};

/** The calendar repeats after this many years. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * DAY_MS;
/** The number of days that every month has. */
const MIN_MONTH_DAYS = 28;

/** The index after the seconds; a fraction, a zone, both or nothing follow. */
const SECONDS_END = 19;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** The index after the fraction of a second. */
const fractionEnd = (text: string): number => {
  let end = SECONDS_END;
  if (text[end] === ".") {
    do end++;
    while (isDigit(text.charCodeAt(end)));
  }
  return end;
};

/** The zone at the end of a wire time, in milliseconds. */
const zoneFrom = (text: string, from: number): number => {
  const { length } = text;
  if (length - from < "+0000".length) return 0;
  const minutes = numberIn(text, from + 1, from + 3) * 60 + numberIn(text, length - 2, length);
  return minutes * MINUTE_MS * (text[from] === "-" ? -1 : 1);
};

/**
 * Parses a time in any form of the wire contract's "Requests": `+0700`, `+07:00`, `Z`, no zone (UTC), a fraction, a
 * space where a `+` was decoded. Returns epoch milliseconds, or undefined if it is none of them. It reads numbers in
 * place: every poll has two times, and substrings would be garbage to collect.
 */
export const parseWireTime = (text: string): number | undefined => {
  const trimmed = text.trim();
  if (!WIRE_TIME.test(trimmed)) return undefined;
  const at = (from: number, to: number) => numberIn(trimmed, from, to);
  const day = at(8, 10);
  // One cycle later, because Date.UTC reads years 0 to 99 as 1900 to 1999.
  const year = at(0, 4) + CYCLE_YEARS;
  const later = Date.UTC(year, at(5, 7) - 1, day, at(11, 13), at(14, 16), at(17, SECONDS_END));
  if (day > MIN_MONTH_DAYS && new Date(later).getUTCDate() !== day) return undefined;
  const end = fractionEnd(trimmed);
  const first = SECONDS_END + 1;
  const fractionMs = end > first ? Math.floor((at(first, end) * 1000) / 10 ** (end - first)) : 0;
  const time = later - CYCLE_MS + fractionMs - zoneFrom(trimmed, end);
  return time >= EARLIEST && time <= LATEST ? time : undefined;
};

/** Epoch milliseconds in the wire's format: UTC, whole seconds, `2015-04-08T03:01:48+00:00`. */
export const formatWireTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+00:00`;

export const formatOptionalTime = (at: number | null): string | null =>
  at === null ? null : formatWireTime(at);

/** Rounds down to the whole second; epoch milliseconds. */
export const wholeSecond = (at: number): number => Math.floor(at / 1000) * 1000;
