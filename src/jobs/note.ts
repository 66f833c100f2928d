import { formatWireTime, parseWireTime } from "../wire/times.ts";
import { TESTS_FAILED } from "./result-counts.ts";
import { DISK_FULL, RUN_LIMIT } from "./status.ts";

/** The most characters of one report's note. */
const NOTE_CHARACTERS = 4000;
const CUT = "…";

/** The text without characters that cannot be stored; empty if it is not a string: old clients send other things under these names. */
const textOf = (value: unknown): string =>
  typeof value === "string" ? value.replaceAll("\0", "").toWellFormed().trim() : "";

const beginning = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}${CUT}`.toWellFormed() : text;

const ending = (text: string, most: number): string =>
  text.length > most ? `${CUT}${text.slice(text.length - most + 1)}`.toWellFormed() : text;

/** A report this long after the end of its run gets the time of the end in its note. */
const LATE_MS = 10_000;

/** When the run ended, if the report is late; empty if it is not, or if the time is invalid. */
const endedAtIn = (text: unknown, now: number): string => {
  const at = typeof text === "string" ? parseWireTime(text) : undefined;
  return at !== undefined && now - at >= LATE_MS ? `ended at ${formatWireTime(at)}` : "";
};

interface ReportedText {
  reason?: unknown;
  log?: unknown;
  ended_at?: unknown;
}

/** The note of a report that arrived at `now`, for the job's history: the reason, when the run ended, then the end of the log. */
export const noteOf = ({ reason, log, ended_at }: ReportedText, now: number): string | null => {
  const why = [beginning(textOf(reason), NOTE_CHARACTERS / 2), endedAtIn(ended_at, now)];
  const before = why.filter((part) => part !== "").join("\n");
  const written = ending(textOf(log), NOTE_CHARACTERS - before.length - 1);
  const note = [before, written].filter((part) => part !== "").join("\n");
  return note === "" ? null : note;
};

const CAUSES: Readonly<Record<string, typeof DISK_FULL | typeof RUN_LIMIT | typeof TESTS_FAILED>> = {
  disk_full: DISK_FULL,
  time_limit: RUN_LIMIT,
  tests_failed: TESTS_FAILED,
};

/** Why a run failed, by its host: the host ended it, or its tests failed and nothing else is wrong; else null. */
export const causeOf = ({ cause }: { cause?: unknown }): (typeof CAUSES)[string] | null =>
  typeof cause === "string" && Object.hasOwn(CAUSES, cause) ? (CAUSES[cause] ?? null) : null;

/** What a run reports at its end besides the note; null: not reported. */
export interface RunOutcome {
  exitCode: number | null;
  runUrl: string | null;
}

/** The exit code, if it is a whole number that a process can end with; else null: old clients send other things under this name. */
export const exitCodeOf = ({ exit_code: code }: { exit_code?: unknown }): number | null =>
  typeof code === "number" && Number.isInteger(code) && Math.abs(code) < 2 ** 32 ? code : null;

const URL_CHARACTERS = 2000;

/** An http or https address; else null. */
export const urlOf = ({ url }: { url?: unknown }): string | null => {
  const address = textOf(url);
  if (address.length > URL_CHARACTERS || !/^https?:\/\//i.test(address) || !URL.canParse(address))
    return null;
  return new URL(address).href.slice(0, URL_CHARACTERS);
};
