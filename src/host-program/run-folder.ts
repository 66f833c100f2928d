import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "./plain-error.ts";

/** Makes the folder of one run, for its reports, lists and output. */
export const makeRunFolder = (runs: string, jobId: number, attempt: number, leaseId: string): string => {
  const path = join(runs, `${jobId}-${attempt}-${leaseId.slice(0, 8)}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
};

/** Removes the folders of runs that are long over, but for the newest. */
export const pruneRunFolders = (runs: string, kept: number, isOpen: (name: string) => boolean): void => {
  const folders = names(runs)
    .filter((name) => !isOpen(name))
    .map((name) => ({ name, at: statSync(join(runs, name)).mtimeMs }))
    .sort((one, other) => other.at - one.at);
  for (const { name } of folders.slice(kept)) rmSync(join(runs, name), { recursive: true, force: true });
};

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

/**
 * Empties a folder before a run, and makes it where it is not there. What can't be removed is moved aside, so that the
 * run still finds it empty. Throws where that can't be done either.
 */
export const emptyFolder = (path: string): Emptied => {
  mkdirSync(path, { recursive: true });
  const movedAside: { from: string; to: string }[] = [];
  for (const name of names(path)) {
    const from = join(path, name);
    try {
      rmSync(from, { recursive: true, force: true, maxRetries: 2 });
    } catch {
      const aside = `${path}.aside`;
      mkdirSync(aside, { recursive: true });
      const to = join(aside, `${Date.now()}-${name}`);
      renameSync(from, to);
      movedAside.push({ from, to });
    }
  }
  return { movedAside };
};
