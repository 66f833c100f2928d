import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { codeOf, Plain, reasonOf } from "../programs/plain-error.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** A unit's own search path is short: it finds no tool that this user has installed. */
const KEPT = /^(MUSTER_\w+|PATH)$/i;

/** Writes the variables that a service unit needs to a file. Only its owner can read it: it contains the token. */
export const keepVariables = (path: string, env: Variables): void => {
  const kept = Object.entries(env).filter(([name, value]) => KEPT.test(name) && value);
  const text = kept.map(([name, value]) => `${name}=${JSON.stringify(value)}\n`).join("");
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
};

/** Reads such a file; no variables if it is not there. Throws `Plain` with file and line. */
export const readVariables = (path: string): Variables => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return {};
    throw new Plain(`${path} can't be read: ${reasonOf(error)}`);
  }
  const lines = text.split("\n").map((line, place) => ({ line, place: place + 1 }));
  return Object.fromEntries(
    lines
      .filter(({ line }) => line.trim() !== "")
      .map(({ line, place }) => {
        const [, name = "", quoted = ""] = /^(\w+)=(".*")$/.exec(line) ?? [];
        try {
          const value: unknown = JSON.parse(quoted);
          return [name, String(value)];
        } catch {
          throw new Plain(`${path}:${place}: must be NAME="value"`);
        }
      }),
  );
};
