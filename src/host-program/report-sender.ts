import { setTimeout as sleep } from "node:timers/promises";
import type { Emit } from "./events.ts";
import { FileSender, type FileSenderParts } from "./file-sender.ts";
import type { Ending, Journal, JournalRun } from "./journal.ts";
import type { Patience } from "./patience.ts";
import { clearUnsent } from "./run-folder.ts";
import { Refused, type ServiceClient, Unanswered } from "./service-client.ts";
import type { Report } from "./service-types.ts";

/** How long to wait until a refused token is tried again. */
const TOKEN_WAIT_MS = 30_000;
const REASON_CHARACTERS = 255;
const LOG_CHARACTERS = 4000;

export interface SenderParts {
  client: ServiceClient;
  journal: Journal;
  emit: Emit;
  /** Aborted: nothing more is sent. */
  over: AbortSignal;
  /** The service has answered the report under this lease. */
  onSettled: (leaseId: string) => void;
  /** Told of each answer and of each failure. */
  patience: Patience;
}

const bodyOf = (leaseId: string, ending: Ending): Report => {
  const { status, reason, log, endedAt, begunAfterMs, cause, hasJudged, exitCode } = ending;
  return {
    status,
    lease_id: leaseId,
    ended_at: new Date(endedAt).toISOString(),
    ...(begunAfterMs === undefined || begunAfterMs < 0 ? {} : { begun_after_ms: begunAfterMs }),
    ...(cause && { cause }),
    ...(hasJudged && { judged_tests: true }),
    ...(exitCode !== undefined && { exit_code: exitCode }),
    ...(reason === null ? {} : { reason: reason.slice(0, REASON_CHARACTERS) }),
    ...(log === null || status === "COMPLETED" ? {} : { log: log.slice(-LOG_CHARACTERS) }),
  };
};

/**
 * Sends the reports of runs, how they ended, then their other files, each until it is answered. Answered runs are closed
 * in the journal.
 */
export class ReportSender {
  readonly #client: ServiceClient;
  readonly #journal: Journal;
  readonly #emit: Emit;
  readonly #over: AbortSignal;
  readonly #onSettled: (leaseId: string) => void;
  readonly #patience: Patience;
  readonly #files: FileSenderParts;
  #retry = new AbortController();
  readonly #sending = new Map<string, Promise<void>>();

  constructor({ client, journal, emit, over, onSettled, patience }: SenderParts) {
    this.#client = client;
    this.#journal = journal;
    this.#emit = emit;
    this.#over = over;
    this.#onSettled = onSettled;
    this.#patience = patience;
    this.#files = { client, emit, over, patience, tokenChange: () => this.#tokenChange() };
  }

  /** Sends all endings in the journal that are not being sent. */
  sendAll(): void {
    for (const run of this.#journal.runs) {
      if (run.ending === null || this.#sending.has(run.leaseId)) continue;
      const sending = this.#send(run).finally(() => this.#sending.delete(run.leaseId));
      this.#sending.set(run.leaseId, sending);
    }
  }

  /** The token changed: what was refused is sent again. */
  retry(): void {
    this.#retry.abort();
    this.#retry = new AbortController();
  }

  /** Resolves when nothing is being sent. */
  async settled(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending.values());
  }

  async #send(run: JournalRun): Promise<void> {
    const { leaseId, projectId, jobId, attempt, ending } = run;
    if (ending === null) return;
    const { status } = ending;
    const { jobs } = this.#client.api.projects[":project"].automation;
    const param = { project: String(projectId), job: String(jobId) };
    const files = new FileSender(this.#files, run);
    let json = bodyOf(leaseId, ending);
    for (let failures = 0; !this.#over.aborted; ) {
      await files.sendReports();
      try {
        await jobs[":job"].status.$put({ param, json });
        this.#patience.answered();
        this.#onSettled(leaseId);
        this.#emit({ event: "reported", job: jobId, attempt, status });
        if (await files.send()) this.#close(run);
        return;
      } catch (error) {
        if (error instanceof Unanswered) {
          this.#patience.unanswered();
          await this.#wait(this.#client.waitAfter(failures++, error.retryAfterMs));
          continue;
        }
        if (!(error instanceof Refused)) throw error;
        if (error.isOfToken) {
          this.#patience.unanswered();
          this.#emit({
            event: "trouble",
            message: `job ${jobId} ended ${status}, which can't be said yet: ${error.message}`,
          });
          await this.#tokenChange();
        } else if (error.status === 400 && "ended_at" in json) {
          // No optional field may keep the status from being accepted.
          json = { status, lease_id: leaseId };
        } else {
          this.#onSettled(leaseId);
          this.#close(run);
          this.#emit({ event: "report_refused", job: jobId, attempt, status, message: error.message });
          return;
        }
      }
    }
  }

  /** Waits until the token is changed, or may be valid again. */
  #tokenChange(): Promise<void> {
    return this.#wait(TOKEN_WAIT_MS, AbortSignal.any([this.#over, this.#retry.signal]));
  }

  async #wait(ms: number, signal: AbortSignal = this.#over): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  #close({ leaseId, ending }: JournalRun): void {
    this.#journal.close(leaseId);
    if (ending?.files) clearUnsent(ending.files.folder);
  }
}
