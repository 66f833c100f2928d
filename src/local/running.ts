import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { baseUrlIn, Plain, portOf, shown, stateDirOf, type Variables } from "./options.ts";

/** Where a server says of itself that it has the database open. */
const noteIn = (stateDir: string): string => join(stateDir, "running.json");
const runningShape = z.object({ pid: z.int().min(1), address: z.string() });
type Running = z.output<typeof runningShape>;

export const noteRunning = (stateDir: string, running: Running): void =>
  writeFileSync(noteIn(stateDir), JSON.stringify(running));

export const noteStopped = (stateDir: string): void => rmSync(noteIn(stateDir), { force: true });

/** The server that has the database open, as far as its note and its process tell; undefined where there is none. */
const runningIn = (stateDir: string): Running | undefined => {
  try {
    const running = runningShape.parse(JSON.parse(readFileSync(noteIn(stateDir), "utf8")));
    // Signal 0 only asks whether the process lives. A server that was killed leaves its note behind.
    process.kill(running.pid, 0);
    return running;
  } catch {
    // No note, one that can't be read, or no such process.
    return undefined;
  }
};

/** Refuses a database that another server has open: migrations must never run under it. */
export const refuseStateInUse = async (stateDir: string): Promise<void> => {
  const running = runningIn(stateDir);
  if (!running) return;
  const { pid, address } = running;
  try {
    await fetch(`${address}/health`, { signal: AbortSignal.timeout(5000) });
  } catch {
    // No answer: the process is another's by now.
    return;
  }
  throw new Plain(
    `STATE_DIR ${shown(stateDir)} is in use by the server at ${address} (process ${pid}); stop it first`,
  );
};

/** Where the running server is called: `BASE_URL` or `PORT` where one is given, else where the server that has the database open says, else the port that one takes by itself. No slash at the end. */
export const baseUrlOf = (variables: Variables): string => {
  const { BASE_URL, PORT } = variables;
  if (BASE_URL !== undefined) return baseUrlIn(BASE_URL);
  const running = PORT === undefined ? runningIn(stateDirOf(variables)) : undefined;
  return running?.address ?? `http://127.0.0.1:${portOf(variables)}`;
};
