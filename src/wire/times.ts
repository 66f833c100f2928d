import { DAY_MS, MINUTE_MS } from "./durations.ts";

const WIRE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+\- ](?:[01]\d|2[0-3]):?[0-5]\d)?$/i;

const EARLIEST = Date.parse("0001-01-01T00:00:00Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/** How a time is written, for messages. */
export const TIME_FORM = "a time like 2015-04-28T17:00:00+0700";

/** The number that digits of a text are. */
const numberIn = (text: string, from: number, to: number): number => {
  let number = 0;
  for (let place = from; place < to; place++) number = number * 10 + text.charCodeAt(place) - 48;
  return number;
};

/** After as many years the calendar is the same again. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * DAY_MS;
/** So many days every month has. */
const SURE_DAYS = 28;

/** Where the seconds of a wire time end; then come a fraction, a zone, both or nothing. */
const SECONDS_END = 19;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Where the fraction of a second ends. */
const fractionEnd = (text: string): number => {
  let end = SECONDS_END;
  if (text[end] === ".") {
    do end++;
    while (isDigit(text.charCodeAt(end)));
  }
  return end;
};

/** The zone that a wire time ends with, in milliseconds. */
const zoneFrom = (text: string, from: number): number => {
  const { length } = text;
  if (length - from < "+0000".length) return 0;
  const minutes = numberIn(text, from + 1, from + 3) * 60 + numberIn(text, length - 2, length);
  return minutes * MINUTE_MS * (text[from] === "-" ? -1 : 1);
};

/**
 * Reads a time in any of the forms of the wire contract's "Requests": `+0700`, `+07:00`, `Z`, no zone (UTC), a
 * fraction, a space where a `+` was decoded. Gives epoch milliseconds, or undefined where it is none of them. Its
 * numbers are read where they stand: every poll has two times, and what is cut out of them is garbage to collect.
 */
export const parseWireTime = (text: string): number | undefined => {
  const trimmed = text.trim();
  if (!WIRE_TIME.test(trimmed)) return undefined;
  const at = (from: number, to: number) => numberIn(trimmed, from, to);
  const day = at(8, 10);
  // A cycle later, for what Date.UTC is told of a year before 100 it takes as one of the last century.
  const year = at(0, 4) + CYCLE_YEARS;
  const later = Date.UTC(year, at(5, 7) - 1, day, at(11, 13), at(14, 16), at(17, SECONDS_END));
  if (day > SURE_DAYS && new Date(later).getUTCDate() !== day) return undefined;
  const end = fractionEnd(trimmed);
  const first = SECONDS_END + 1;
  const fractionMs = end > first ? Math.floor((at(first, end) * 1000) / 10 ** (end - first)) : 0;
  const time = later - CYCLE_MS + fractionMs - zoneFrom(trimmed, end);
  return time >= EARLIEST && time <= LATEST ? time : undefined;
};

/** Epoch milliseconds as the wire writes a time: UTC, whole seconds, `2015-04-08T03:01:48+00:00`. */
export const formatWireTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+00:00`;

export const formatOptionalTime = (at: number | null): string | null =>
  at === null ? null : formatWireTime(at);

/** The whole second that `at` lies in; both epoch milliseconds. */
export const wholeSecond = (at: number): number => Math.floor(at / 1000) * 1000;
