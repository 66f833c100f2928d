import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { writeHostProgram } from "./bundle-host-program.ts";
import { runTick, tickOnTheClock } from "./clock.ts";
import { repeatsRequest } from "./lines.ts";
import { Plain, portOf, readVariables, reasonOf, runScript, shown, stateDirOf } from "./options.ts";
import { adminTokenIn, makeStateDir, refusePortInUse, settingsIn } from "./prepare-database.ts";
import { noteRunning, noteStopped, refuseStateInUse } from "./running.ts";
import { migrate, serve, sweepLeftovers } from "./wrangler.ts";

const READY_SECONDS = 120;
const STOP_SECONDS = 5;
const LAST_LINES_MS = 500;

/** Resolves with its exit code when `child` has ended, whoever ended it; `stop` ends it, at last by force. */
const endOf = async (child: ChildProcess, stop: AbortSignal): Promise<number | null> => {
  const stopChild = () => {
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), STOP_SECONDS * 1000).unref();
  };
  const end = new Promise<number | null>((ended, failed) => {
    child.on("close", ended);
    // A runtime that outlives wrangler keeps its output open; the last lines have come by then.
    child.on("exit", (code) => setTimeout(() => ended(code), LAST_LINES_MS));
    child.on("error", failed);
  });
  stop.addEventListener("abort", stopChild);
  if (stop.aborted) stopChild();
  return end.finally(() => stop.removeEventListener("abort", stopChild));
};

/** Resolves once the service answers its own health check; `over` tells that it can't any more. */
const untilHealthy = async (address: string, over: AbortSignal): Promise<void> => {
  let last = "it does not answer";
  for (const end = Date.now() + READY_SECONDS * 1000; Date.now() < end && !over.aborted; await sleep(50)) {
    try {
      const response = await fetch(`${address}/health`, { signal: AbortSignal.timeout(10_000) });
      if (response.ok) return;
      last = `it answers ${response.status} ${await response.text()}`;
    } catch {
      // Not yet.
    }
  }
  if (!over.aborted) throw new Plain(`the server was not ready after ${READY_SECONDS} s: ${last}`);
};

const greeting = (
  address: string,
  { token, from, stateDir }: { token: string; from: string; stateDir: string },
): string => `
Muster is ready at ${address}
  Admin token  ${token} (${from})
  Console      ${address}/console (sign in with the token)
  Database     ${shown(stateDir)}
  Try          curl -H 'Authorization: Bearer ${token.replaceAll("'", "'\\''")}' ${address}/api/v3/automation/hosts
  Then         npm run demo, in another terminal; Ctrl-C here stops the server
`;

/** Migrates, serves and ticks until told to stop: 0 then, else what went wrong is thrown. */
const start = async (): Promise<number> => {
  const variables = readVariables();
  const port = portOf(variables);
  const address = `http://127.0.0.1:${port}`;
  const { settings, windowMs } = settingsIn(variables);
  const stateDir = stateDirOf(variables);
  await refusePortInUse(port);
  makeStateDir(stateDir);
  await refuseStateInUse(stateDir);
  const { token, from } = adminTokenIn(variables);

  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop.abort());
  // A reader that went away (npm start | head) ends the server, as a closed terminal does.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stop.abort());

  // What follows takes seconds.
  console.log(
    `Muster starts: it brings the database in ${shown(stateDir)} up to date, then serves ${address}`,
  );
  await writeHostProgram();
  const heard: string[] = [];
  const migrated = await endOf(
    migrate(stateDir, (line) => heard.push(line)),
    stop.signal,
  );
  if (stop.signal.aborted) return 0;
  if (migrated !== 0)
    throw new Plain(`${heard.join("\n")}\n${shown(stateDir)} could not be migrated (above)`);

  heard.length = 0;
  let ready = false;
  const child = serve({ stateDir, port, adminToken: token, settings }, (line) => {
    // Until it is ready wrangler talks of itself; that is told only where it did not come up.
    if (!ready) heard.push(line);
    else if (settings.LOG_QUIET !== "on" || !repeatsRequest(line))
      console.log(line.replace(/^\[wrangler:\w+\] /, ""));
  });
  // A signal may find this process in the middle of anything; nothing may outlive it.
  process.on("exit", () => child.kill("SIGKILL"));
  noteRunning(stateDir, { pid: child.pid ?? 0, address });
  const ended = new AbortController();
  const end = endOf(child, stop.signal).finally(() => ended.abort());
  const over = AbortSignal.any([ended.signal, stop.signal]);
  try {
    await untilHealthy(address, over);
    if (!over.aborted) {
      ready = true;
      console.log(greeting(address, { token, from, stateDir }));
      await tickOnTheClock(windowMs, (at) => tellFailure(runTick(address, at), over), over);
    }
    if (stop.signal.aborted) return 0;
    const code = await end;
    throw new Plain(
      `${ready ? "" : heard.join("\n")}\nwrangler ended by itself (code ${code}); so does this`,
    );
  } finally {
    stop.abort();
    await end;
    sweepLeftovers();
    noteStopped(stateDir);
  }
};

/** A tick that fails is told and is no end: the next one does its work. */
const tellFailure = async (tick: Promise<void>, over: AbortSignal): Promise<void> => {
  try {
    await tick;
  } catch (error) {
    if (!over.aborted) console.error(reasonOf(error));
  }
};

await runScript(start);
