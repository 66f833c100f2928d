import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { codeOf, Plain, reasonOf } from "./plain-error.ts";

/** The text of a file; undefined if there is none. Throws `Plain`. */
export const readPrivateFile = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new Plain(`${path} can't be read: ${reasonOf(error)}`);
  }
};

/** Replaces a file that only its owner can read; a crash leaves the old one or the new one. Throws `Plain`. */
export const writePrivateFile = (path: string, text: string): void => {
  const next = `${path}.next`;
  try {
    writeFileSync(next, text, { mode: 0o600, flush: true });
    chmodSync(next, 0o600);
    renameSync(next, path);
  } catch (error) {
    throw new Plain(`${path} can't be written: ${reasonOf(error)}`);
  }
};
