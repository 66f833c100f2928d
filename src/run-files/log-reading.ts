import * as z from "zod";
import type { Call } from "../call.ts";
import type { LogTail } from "../host-object/log-table.ts";
import { isEnded } from "../jobs/status.ts";
import type { JobView } from "../jobs/store.ts";
import type { StoredFile } from "../project-results/file-table.ts";
import { ATTEMPT, attemptFilter } from "../results/reading.ts";
import type { AttemptPath } from "../results/run.ts";
import { getAttempt } from "../results/run.ts";
import { described } from "../wire/described.ts";
import type { Part } from "./range.ts";

const FROM_FORM = "must be a number of bytes, from 0 up";

export const readLogQuery = described(
  z.object({
    attempt: attemptFilter,
    from: z.coerce.number<number | string>(FROM_FORM).int(FROM_FORM).min(0, { error: FROM_FORM }).default(0),
    follow: z
      .enum(["0", "1"], { error: "must be 0 or 1" })
      .default("0")
      .transform((value) => value === "1"),
  }),
  {
    fields: {
      attempt: ATTEMPT,
      from: "The number of bytes to skip.",
      follow: "1: as server-sent events, until the log ends.",
    },
  },
);

/** The maximum of bytes read from a host's object at once. */
const PIECE_BYTES = 1024 * 1024;

const endOf = (parts: readonly StoredFile[]): number =>
  parts.reduce((end, { name, bytes }) => Math.max(end, Number(name) + bytes), 0);

/** The length of the log in R2, in bytes. */
export const storedLogEnd = async ({ results }: Pick<Call, "results">, path: AttemptPath): Promise<number> =>
  endOf(await results(path.project, (object) => object.files(path.job, path.attempt, "log")));

/** The current state of a log: the part in R2 and the rest. */
export interface Log {
  path: AttemptPath;
  job: JobView;
  parts: StoredFile[];
  tail: LogTail | null;
  /** In bytes. */
  end: number;
  /** Nothing more will come. */
  isComplete: boolean;
}

/** Reads the host's object before R2: bytes that move between the two reads are then found in R2. */
const readLog = async (call: Call, { job, path }: Pick<Log, "job" | "path">, from: number): Promise<Log> => {
  const { attempt } = path;
  const tail = await call.host(job.hostId, (object) =>
    object.logTail({ job: job.id, attempt }, { from, most: PIECE_BYTES }),
  );
  const isAllThere = tail !== null && from >= tail.start;
  const parts = isAllThere
    ? []
    : await call.results(path.project, (object) => object.files(job.id, attempt, "log"));
  const end = tail?.end ?? endOf(parts);
  const isOver = attempt < job.attempt || isEnded(job.status);
  return { path, job, parts, tail, end, isComplete: tail?.ended ?? isOver };
};

/** A job's log. Throws `not_found`. */
export const getLog = async (
  call: Call,
  place: { project: number; job: number },
  { attempt: requested, from }: { attempt: number | undefined; from: number },
): Promise<Log> => {
  const { job, attempt } = await getAttempt(call, place, requested);
  return readLog(call, { job, path: { ...place, attempt } }, from);
};

/** What `log` shows of the bytes from `from` to `until`, piece by piece: less if they moved or were removed meanwhile. */
async function* shownBytes(call: Call, log: Log, { from, until }: Part): AsyncGenerator<Uint8Array> {
  let at = from;
  const inR2 = log.tail?.start ?? log.end;
  for (const { key, name, bytes } of log.parts) {
    const begin = Number(name);
    if (at >= Math.min(until, inR2) || begin + bytes <= at || begin > at) continue;
    const length = Math.min(begin + bytes, until) - at;
    const part = await call.files.get(key, { offset: at - begin, length });
    // It was removed because of its age.
    if (!part) return;
    yield new Uint8Array(await part.arrayBuffer());
    at += length;
  }
  let { tail } = log;
  while (tail && at < until && at >= tail.start) {
    if (at !== tail.from || tail.bytes.byteLength === 0) {
      const { job, attempt } = log.path;
      const start = at;
      tail = await call.host(log.job.hostId, (object) =>
        object.logTail({ job, attempt }, { from: start, most: PIECE_BYTES }),
      );
      if (!tail || tail.from !== at || tail.bytes.byteLength === 0) break;
    }
    const piece = tail.bytes.subarray(0, until - at);
    yield piece;
    at += piece.byteLength;
  }
}

/** The maximum of looks in a row that show nothing more: the rest was removed because of its age. */
const MAX_LOOKS = 2;

/** The bytes of a log from `from` to `until`, piece by piece. */
export async function* logBytes(call: Call, first: Log, { from, until }: Part): AsyncGenerator<Uint8Array> {
  let [log, at] = [first, from];
  for (let looks = 0; at < until && looks < MAX_LOOKS; looks++) {
    // The tail moved to R2 during the last look.
    if (at > from || looks > 0) log = await readLog(call, log, at);
    for await (const piece of shownBytes(call, log, { from: at, until })) {
      at += piece.byteLength;
      looks = 0;
      yield piece;
    }
    if (!log.tail) return;
  }
}

const FIRST_WAIT_MS = 250;
const MAX_WAIT_MS = 2000;
/** The maximum of reads of one stream; its reader then reconnects and continues. */
const MAX_READS = 400;
/** The number of reads between checks that the job has ended. */
const READS_PER_JOB_CHECK = 8;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An event of a followed log: where it begins, text with the offset after it, the end, or a request to reconnect. */
export type LogEvent = { begin: number } | { text: string; next: number } | { end: number } | { again: true };

/** The length of `bytes` without a character that is cut off at their end. */
const wholeLength = (bytes: Uint8Array): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
};

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
};

/**
 * Follows a log from `from` until it is complete or `MAX_READS` is reached. A character split between two reads is sent
 * whole, and no offset lies within one.
 */
export async function* followLog(
  call: Call,
  first: Log,
  { from, isWanted }: { from: number; isWanted: () => boolean },
): AsyncGenerator<LogEvent> {
  const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  let [log, at, wait] = [first, from, FIRST_WAIT_MS];
  let cut = new Uint8Array();
  for (let reads = 1; isWanted() && reads < MAX_READS; reads++) {
    const before = at;
    for await (const piece of logBytes(call, log, { from: at, until: log.end })) {
      at += piece.byteLength;
      const bytes = joined(cut, piece);
      const length = wholeLength(bytes);
      cut = bytes.slice(length);
      if (length > 0) yield { text: decoder.decode(bytes.subarray(0, length)), next: at - cut.length };
    }
    // Of a log that was removed because of its age, nothing is found.
    if (log.isComplete && (at >= log.end || at === before)) {
      if (cut.length > 0) yield { text: decoder.decode(cut), next: at };
      yield { end: at };
      return;
    }
    wait = at > before ? FIRST_WAIT_MS : Math.min(2 * wait, MAX_WAIT_MS);
    await pause(wait);
    log =
      reads % READS_PER_JOB_CHECK === 0
        ? await getLog(call, log.path, { attempt: log.path.attempt, from: at })
        : await readLog(call, log, at);
  }
  yield { again: true };
}
