import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { HostEvent } from "../../src/host-program/events.ts";
import { Journal } from "../../src/host-program/journal.ts";
import { Patience } from "../../src/host-program/patience.ts";
import { ReportSender } from "../../src/host-program/report-sender.ts";
import { markUnsent } from "../../src/host-program/run-folder.ts";
import { ServiceClient } from "../../src/host-program/service-client.ts";
import { type AnsweringService, answeringService, type TestAnswer } from "./answering-service.ts";

export const OK: TestAnswer = { status: 200 };
export const LATER: TestAnswer = { status: 503 };

/** A service that answers files with these names so, and everything else well. */
export const serviceWith = (answers: Readonly<Record<string, TestAnswer>>): Promise<AnsweringService> =>
  answeringService(({ path }) => answers[path.split("/").at(-1) ?? ""] ?? OK);

/** The event that the files of its run were sent. */
export const sent = (facts: object) => ({ event: "files_sent", job: 7, attempt: 1, ...facts });

interface Left {
  log?: string;
  /** How much of the log was confirmed while the run went on. */
  logSent?: number;
  /** Names of files. Each has its name as its text. */
  reports?: string[];
  artifacts?: string[];
  beganAt?: number;
}

const LEASE = "7-lease";

/** The state folder of a host, whose journal has one run that ended, with the files that it left. */
export class SendingPlace {
  readonly events: HostEvent[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), "muster-sending-"));
  readonly runFolder = join(this.folder, "run");
  readonly #service: AnsweringService;

  constructor(service: AnsweringService) {
    this.#service = service;
    mkdirSync(this.runFolder);
    onTestFinished(() => rmSync(this.folder, { recursive: true }));
  }

  journal(): Journal {
    return new Journal(join(this.folder, "journal.jsonl"));
  }

  pathOf = (name: string): string => join(this.runFolder, encodeURIComponent(name.toWellFormed()));

  leave({ log, logSent = 0, reports = [], artifacts = [], beganAt = Date.now() }: Left): void {
    const kept = (name: string) => {
      writeFileSync(this.pathOf(name), name);
      return { name, path: this.pathOf(name) };
    };
    markUnsent(this.runFolder);
    writeFileSync(join(this.runFolder, "output.log"), log ?? "");
    const journal = this.journal();
    journal.begin({ leaseId: LEASE, projectId: 1, jobId: 7, attempt: 1, agent: "tests", beganAt });
    const files = { reports: reports.map(kept), artifacts: artifacts.map(kept), logSent };
    journal.end(LEASE, {
      ...{ status: "COMPLETED", reason: null, log: null, endedAt: Date.now() },
      files: { ...files, folder: this.runFolder },
    });
    journal.release();
  }

  /** Begins to send what the journal has, as the program does when it starts. */
  start(giveUpMs?: number): { sender: ReportSender; over: AbortController; patience: Patience } {
    const over = new AbortController();
    const patience = new Patience(giveUpMs);
    onTestFinished(() => over.abort());
    const settings = { url: this.#service.url, timeoutMs: 10_000, retryMs: 1, maxRetryMs: 4 };
    const sender = new ReportSender({
      client: new ServiceClient(settings, () => "token"),
      journal: this.journal(),
      emit: (event) => this.events.push(event),
      over: over.signal,
      onSettled: () => undefined,
      patience,
    });
    sender.sendAll();
    return { sender, over, patience };
  }

  /** Sends what the journal has. Resolves when nothing is being sent. */
  async send(): Promise<void> {
    await this.start().sender.settled();
  }

  get troubles(): string[] {
    return this.events.flatMap((each) => (each.event === "trouble" ? [each.message] : []));
  }

  get filesSent(): HostEvent | undefined {
    return this.events.find(({ event }) => event === "files_sent");
  }

  get isMarkedUnsent(): boolean {
    return existsSync(join(this.runFolder, ".unsent"));
  }
}
