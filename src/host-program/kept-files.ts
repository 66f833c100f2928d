import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { maskBytes } from "./masking.ts";
import { reasonOf } from "./plain-error.ts";
import { reportName, withoutControls } from "./report-files.ts";

/** A copied file that is still to be sent, and its name at the service. */
export interface KeptFile {
  name: string;
  path: string;
}

/** The reports and artifacts of a run. */
export interface KeptFiles {
  reports: readonly KeptFile[];
  artifacts: readonly KeptFile[];
}

/** The sizes are the service's limits. */
const REPORTS = { what: "reports", maxFiles: 500, maxBytes: 8 * 1024 * 1024 };
const ARTIFACTS = { what: "artifacts", maxFiles: 1000, maxBytes: 100 * 1024 * 1024 };

interface Keeping {
  runFolder: string;
  /** The run's working directory: artifact names are relative to it. */
  directory: string;
  /** Absolute paths. */
  reports: readonly string[];
  artifacts: readonly string[];
  /** When the run began; epoch milliseconds. */
  startedAt: number;
  secrets: readonly string[];
  /** Reports what is left out, and why. */
  trouble: (message: string) => void;
}

interface Copying {
  secrets: readonly string[];
  folder: string;
  nameOf: (path: string, index: number) => string;
  bounds: { what: string; maxFiles: number; maxBytes: number };
  trouble: (message: string) => void;
}

/** Copies files into the run's folder, secrets masked: the next run may overwrite them before they are sent. */
const copyAll = (
  paths: readonly string[],
  { folder, nameOf, bounds: { what, maxFiles, maxBytes }, secrets, trouble }: Copying,
): KeptFile[] => {
  if (paths.length === 0) return [];
  if (paths.length > maxFiles) trouble(`of ${paths.length} ${what} the first ${maxFiles} are sent`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return paths.slice(0, maxFiles).flatMap((path, index) => {
    const kept = join(folder, String(index));
    try {
      if (statSync(path).size > maxBytes) {
        trouble(`${path} is not sent: it is larger than ${maxBytes / 1024 / 1024} MiB`);
        return [];
      }
      const bytes = readFileSync(path);
      maskBytes(bytes, secrets);
      writeFileSync(kept, bytes, { mode: 0o600 });
      return [{ name: nameOf(path, index), path: kept }];
    } catch (error) {
      trouble(`${path} is not sent: ${reasonOf(error)}`);
      return [];
    }
  });
};

/** The path relative to the working directory; only the name if the file is outside. */
const artifactName =
  (directory: string) =>
  (path: string): string => {
    const inside = relative(directory, path).split(sep).join("/");
    return withoutControls(inside.startsWith("../") ? basename(path) : inside).replace(/^\/+/, "");
  };

/** Copies a run's reports and artifacts for sending. One that cannot be copied is reported and left out. */
export const keepFiles = (keeping: Keeping): KeptFiles => {
  const { runFolder, directory, reports, artifacts, secrets, trouble } = keeping;
  const copying = { secrets, trouble };
  return {
    reports: copyAll(reports, {
      ...copying,
      folder: join(runFolder, "reports"),
      nameOf: reportName,
      bounds: REPORTS,
    }),
    artifacts: copyAll(artifacts, {
      ...copying,
      folder: join(runFolder, "artifacts"),
      nameOf: artifactName(directory),
      bounds: ARTIFACTS,
    }),
  };
};
