import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseEnv } from "node:util";

/** The root of the working copy. */
export const ROOT = resolve(import.meta.dirname, "../..");

/** The local secrets, which `wrangler dev` also reads. */
export const DEV_VARS = join(ROOT, ".dev.vars");

const DEFAULT_PORT = 8787;

/** A user's mistake: reported as one line, without a stack. */
export class Plain extends Error {}

export type Variables = Record<string, string | undefined>;

/** The message of a thrown value; a failed fetch has its reason in `cause`. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || String(Reflect.get(cause, "code")) : error.message;
};

/** The content of `.dev.vars`; undefined if it does not exist. */
export const readDevVars = (): string | undefined => {
  try {
    return readFileSync(DEV_VARS, "utf8");
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, "code") === "ENOENT") return undefined;
    throw new Plain(`${shown(DEV_VARS)} can't be read: ${reasonOf(error)}`);
  }
};

/** All variables: the environment overrides `.dev.vars`. Empty ones are ignored. */
export const readVariables = (): Variables => {
  const given = (variables: Variables) =>
    Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""));
  return { ...given(parseEnv(readDevVars() ?? "")), ...given(process.env) };
};

/** The known arguments of a script, for messages, and the variables that it reads. */
interface KnownWords {
  script: string;
  /** The most arguments that it takes. */
  most: number;
  takes: string;
  /** The flags that it takes. */
  flags?: readonly string[];
  variables: readonly string[];
}

/** The arguments of a script. Throws if one is unknown: it would be ignored. */
export const argumentsOf = (
  given: readonly string[],
  { script, most, takes, flags = [], variables }: KnownWords,
): readonly string[] => {
  const unknown = given.find(
    (each, place) => !flags.includes(each) && (each.startsWith("-") || place >= most),
  );
  if (unknown === undefined) return given;
  throw new Plain(
    `${script} has no argument ${unknown}: it takes ${takes}. Variables set the rest: ${variables.join(", ")}`,
  );
};

/** The port of the local server. Throws if `PORT` is invalid. */
export const portOf = ({ PORT }: Variables): number => {
  const port = Number(PORT ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Plain(`PORT is ${PORT}: it must be a whole number from 1 to 65535`);
};

/** A given `BASE_URL` without a trailing slash. Throws if it is not a URL. */
export const baseUrlIn = (given: string): string => {
  if (!URL.canParse(given) || !/^https?:/i.test(given)) {
    throw new Plain(`BASE_URL is ${given}: it must be an address like http://127.0.0.1:${DEFAULT_PORT}`);
  }
  return given.replace(/\/+$/, "");
};

/** The directory of the local database. */
export const stateDirOf = ({ STATE_DIR }: Variables): string =>
  resolve(STATE_DIR ?? join(ROOT, ".wrangler/state"));

/** A path relative to the current directory, if it is below it. */
export const shown = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short === "" || short.startsWith("..") ? path : short;
};

/** Runs a script's main function. A `Plain` error is printed as one line; every error exits with 1. */
export const runScript = async (main: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Plain ? error.message : error);
    process.exitCode = 1;
  }
};
