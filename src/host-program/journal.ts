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
import type { KeptFiles } from "./kept-files.ts";
import { codeOf } from "./plain-error.ts";

/** A run of one attempt under its lease. */
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
  /** Why, where it is not COMPLETED. */
  reason: string | null;
  /** The end of what it said. */
  log: string | null;
  /** Epoch milliseconds by the service's clock, as far as that is known. */
  endedAt: number;
  /** How long after it was accepted its tests began. */
  begunAfterMs?: number;
  /** What is still to be sent, once the service has heard of the end. */
  files?: UnsentFiles;
}

export interface UnsentFiles extends KeptFiles {
  /** The run's own folder. */
  folder: string;
  /** How many bytes of its output the service has. */
  logSent: number;
}

export interface JournalRun extends BegunRun {
  /** Null while it runs, and for ever where the program died. */
  ending: Ending | null;
}

type Line =
  | { kind: "begun"; run: BegunRun }
  | { kind: "ended"; leaseId: string; ending: Ending }
  | { kind: "closed"; leaseId: string };

/** So many closed runs are kept as lines before the file is written anew. */
const MAX_CLOSED = 200;
/** Given up when the disk is full, so that what must be written still can be. */
const RESERVE_BYTES = 256 * 1024;

/**
 * What is known of runs and not yet heard by the service, a line each, on the disk before it is said. A journal that was
 * cut in the middle of a line is read up to there.
 */
export class Journal {
  readonly #path: string;
  readonly #reserve: string;
  readonly #runs = new Map<string, JournalRun>();
  #file: number;
  #closed = 0;
  /** Told when a line could not be written though the reserve was given up. */
  onTrouble: (error: unknown) => void = () => undefined;

  constructor(path: string) {
    this.#path = path;
    this.#reserve = `${path}.reserve`;
    mkdirSync(dirname(path), { recursive: true });
    for (const line of readLines(path)) this.#apply(line);
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

  /** A run ended so; nothing of that was said yet. The first word stays. */
  end(leaseId: string, ending: Ending): void {
    if (this.#runs.get(leaseId)?.ending === null) this.#write({ kind: "ended", leaseId, ending });
  }

  /** The service has answered: there is nothing left to say of this run. */
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
      if (run) this.#runs.set(line.leaseId, { ...run, ending: line.ending });
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
        // What was written of the line before is ended, so that the next one is whole.
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

  /** Writes what is not closed into a new file, which takes the old one's place as a whole. */
  #writeAnew(): number {
    const lines = this.runs.flatMap(({ ending, ...run }): Line[] => [
      { kind: "begun", run },
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
      // No room for a new one: the old one is kept, and written on.
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

/** Makes a rename last; Windows can't, and need not. */
const syncFolder = (path: string): void => {
  try {
    const folder = openSync(path, "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch {
    // Not on this system.
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
      // The program or the machine died while it was written.
      return [];
    }
  });
};
