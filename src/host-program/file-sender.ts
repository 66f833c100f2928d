import { openAsBlob } from "node:fs";
import { join } from "node:path";
import type { Emit } from "./events.ts";
import type { JournalRun } from "./journal.ts";
import type { KeptFile } from "./kept-files.ts";
import { attemptPath, type SentRun, sendLog, underLease } from "./log-sender.ts";
import { codeOf, reasonOf } from "./plain-error.ts";
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

interface SenderParts {
  client: ServiceClient;
  emit: Emit;
  over: AbortSignal;
}

/** Sends a run's output, reports and artifacts, each until it is answered. Sending one again is harmless. */
export class FileSender {
  readonly #parts: SenderParts;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Resolves when everything is answered or refused. Throws `Unanswered` if the program must end first. */
  async send(journalled: JournalRun): Promise<void> {
    const { leaseId, projectId, jobId, attempt, ending } = journalled;
    const files = ending?.files;
    if (!files) return;
    const run: SentRun = { leaseId, projectId, jobId, attempt };
    const path = join(files.folder, OUTPUT_LOG);
    await this.#each(run, "its output", () => this.#log(run, { path, offset: files.logSent }));
    for (const report of files.reports)
      await this.#each(run, `report ${report.name}`, () => this.#put(run, "reports", report));
    for (const artifact of files.artifacts)
      await this.#each(run, `artifact ${artifact.name}`, () => this.#put(run, "artifacts", artifact));
    const counts = { reports: files.reports.length, artifacts: files.artifacts.length };
    this.#parts.emit({ event: "files_sent", job: jobId, attempt, ...counts });
  }

  /** A file that is refused or missing is reported as trouble and skipped. */
  async #each({ jobId }: SentRun, what: string, send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (error instanceof Unanswered) throw error;
      if (!(error instanceof Refused) && codeOf(error) === "") throw error;
      this.#parts.emit({
        event: "trouble",
        message: `job ${jobId}: ${what} is not sent: ${reasonOf(error)}`,
      });
    }
  }

  async #log(run: SentRun, log: { path: string; offset: number }): Promise<void> {
    const { client, over } = this.#parts;
    await client.until(() => sendLog(client, run, log), over);
  }

  async #put(run: SentRun, kind: "reports" | "artifacts", { name, path }: KeptFile): Promise<void> {
    const { client, over } = this.#parts;
    const body = await openAsBlob(path);
    const type = kind === "reports" ? "application/octet-stream" : typeOf(name);
    const to = `${attemptPath(run)}/${kind}/${pathOf(name)}?${underLease(run)}`;
    await client.untilAnswered({ method: "PUT", path: to, raw: { body, type } }, over);
  }
}
