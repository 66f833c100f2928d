import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "../programs/plain-error.ts";
import type { KeptFiles } from "./kept-files.ts";

/** One attempt under its lease. */
export interface BegunRun {
  leaseId: string;
  projectId: number;
  jobId: number;
  attempt: number;
  agent: string;
  /** Epoch milliseconds by this machine's clock. */
  beganAt: number;
}

export interface Ending {
  status: "COMPLETED" | "FAILED" | "CANCELLED";
  /** Why, if it is not COMPLETED. */
  reason: string | null;
  /** The end of its output. */
  log: string | null;
  /** Epoch milliseconds by the service's clock, if its offset is known. */
  endedAt: number;
  /** Why it is FAILED: this host ended the run, or failed tests are all that is wrong. */
  cause?: "disk_full" | "time_limit" | "tests_failed";
  /** This host judged each test by the run's reports. */
  hasJudged?: true;
  /** The exit code of its command. */
  exitCode?: number;
  /** How long after the job was accepted its tests began. */
  begunAfterMs?: number;
  /** What it left to be sent. */
  files?: UnsentFiles;
}

export interface UnsentFiles extends KeptFiles {
  /** The run's own folder. */
  folder: string;
  /** How many bytes of its output the service has. */
  logSent: number;
}

export interface JournalRun extends BegunRun {
  /** Null while it runs, or if the program died. */
  ending: Ending | null;
  /** How it ends, while its files are kept. */
  foreseen?: Ending;
}

type Line =
  | { kind: "begun"; run: BegunRun }
  | { kind: "foreseen" | "ended"; leaseId: string; ending: Ending }
  | { kind: "closed"; leaseId: string };

/** The file is rewritten after this many closed runs. */
const MAX_CLOSED = 200;
/** A reserve file, deleted when the disk is full so that the journal can still be written. */
const RESERVE_BYTES = 256 * 1024;

/**
 * The runs that the service does not fully know yet. Each change is a line on the disk before it is sent. A
 * truncated line is skipped.
 */
export class Journal {
  readonly #path: string;
  readonly #reserve: string;
  readonly #runs = new Map<string, JournalRun>();
  #file: number;
  #closed = 0;
  /** Called when a line could not be written. */
  onTrouble: (error: unknown) => void = () => undefined;

  constructor(path: string) {
    this.#path = path;
    this.#reserve = `${path}.reserve`;
    mkdirSync(dirname(path), { recursive: true });
    for (const line of readLines(path)) this.#apply(line);
    for (const { leaseId, ending, foreseen } of this.runs)
      if (ending === null && foreseen) this.#apply({ kind: "ended", leaseId, ending: foreseen });
    this.#file = this.#writeAnew();
    this.#keepReserve();
  }

  /** The runs that are not closed, oldest first. */
  get runs(): readonly JournalRun[] {
    return [...this.#runs.values()];
  }

  /** A run is about to be reported RUNNING. */
  begin(run: BegunRun): void {
    this.#write({ kind: "begun", run });
  }

  /** How a run ends, before its files are kept: it stands if the program dies meanwhile. */
  foresee(leaseId: string, ending: Ending): void {
    this.#write({ kind: "foreseen", leaseId, ending });
  }

  /** A run ended, and is not reported yet. The first ending stays. */
  end(leaseId: string, ending: Ending): void {
    if (this.#runs.get(leaseId)?.ending === null) this.#write({ kind: "ended", leaseId, ending });
  }

  /** The service has answered: nothing is left to send. */
  close(leaseId: string): void {
    this.#write({ kind: "closed", leaseId });
    if (++this.#closed < MAX_CLOSED) return;
    closeSync(this.#file);
    this.#file = this.#writeAnew();
    this.#closed = 0;
  }

  /** Closes the file. */
  release(): void {
    closeSync(this.#file);
  }

  #apply(line: Line): void {
    if (line.kind === "begun") this.#runs.set(line.run.leaseId, { ...line.run, ending: null });
    else if (line.kind === "closed") this.#runs.delete(line.leaseId);
    else {
      const run = this.#runs.get(line.leaseId);
      if (!run) return;
      const { foreseen: _, ...rest } = run;
      const { ending } = line;
      this.#runs.set(
        line.leaseId,
        line.kind === "foreseen" ? { ...run, foreseen: ending } : { ...rest, ending },
      );
    }
  }

  #write(line: Line): void {
    this.#apply(line);
    const text = `${JSON.stringify(line)}\n`;
    try {
      append(this.#file, text);
    } catch (error) {
      if (codeOf(error) !== "ENOSPC") {
        this.onTrouble(error);
        return;
      }
      rmSync(this.#reserve, { force: true });
      try {
        // Ends the partial line, so that this one is whole.
        append(this.#file, `\n${text}`);
      } catch (again) {
        this.onTrouble(again);
      }
    }
  }

  #keepReserve(): void {
    try {
      writeFileSync(this.#reserve, Buffer.alloc(RESERVE_BYTES));
    } catch {
      rmSync(this.#reserve, { force: true });
    }
  }

  /** Writes the runs that are not closed to a new file, which replaces the old one atomically. */
  #writeAnew(): number {
    const lines = this.runs.flatMap(({ ending, foreseen, ...run }): Line[] => [
      { kind: "begun", run },
      ...(foreseen ? [{ kind: "foreseen" as const, leaseId: run.leaseId, ending: foreseen }] : []),
      ...(ending ? [{ kind: "ended" as const, leaseId: run.leaseId, ending }] : []),
    ]);
    const next = `${this.#path}.next`;
    const file = openSync(next, "w", 0o600);
    try {
      append(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
      renameSync(next, this.#path);
      syncFolder(dirname(this.#path));
      return file;
    } catch (error) {
      // No space for a new file: the old one is used on.
      closeSync(file);
      rmSync(next, { force: true });
      if (codeOf(error) !== "ENOSPC") throw error;
      return openSync(this.#path, "a", 0o600);
    }
  }
}

const append = (file: number, text: string): void => {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  fsyncSync(file);
};

/** Makes a rename durable. Windows cannot, and need not. */
const syncFolder = (path: string): void => {
  try {
    const folder = openSync(path, "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch {
    // Not supported here.
  }
};

const readLines = (path: string): Line[] => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as Line];
    } catch {
      // Truncated: the program or the machine died.
      return [];
    }
  });
};
