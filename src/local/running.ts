import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { baseUrlIn, Plain, portOf, ROOT, shown, stateDirOf, type Variables } from "./options.ts";

/** The file in which a running server records its process and address. */
const noteIn = (stateDir: string): string => join(stateDir, "running.json");
const runningShape = z.object({ pid: z.int().min(1), address: z.string() });
type Running = z.output<typeof runningShape>;

/** The file that names the database of the server that was started last from this working copy. */
const LAST = join(ROOT, ".wrangler/last-state-dir");

export const noteRunning = (stateDir: string, running: Running): void => {
  writeFileSync(noteIn(stateDir), JSON.stringify(running));
  mkdirSync(dirname(LAST), { recursive: true });
  writeFileSync(LAST, stateDir);
};

/** The running server that was started last from here, wherever its database is; undefined if it is gone. */
const startedLast = (): Running | undefined => {
  try {
    return runningIn(readFileSync(LAST, "utf8"));
  } catch {
    return undefined;
  }
};

export const noteStopped = (stateDir: string): void => rmSync(noteIn(stateDir), { force: true });

/** The running server of a database, by its record and its process; undefined if there is none. */
const runningIn = (stateDir: string): Running | undefined => {
  try {
    const running = runningShape.parse(JSON.parse(readFileSync(noteIn(stateDir), "utf8")));
    // Signal 0 only checks that the process exists. A killed server leaves its record behind.
    process.kill(running.pid, 0);
    return running;
  } catch {
    // No record, an unreadable one, or no such process.
    return undefined;
  }
};

/** Throws if another server uses the database: migrations must never run under it. */
export const refuseStateInUse = async (stateDir: string): Promise<void> => {
  const running = runningIn(stateDir);
  if (!running) return;
  const { pid, address } = running;
  try {
    await fetch(`${address}/health`, { signal: AbortSignal.timeout(5000) });
  } catch {
    // No response: the process id belongs to another program.
    return;
  }
  throw new Plain(
    `STATE_DIR ${shown(stateDir)} is in use by the server at ${address} (process ${pid}); stop it first`,
  );
};

/** The variables that `baseUrlOf` reads. */
export const CALL_VARIABLES = ["BASE_URL", "PORT", "STATE_DIR"] as const;

/** The running server of the database that is given, or of the usual one, or else the one that was started last. */
const runningFor = (variables: Variables): Running | undefined =>
  runningIn(stateDirOf(variables)) ?? (variables.STATE_DIR === undefined ? startedLast() : undefined);

/**
 * The address of the server to call: `BASE_URL` or `PORT` if given, or else that of the running server, or else the
 * default port. Without a trailing slash.
 */
export const baseUrlOf = (variables: Variables): string => {
  const { BASE_URL, PORT } = variables;
  if (BASE_URL !== undefined) return baseUrlIn(BASE_URL);
  const running = PORT === undefined ? runningFor(variables) : undefined;
  return running?.address ?? `http://127.0.0.1:${portOf(variables)}`;
};
