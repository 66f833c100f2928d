import { openAsBlob } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../programs/plain-error.ts";
import { DAY_MS, MINUTE_MS } from "../wire/durations.ts";
import type { Emit } from "./events.ts";
import type { JournalRun } from "./journal.ts";
import type { KeptFile } from "./kept-files.ts";
import { attemptPath, type SentRun, sendLog, underLease } from "./log-sender.ts";
import { MAX_WHOLE_BYTES, sendInParts } from "./parts-sender.ts";
import type { Patience } from "./patience.ts";
import { UNSENT_MS } from "./run-folder.ts";
import { Refused, type ServiceClient, Unanswered } from "./service-client.ts";

/** The content types that a browser shows. */
const TYPES: Readonly<Record<string, string>> = {
  ...{ png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp" },
  ...{ mp4: "video/mp4", webm: "video/webm", txt: "text/plain", log: "text/plain" },
  ...{ json: "application/json", pdf: "application/pdf", zip: "application/zip" },
};

const typeOf = (name: string): string =>
  TYPES[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";

const pathOf = (name: string): string => name.split("/").map(encodeURIComponent).join("/");

export const OUTPUT_LOG = "output.log";

/** The longest wait before a file is tried again. It may be large, so each try may cost much. */
const MAX_WAIT_MS = 10 * MINUTE_MS;
/** A file that is not answered this many times is a trouble; fewer are soon over. */
const TROUBLE_FAILURES = 3;

export interface FileSenderParts {
  client: ServiceClient;
  emit: Emit;
  /** Aborted: nothing more is sent. */
  over: AbortSignal;
  patience: Patience;
  /** Resolves when the token may be valid again. */
  tokenChange: () => Promise<void>;
}

/** A file that is to be sent. */
interface Sending {
  kind: "output" | "report" | "artifact";
  /** Names it in messages. */
  what: string;
  send: () => Promise<void>;
  failures: number;
}

/** What became of the files of a run. */
interface Sent {
  kept: Sending[];
  refused: Sending[];
  /** Unreadable, or given up. */
  unsent: Sending[];
}

const countOf = (sendings: readonly Sending[], kind: Sending["kind"]): number =>
  sendings.filter((each) => each.kind === kind).length;

const namesOf = (sendings: readonly Sending[]): string[] => sendings.map(({ what }) => what);

/**
 * Sends the output, reports and artifacts of a run that ended. One that is not answered goes behind the others and is
 * tried again for `UNSENT_MS` after the run began. Sending one again is harmless.
 */
export class FileSender {
  readonly #parts: FileSenderParts;
  readonly #run: JournalRun;
  readonly #waiting: Sending[];
  readonly #sent: Sent = { kept: [], refused: [], unsent: [] };

  constructor(parts: FileSenderParts, run: JournalRun) {
    this.#parts = parts;
    this.#run = run;
    this.#waiting = this.#filesOf(run);
  }

  /**
   * Tries each report once: with them there, the service knows what failed when the end is said. The first one that is
   * not answered leaves the others for later, because no report may keep the end back; so does one that is refused for
   * its run, whose end is refused as well.
   */
  async sendReports(): Promise<void> {
    for (const report of this.#waiting.filter(({ kind }) => kind === "report")) {
      if (this.#parts.over.aborted || (await this.#try(report, isOfRun)) !== null) return;
      this.#waiting.splice(this.#waiting.indexOf(report), 1);
    }
  }

  /** Sends what is left. Returns whether nothing is left then; false if the program must end first. */
  async send(): Promise<boolean> {
    if (!this.#run.ending?.files) return true;
    const waiting = this.#waiting;
    let failures = 0;
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      if (this.#parts.over.aborted) return false;
      const failure = await this.#try(file);
      if (failure === null) failures = 0;
      else if (failure instanceof Unanswered) {
        // Perhaps this file alone is not answered.
        waiting.push(file);
        await this.#wait(failure, failures++);
      } else {
        waiting.unshift(file);
        await this.#parts.tokenChange();
      }
    }
    const { jobId: job, attempt } = this.#run;
    const { kept, refused, unsent } = this.#sent;
    const counts = { reports: countOf(kept, "report"), artifacts: countOf(kept, "artifact") };
    const others = { refused: namesOf(refused), unsent: namesOf(unsent) };
    this.#parts.emit({ event: "files_sent", job, attempt, ...counts, ...others });
    return true;
  }

  /** Returns why a file must be tried again; null if it is settled. */
  async #try(file: Sending, isLeft = (_: unknown) => false): Promise<unknown> {
    try {
      await file.send();
      this.#sent.kept.push(file);
      this.#parts.patience.answered();
      return null;
    } catch (error) {
      if (isLeft(error)) return error;
      if (isForLater(error) && Date.now() - this.#run.beganAt < UNSENT_MS) {
        this.#parts.patience.unanswered();
        this.#tellLater(this.#run, file, error);
        return error;
      }
      (error instanceof Refused ? this.#sent.refused : this.#sent.unsent).push(file);
      this.#tellUnsent(this.#run, file, error);
      return null;
    }
  }

  #filesOf({ leaseId, projectId, jobId, attempt, ending }: JournalRun): Sending[] {
    const files = ending?.files;
    if (!files) return [];
    const run: SentRun = { leaseId, projectId, jobId, attempt };
    const log = { path: join(files.folder, OUTPUT_LOG), offset: files.logSent };
    return [
      {
        kind: "output",
        what: "its output",
        send: () => sendLog(this.#parts.client, run, log),
        failures: 0,
      },
      ...files.reports.map((file): Sending => {
        const send = () => this.#put(run, "reports", file);
        return { kind: "report", what: `report ${file.name}`, send, failures: 0 };
      }),
      ...files.artifacts.map((file): Sending => {
        const send = () => this.#put(run, "artifacts", file);
        return { kind: "artifact", what: `artifact ${file.name}`, send, failures: 0 };
      }),
    ];
  }

  async #put(run: SentRun, kind: "reports" | "artifacts", { name, path }: KeptFile): Promise<void> {
    // Opened for each try: a file that is gone cannot be opened, and is not tried again.
    const body = await openAsBlob(path);
    const type = kind === "reports" ? "application/octet-stream" : typeOf(name);
    const to = `${attemptPath(run)}/${kind}/${pathOf(name)}?${underLease(run)}`;
    const { client, over } = this.#parts;
    if (body.size > MAX_WHOLE_BYTES) return sendInParts({ client, run, over }, { name, body, type });
    // A large file takes longer than a program that must end may wait.
    await client.once({ method: "PUT", path: to, raw: { body, type }, over });
  }

  async #wait({ retryAfterMs }: Unanswered, failures: number): Promise<void> {
    const { client, over } = this.#parts;
    const waitMs = client.waitAfter(failures, retryAfterMs, MAX_WAIT_MS);
    await sleep(waitMs, undefined, { signal: over }).catch(() => undefined);
  }

  /** Tells it once, not with each try. */
  #tellLater({ jobId }: JournalRun, file: Sending, error: Refused | Unanswered): void {
    file.failures += 1;
    const troubleAt = error instanceof Refused ? 1 : TROUBLE_FAILURES;
    if (file.failures === troubleAt) this.#tell(jobId, `${file.what} is not sent yet: ${error.message}`);
  }

  #tellUnsent({ jobId }: JournalRun, { what }: Sending, error: unknown): void {
    const givenUp = isForLater(error) ? ` for ${UNSENT_MS / DAY_MS} days` : "";
    this.#tell(jobId, `${what} is not sent: ${reasonOf(error)}${givenUp}`);
  }

  #tell(job: number, message: string): void {
    this.#parts.emit({ event: "trouble", message: `job ${job}: ${message}` });
  }
}

const RUN_STATUSES = [404, 409];

/** Whether the run was refused and not the file. */
const isOfRun = (error: unknown): boolean => error instanceof Refused && RUN_STATUSES.includes(error.status);

/** Whether another try may succeed: there was no answer, or the token was refused and not the file. */
const isForLater = (error: unknown): error is Refused | Unanswered =>
  error instanceof Unanswered || (error instanceof Refused && error.isOfToken);
