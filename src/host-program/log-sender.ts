import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { nextOffsetIn } from "./answers.ts";
import { Refused, type ServiceClient } from "./service-client.ts";

/** The run that a file or log belongs to. */
export interface SentRun {
  projectId: number;
  jobId: number;
  attempt: number;
  leaseId: string;
}

/** How often a running job's new output is sent. */
const LOOK_MS = 2000;
/** The service's limit for one request. */
const CHUNK_BYTES = 1024 * 1024;
/** The rest of a longer output stays in the run's folder. */
const MAX_LOG_BYTES = 256 * 1024 * 1024;

export const attemptPath = ({ projectId, jobId, attempt }: SentRun): string =>
  `/projects/${projectId}/automation/jobs/${jobId}/attempts/${attempt}`;

export const underLease = ({ leaseId }: SentRun): string => `lease_id=${encodeURIComponent(leaseId)}`;

/** At most one chunk of a file, from byte `from` on. */
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

/** Sends a chunk. Returns the next offset. Throws `Refused`, `Unanswered`. */
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

/**
 * Sends the rest of a log, from its `offset` on, and ends it. The offset moves on with each chunk that is
 * confirmed, so that the next try goes on from there. Throws `Refused`, `Unanswered`.
 */
export const sendLog = async (
  client: ServiceClient,
  run: SentRun,
  log: { readonly path: string; offset: number },
): Promise<void> => {
  for (;;) {
    const { offset } = log;
    const { bytes, isLast } = chunkOf(log.path, offset);
    // There was no output.
    if (offset === 0 && bytes.length === 0) return;
    try {
      log.offset = await sendChunk(client, run, { offset, bytes, final: isLast });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // An earlier try ended the log.
      if (error.code === "log_ended") return;
      // The service has less than was sent. Sent the beginning again, it answers with the next offset.
      if (error.code !== "log_gap" || offset === 0) throw error;
      log.offset = 0;
      continue;
    }
    if (isLast) return;
  }
};

/** Sends a run's output while it runs, so that people can read it. The rest is sent at its end. */
export class LogSender {
  readonly #over = new AbortController();
  #offset = 0;

  constructor(client: ServiceClient, run: SentRun, path: string) {
    void this.#follow(client, run, path);
  }

  /** Stops. Returns how many bytes the service has confirmed; a chunk on its way is sent again. */
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
        // Stops here. The send at the end of the run reports what is wrong.
        if (error instanceof Refused) return;
        failures += 1;
      }
    }
  }
}
