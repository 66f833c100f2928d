import * as z from "zod";
import type { Call } from "../call.ts";
import type { LogTail } from "../host-object/log-table.ts";
import { isEnded } from "../jobs/status.ts";
import type { JobView } from "../jobs/store.ts";
import type { StoredFile } from "../project-results/file-table.ts";
import { attemptFilter } from "../results/reading.ts";
import type { AttemptPath } from "../results/run.ts";
import { getAttempt } from "../results/run.ts";

const FROM_FORM = "must be a number of bytes, from 0 up";

export const readLogQuery = z.object({
  attempt: attemptFilter.meta({ description: "Which attempt; the present one unless given" }),
  from: z.coerce
    .number(FROM_FORM)
    .int(FROM_FORM)
    .min(0, { error: FROM_FORM })
    .default(0)
    .meta({ description: "How many bytes of the log are left out" }),
  follow: z
    .enum(["0", "1"], { error: "must be 0 or 1" })
    .default("0")
    .transform((value) => value === "1")
    .meta({ description: "1: as server-sent events, until the log ends" }),
});

/** How much of a log is asked of a host's object at once. */
const PIECE_BYTES = 1024 * 1024;

const endOf = (parts: readonly StoredFile[]): number =>
  parts.reduce((end, { name, bytes }) => Math.max(end, Number(name) + bytes), 0);

/** How much of a log is in R2, in bytes. */
export const storedLogEnd = async ({ results }: Pick<Call, "results">, path: AttemptPath): Promise<number> =>
  endOf(await results(path.project, (object) => object.files(path.job, path.attempt, "log")));

/** A log as it is now: what is in R2, and what is not there yet. */
export interface Log {
  path: AttemptPath;
  job: JobView;
  parts: StoredFile[];
  tail: LogTail | null;
  /** In bytes. */
  end: number;
  /** Nothing more comes. */
  isComplete: boolean;
}

/** Of what moves from the host's object to R2 between the two questions, the second one finds what the first did not. */
const look = async (call: Call, job: JobView, path: AttemptPath, from: number): Promise<Log> => {
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
  asked: number | undefined,
  from: number,
): Promise<Log> => {
  const { job, attempt } = await getAttempt(call, place, asked);
  return look(call, job, { ...place, attempt }, from);
};

/** The bytes of a log from `from` up to `until`, piece by piece. */
export async function* logBytes(
  call: Call,
  log: Log,
  from: number,
  until: number,
): AsyncGenerator<Uint8Array> {
  let at = from;
  const inR2 = log.tail?.start ?? log.end;
  for (const { key, name, bytes } of log.parts) {
    const begin = Number(name);
    if (at >= Math.min(until, inR2) || begin + bytes <= at || begin > at) continue;
    const length = Math.min(begin + bytes, until) - at;
    const part = await call.files.get(key, { offset: at - begin, length });
    // It was removed by its age.
    if (!part) return;
    yield new Uint8Array(await part.arrayBuffer());
    at += length;
  }
  let { tail } = log;
  while (tail && at < until && at >= tail.start) {
    if (at !== tail.from || tail.bytes.byteLength === 0) {
      const { job, attempt } = log.path;
      const asked = at;
      tail = await call.host(log.job.hostId, (object) =>
        object.logTail({ job, attempt }, { from: asked, most: PIECE_BYTES }),
      );
      if (!tail || tail.from !== at || tail.bytes.byteLength === 0) break;
    }
    const piece = tail.bytes.subarray(0, until - at);
    yield piece;
    at += piece.byteLength;
  }
  // It went to R2 while it was read.
  if (at < until && log.tail) yield* logBytes(call, await look(call, log.job, log.path, at), at, until);
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2000;
/** So many questions one stream asks; then its reader connects again, and goes on where it was. */
const MAX_LOOKS = 400;
/** How often a stream asks whether its job has ended. */
const LOOKS_A_JOB = 8;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a follower is told: text with where it goes on behind it, or the end. */
export type LogEvent = { text: string; next: number } | { end: number } | { again: true };

/** A log from `from` on as it grows, until it is complete or enough was asked. A letter that came in halves is told whole. */
export async function* followLog(
  call: Call,
  first: Log,
  from: number,
  isWanted: () => boolean,
): AsyncGenerator<LogEvent> {
  const decoder = new TextDecoder("utf-8");
  let [log, at, wait] = [first, from, FIRST_WAIT_MS];
  for (let looks = 1; isWanted() && looks < MAX_LOOKS; looks++) {
    const before = at;
    for await (const piece of logBytes(call, log, at, log.end)) {
      at += piece.byteLength;
      const text = decoder.decode(piece, { stream: true });
      if (text !== "") yield { text, next: at };
    }
    if (log.isComplete && at >= log.end) {
      yield { end: at };
      return;
    }
    wait = at > before ? FIRST_WAIT_MS : Math.min(2 * wait, LONGEST_WAIT_MS);
    await pause(wait);
    log =
      looks % LOOKS_A_JOB === 0
        ? await getLog(call, log.path, log.path.attempt, at)
        : await look(call, log.job, log.path, at);
  }
  yield { again: true };
}
