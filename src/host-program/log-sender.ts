import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { nextOffsetIn } from "./answers.ts";
import { Refused, type ServiceClient } from "./service-client.ts";

/** The run that something is sent of. */
export interface SentRun {
  projectId: number;
  jobId: number;
  attempt: number;
  leaseId: string;
}

/** How often a running job's new output is sent. */
const LOOK_MS = 2000;
/** The service takes so much at once. */
const CHUNK_BYTES = 1024 * 1024;
/** So much of one run's output is sent: what comes behind it stays in the run's folder. */
const MAX_LOG_BYTES = 256 * 1024 * 1024;

export const attemptPath = ({ projectId, jobId, attempt }: SentRun): string =>
  `/projects/${projectId}/automation/jobs/${jobId}/attempts/${attempt}`;

export const underLease = ({ leaseId }: SentRun): string => `lease_id=${encodeURIComponent(leaseId)}`;

/** The bytes of a file from `from` on, at most one chunk. */
const chunkOf = (path: string, from: number): { bytes: Buffer<ArrayBuffer>; isLast: boolean } => {
  const file = openSync(path, "r");
  try {
    const end = Math.min(fstatSync(file).size, MAX_LOG_BYTES);
    const bytes = Buffer.alloc(Math.max(0, Math.min(CHUNK_BYTES, end - from)));
    const read = readSync(file, bytes, 0, bytes.length, from);
    return { bytes: bytes.subarray(0, read), isLast: from + read >= end };
  } finally {
    closeSync(file);
  }
};

/** Sends a chunk. Gives where the log goes on. Throws `Refused`, `Unanswered`. */
const sendChunk = async (
  client: ServiceClient,
  run: SentRun,
  { offset, bytes, final }: { offset: number; bytes: Buffer<ArrayBuffer>; final: boolean },
): Promise<number> => {
  const query = `${underLease(run)}&offset=${offset}${final ? "&final=true" : ""}`;
  const path = `${attemptPath(run)}/log?${query}`;
  return nextOffsetIn(
    await client.once({ method: "POST", path, raw: { body: new Blob([bytes]), type: "text/plain" } }),
  );
};

/** Sends the rest of a log, from `offset` on, and ends it. Throws `Refused`, `Unanswered`. */
export const sendLog = async (
  client: ServiceClient,
  run: SentRun,
  { path, offset }: { path: string; offset: number },
): Promise<void> => {
  for (let at = offset; ; ) {
    const { bytes, isLast } = chunkOf(path, at);
    // It said nothing.
    if (at === 0 && bytes.length === 0) return;
    try {
      at = await sendChunk(client, run, { offset: at, bytes, final: isLast });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // An earlier try ended it.
      if (error.code === "log_ended") return;
      // The service knows less than was sent: it says where it goes on when it is sent the beginning again.
      if (error.code !== "log_gap" || at === 0) throw error;
      at = 0;
      continue;
    }
    if (isLast) return;
  }
};

/** Sends a run's output while it runs, so that people can read it: at its end the rest is sent until it is answered. */
export class LogSender {
  readonly #over = new AbortController();
  #offset = 0;

  constructor(client: ServiceClient, run: SentRun, path: string) {
    void this.#follow(client, run, path);
  }

  /** No more is sent by this. Gives how many bytes the service surely has: what is on its way is sent again. */
  end(): number {
    this.#over.abort();
    return this.#offset;
  }

  async #follow(client: ServiceClient, run: SentRun, path: string): Promise<void> {
    const { signal } = this.#over;
    let failures = 0;
    for (;;) {
      await sleep(LOOK_MS + (failures > 0 ? client.waitAfter(failures, null) : 0), undefined, {
        signal,
      }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        const { bytes } = chunkOf(path, this.#offset);
        if (bytes.length > 0)
          this.#offset = await sendChunk(client, run, { offset: this.#offset, bytes, final: false });
        failures = 0;
      } catch (error) {
        // It is followed no more; the end of the run says what is wrong.
        if (error instanceof Refused) return;
        failures += 1;
      }
    }
  }
}
