import { formatWireTime, parseWireTime } from "../wire/times.ts";

/** The most that the note of one report keeps. */
const NOTE_CHARACTERS = 4000;
const CUT = "…";

/** A text without what cannot be stored; empty where it is none: old clients send other things under these names. */
const textOf = (value: unknown): string =>
  typeof value === "string" ? value.replaceAll("\0", "").toWellFormed().trim() : "";

const beginning = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}${CUT}`.toWellFormed() : text;

const ending = (text: string, most: number): string =>
  text.length > most ? `${CUT}${text.slice(text.length - most + 1)}`.toWellFormed() : text;

/** A report that comes this much after the end that it tells of says so in its note. */
const LATE_MS = 10_000;

/** When the run ended, where a report comes late; empty where it does not, or says no time that can be. */
const endedAtIn = (text: unknown, now: number): string => {
  const at = typeof text === "string" ? parseWireTime(text) : undefined;
  return at !== undefined && now - at >= LATE_MS ? `ended at ${formatWireTime(at)}` : "";
};

interface Said {
  reason?: unknown;
  log?: unknown;
  ended_at?: unknown;
}

/** What a report that is heard at `now` says beside its status, as its history keeps it: the reason, when the run ended, then the end of the log. */
export const noteOf = ({ reason, log, ended_at }: Said, now: number): string | null => {
  const why = [beginning(textOf(reason), NOTE_CHARACTERS / 2), endedAtIn(ended_at, now)];
  const before = why.filter((part) => part !== "").join("\n");
  const written = ending(textOf(log), NOTE_CHARACTERS - before.length - 1);
  const note = [before, written].filter((part) => part !== "").join("\n");
  return note === "" ? null : note;
};

/** What a run says of itself at its end, beside its note; null where it does not. */
export interface RunWords {
  exitCode: number | null;
  runUrl: string | null;
}

/** A whole number, as what runs may end with; else none, for old clients send other things under this name. */
export const exitCodeOf = ({ exit_code: code }: { exit_code?: unknown }): number | null =>
  typeof code === "number" && Number.isInteger(code) && Math.abs(code) < 2 ** 32 ? code : null;

const URL_CHARACTERS = 2000;

/** An address that a person may be sent to; else none. */
export const urlOf = ({ url }: { url?: unknown }): string | null => {
  const address = textOf(url);
  if (address.length > URL_CHARACTERS || !/^https?:\/\//i.test(address) || !URL.canParse(address))
    return null;
  return new URL(address).href.slice(0, URL_CHARACTERS);
};
