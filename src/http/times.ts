const WIRE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-\d\d[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d{1,9}))?(?:Z|([+\- ])(\d\d):?(\d\d))?$/i;

const EARLIEST = Date.parse("0001-01-01T00:00:00Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");
const MINUTE_MS = 60_000;

/** How a time is written, for messages. */
export const TIME_FORM = "a time like 2015-04-28T17:00:00+0700";

/** The number that digits of a text are. */
const numberIn = (text: string, from: number, to: number): number => {
  let number = 0;
  for (let place = from; place < to; place++) number = number * 10 + text.charCodeAt(place) - 48;
  return number;
};

/**
 * Reads a time in any of the forms of the wire contract's "Requests": `+0700`, `+07:00`, `Z`, no zone (UTC), a
 * fraction, a space where a `+` was decoded. Gives epoch milliseconds, or undefined where it is none of them.
 */
export const parseWireTime = (text: string): number | undefined => {
  const trimmed = text.trim();
  const match = WIRE_TIME.exec(trimmed);
  if (!match) return undefined;
  const [, fraction = "0", sign, zoneHour = "0", zoneMinute = "0"] = match;
  const at = (from: number, to: number) => numberIn(trimmed, from, to);
  const [year, day] = [at(0, 4), at(8, 10)];
  // In a leap year first: whatever its day turns into in the year that was meant, that shows there.
  const local = new Date(Date.UTC(2000, at(5, 7) - 1, day, at(11, 13), at(14, 16), at(17, 19)));
  local.setUTCFullYear(year);
  if (local.getUTCDate() !== day) return undefined;
  if (Number(zoneHour) > 23 || Number(zoneMinute) > 59) return undefined;
  const fractionMs = Math.floor(Number(`0.${fraction}`) * 1000);
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * MINUTE_MS * (sign === "-" ? -1 : 1);
  const time = local.getTime() + fractionMs - offset;
  return time >= EARLIEST && time <= LATEST ? time : undefined;
};

/** Epoch milliseconds as the wire writes a time: UTC, whole seconds, `2015-04-08T03:01:48+00:00`. */
export const formatWireTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+00:00`;

export const formatOptionalTime = (at: number | null): string | null =>
  at === null ? null : formatWireTime(at);

/** The whole second that `at` lies in; both epoch milliseconds. */
export const wholeSecond = (at: number): number => Math.floor(at / 1000) * 1000;
