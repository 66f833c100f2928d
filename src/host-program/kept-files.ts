import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { reasonOf } from "../programs/plain-error.ts";
import { ByteMasker, masked } from "./masking.ts";
import { fitting, reportName } from "./report-files.ts";

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
const ARTIFACTS = { what: "artifacts", maxFiles: 1000, maxBytes: 5 * 1024 * 1024 * 1024 };

interface Keeping {
  runFolder: string;
  /** The run's working directory: artifact names are relative to it. */
  directory: string;
  /** Absolute paths. */
  reports: readonly string[];
  artifacts: readonly string[];
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

/** Why a file is not sent, if it is too large for the service. */
const whyTooLarge = (bytes: number, maxBytes: number): string | null =>
  bytes > maxBytes ? `it is larger than ${maxBytes / 1024 / 1024} MiB` : null;

/** Copies the first `bytes` of a file, secrets masked, in constant memory. */
const copyMasked = (
  from: string,
  to: string,
  { bytes, secrets }: { bytes: number; secrets: readonly string[] },
): Promise<void> => {
  const masker = new ByteMasker(secrets);
  return pipeline(
    createReadStream(from, { end: Math.max(0, bytes - 1) }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) yield masker.push(chunk);
      yield masker.end();
    },
    createWriteStream(to, { mode: 0o600 }),
  );
};

/** Copies files into the run's folder, secrets masked: the next run may overwrite them before they are sent. */
const copyAll = async (
  paths: readonly string[],
  { folder, nameOf, bounds: { what, maxFiles, maxBytes }, secrets, trouble }: Copying,
): Promise<KeptFile[]> => {
  if (paths.length === 0) return [];
  if (paths.length > maxFiles) trouble(`of ${paths.length} ${what} the first ${maxFiles} are sent`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const copied: KeptFile[] = [];
  for (const [index, path] of paths.slice(0, maxFiles).entries()) {
    const kept = join(folder, String(index));
    try {
      const bytes = statSync(path).size;
      const why = whyTooLarge(bytes, maxBytes);
      if (why === null) {
        await copyMasked(path, kept, { bytes, secrets });
        copied.push({ name: masked(nameOf(path, index), secrets), path: kept });
      } else trouble(`${path} is not sent: ${why}`);
    } catch (error) {
      rmSync(kept, { force: true });
      trouble(`${path} is not sent: ${reasonOf(error)}`);
    }
  }
  return copied;
};

/** The path relative to the working directory; only the name if the file is outside. */
const artifactName =
  (directory: string) =>
  (path: string): string => {
    const inside = relative(directory, path).split(sep).join("/");
    return fitting(inside.startsWith("../") ? basename(path) : inside).replace(/^\/+/, "");
  };

/** Copies a run's reports and artifacts for sending. One that cannot be copied is reported and left out. */
export const keepFiles = async (keeping: Keeping): Promise<KeptFiles> => {
  const { runFolder, directory, reports, artifacts, secrets, trouble } = keeping;
  const copying = { secrets, trouble };
  return {
    reports: await copyAll(reports, {
      ...copying,
      folder: join(runFolder, "reports"),
      nameOf: reportName,
      bounds: REPORTS,
    }),
    artifacts: await copyAll(artifacts, {
      ...copying,
      folder: join(runFolder, "artifacts"),
      nameOf: artifactName(directory),
      bounds: ARTIFACTS,
    }),
  };
};
