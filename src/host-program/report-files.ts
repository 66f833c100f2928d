import { readdirSync, statSync } from "node:fs";
import { basename, isAbsolute, join, resolve, sep } from "node:path";

/** Folders of third-party files, which contain no reports. */
const SKIPPED_FOLDERS = ["node_modules", ".git"];
/** A file system's clock lags a little. */
const BEHIND_MS = 50;
/** A larger report is not read: it would not fit into memory. */
const MAX_READ_BYTES = 64 * 1024 * 1024;

const GLOB = /[*?[{]/;

const escaped = (text: string): string => text.replace(/[.+^$()|\\{}[\]]/g, "\\$&");

/** A glob as a pattern for a whole path: `**` is any folders, `*` any name, `?` one character, `{a,b}` either. */
const patternOf = (glob: string): RegExp => {
  const source = glob
    .split(/(\*\*\/|\*\*|\*|\?|\{[^}]*\})/)
    .map((part) => {
      if (part === "**/") return "(?:.*/)?";
      if (part === "**") return ".*";
      if (part === "*") return "[^/]*";
      if (part === "?") return "[^/]";
      if (part.startsWith("{")) return `(?:${part.slice(1, -1).split(",").map(escaped).join("|")})`;
      return escaped(part);
    })
    .join("");
  return new RegExp(`^${source}$`);
};

const posix = (path: string): string => path.split(sep).join("/");

const walk = (folder: string): string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED_FOLDERS.includes(entry.name) ? [] : walk(path);
      return [path];
    });
  } catch {
    // The folder does not exist.
    return [];
  }
};

/** The files that a path or glob matches. */
const filesOf = (pathOrGlob: string, directory: string): string[] => {
  const whole = isAbsolute(pathOrGlob) ? pathOrGlob : join(directory, pathOrGlob);
  if (!GLOB.test(whole)) return [resolve(whole)];
  const parts = posix(whole).split("/");
  const base = parts
    .slice(
      0,
      parts.findIndex((part) => GLOB.test(part)),
    )
    .join("/");
  const pattern = patternOf(posix(whole));
  return walk(base === "" ? "/" : base).filter((path) => pattern.test(posix(path)));
};

const writtenSince = (path: string, since: number): boolean => {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.mtimeMs >= since - BEHIND_MS;
  } catch {
    return false;
  }
};

/** The files that these globs match and that were written since the run began, as absolute paths. */
export const filesSince = (globs: readonly string[], directory: string, since: number): string[] =>
  [...new Set(globs.flatMap((glob) => filesOf(glob, directory)))]
    .filter((path) => writtenSince(path, since))
    .sort();

/** Of these files those that are small enough to be read whole. */
export const readableFiles = (paths: readonly string[]): string[] =>
  paths.filter((path) => statSync(path).size <= MAX_READ_BYTES);

const MAX_NAME = 200;

/** A name that the service takes: its end, without control characters and without half a character at the cut. */
export const fitting = (name: string): string =>
  name
    .replace(/\p{Cc}/gu, "_")
    .slice(-MAX_NAME)
    .toWellFormed();

/** A report's name at the service. Reports in different folders may have the same name: each gets a number. */
export const reportName = (path: string, index: number): string => fitting(`${index + 1}-${basename(path)}`);
