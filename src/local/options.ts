import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseEnv } from "node:util";

/** The top of the working copy that these scripts stand in. */
export const ROOT = resolve(import.meta.dirname, "../..");

/** Where the local secrets live; the same file that `wrangler dev` reads by itself. */
export const DEV_VARS = join(ROOT, ".dev.vars");

const DEFAULT_PORT = 8787;

/** What a person did or has that can't work: told in one line, without a stack. */
export class Plain extends Error {}

export type Variables = Record<string, string | undefined>;

/** Text of a thrown value; a failed fetch hides the reason in its cause. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || String(Reflect.get(cause, "code")) : error.message;
};

/** `.dev.vars` as it is; undefined where there is none. */
export const readDevVars = (): string | undefined => {
  try {
    return readFileSync(DEV_VARS, "utf8");
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, "code") === "ENOENT") return undefined;
    throw new Plain(`${shown(DEV_VARS)} can't be read: ${reasonOf(error)}`);
  }
};

/** Every variable: those of the environment over those of `.dev.vars`. An empty one counts as not given. */
export const readVariables = (): Variables => {
  const given = (variables: Variables) =>
    Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""));
  return { ...given(parseEnv(readDevVars() ?? "")), ...given(process.env) };
};

/** The port of the local server. Throws where `PORT` is none. */
export const portOf = ({ PORT }: Variables): number => {
  const port = Number(PORT ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Plain(`PORT is ${PORT}: it must be a whole number from 1 to 65535`);
};

/** A `BASE_URL` that is given, without a slash at its end. Throws where it is no address. */
export const baseUrlIn = (given: string): string => {
  if (!URL.canParse(given) || !/^https?:/i.test(given)) {
    throw new Plain(`BASE_URL is ${given}: it must be an address like http://127.0.0.1:${DEFAULT_PORT}`);
  }
  return given.replace(/\/+$/, "");
};

/** The directory of the local database. */
export const stateDirOf = ({ STATE_DIR }: Variables): string =>
  resolve(STATE_DIR ?? join(ROOT, ".wrangler/state"));

/** A path as a person standing where the command was given would write it. */
export const shown = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short === "" || short.startsWith("..") ? path : short;
};

/** Runs a script's main part: what is plainly wrong is said in one line, and ends it with 1. */
export const runScript = async (main: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Plain ? error.message : error);
    process.exitCode = 1;
  }
};
