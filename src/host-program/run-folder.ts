import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { codeOf } from "../programs/plain-error.ts";
import { DAY_MS } from "../wire/durations.ts";

/** How many folders of ended runs are kept. */
const KEPT_RUNS = 50;

/** Marks the folder of a run whose files are not sent yet. */
const UNSENT = ".unsent";
/** After this time the files are given up. */
export const UNSENT_MS = 30 * DAY_MS;

/** Keeps a run's folder until its files are sent. */
export const markUnsent = (folder: string): void => writeFileSync(join(folder, UNSENT), "");

export const clearUnsent = (folder: string): void => rmSync(join(folder, UNSENT), { force: true });

const isUnsent = (folder: string): boolean => {
  const mark = statSync(join(folder, UNSENT), { throwIfNoEntry: false });
  return mark !== undefined && Date.now() - mark.mtimeMs < UNSENT_MS;
};

/** The folders of a host's runs: one per run, for its reports, lists and output. */
export class RunFolders {
  readonly #path: string;
  readonly #open = new Set<string>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Creates a run's folder and returns its path. */
  open({ jobId, attempt, leaseId }: { jobId: number; attempt: number; leaseId: string }): string {
    const name = `${jobId}-${attempt}-${leaseId.slice(-8)}`;
    this.#open.add(name);
    const path = join(this.#path, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /** The run ended: its folder may be pruned. */
  close(path: string): void {
    this.#open.delete(basename(path));
    this.prune();
  }

  /** Removes the folders of ended runs except the newest. One that cannot be removed is retried later. */
  prune(): void {
    const over = names(this.#path)
      .filter((name) => !this.#open.has(name) && !isUnsent(join(this.#path, name)))
      .map((name) => ({ name, at: statSync(join(this.#path, name)).mtimeMs }))
      .sort((one, other) => other.at - one.at);
    for (const { name } of over.slice(KEPT_RUNS)) {
      try {
        rmSync(join(this.#path, name), { recursive: true, force: true });
      } catch {
        // Some file in it is in use.
      }
    }
  }
}

const names = (path: string): string[] => {
  try {
    return readdirSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
};

export interface Emptied {
  /** What could not be removed, and where it was moved. */
  movedAside: readonly { from: string; to: string }[];
}

/** Lets this user change the folders under a path: some tools leave folders that nobody may write. */
const makeWritable = (path: string): void => {
  if (!lstatSync(path).isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) makeWritable(join(path, name));
};

const isRemoved = (path: string, prepare: () => void = () => undefined): boolean => {
  try {
    prepare();
    rmSync(path, { recursive: true, force: true, maxRetries: 2 });
    return true;
  } catch {
    return false;
  }
};

/**
 * Empties a folder before a run; creates it if missing. What cannot be removed is moved aside, so that the
 * run finds the folder empty. What earlier runs moved aside is tried again. Throws if it cannot be moved either.
 */
export const emptyFolder = (path: string): Emptied => {
  mkdirSync(path, { recursive: true });
  const aside = `${path}.aside`;
  const movedAside: { from: string; to: string }[] = [];
  isRemoved(aside);
  for (const name of names(path)) {
    const from = join(path, name);
    if (!isRemoved(from) && !isRemoved(from, () => makeWritable(from))) {
      mkdirSync(aside, { recursive: true });
      const to = join(aside, `${Date.now()}-${name}`);
      renameSync(from, to);
      movedAside.push({ from, to });
    }
  }
  return { movedAside };
};
