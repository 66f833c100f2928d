import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { settingsSchema } from "../settings.ts";
import { runTick, tickOnTheClock } from "./clock.ts";
import { repeatsRequest } from "./lines.ts";
import {
  argumentsOf,
  Plain,
  portOf,
  readVariables,
  reasonOf,
  runScript,
  shown,
  stateDirOf,
} from "./options.ts";
import { adminTokenIn, makeStateDir, refusePortInUse, settingsIn } from "./prepare-database.ts";
import { noteRunning, noteStopped, refuseStateInUse } from "./running.ts";
import { killLeftovers, migrate, serve } from "./wrangler.ts";

const READY_SECONDS = 120;
const STOP_SECONDS = 5;
const LAST_LINES_MS = 500;

/** Resolves with the child's exit code. `stop` ends it, in the end with SIGKILL. */
const endOf = async (child: ChildProcess, stop: AbortSignal): Promise<number | null> => {
  const stopChild = () => {
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), STOP_SECONDS * 1000).unref();
  };
  const end = new Promise<number | null>((ended, failed) => {
    child.on("close", ended);
    // A runtime that outlives wrangler keeps its output open, so the last lines get a fixed time.
    child.on("exit", (code) => setTimeout(() => ended(code), LAST_LINES_MS));
    child.on("error", failed);
  });
  stop.addEventListener("abort", stopChild);
  if (stop.aborted) stopChild();
  return end.finally(() => stop.removeEventListener("abort", stopChild));
};

/** Resolves once the health check succeeds. `stopped` aborts when it no longer can. */
const untilHealthy = async (address: string, stopped: AbortSignal): Promise<void> => {
  let last = "it does not answer";
  for (const end = Date.now() + READY_SECONDS * 1000; Date.now() < end && !stopped.aborted; await sleep(50)) {
    try {
      const response = await fetch(`${address}/health`, { signal: AbortSignal.timeout(10_000) });
      if (response.ok) return;
      last = `it answers ${response.status} ${await response.text()}`;
    } catch {
      // Not ready yet.
    }
  }
  if (!stopped.aborted) throw new Plain(`the server was not ready after ${READY_SECONDS} s: ${last}`);
};

const secondsSince = (at: number): string => ((Date.now() - at) / 1000).toFixed(1);

const greeting = (
  address: string,
  { token, from, stateDir }: { token: string; from: string; stateDir: string },
): string => `
Muster is ready at ${address}
  Admin token  ${token} (${from})
  Console      ${address}/console (sign in with the token)
  Database     ${shown(stateDir)}
  Try          curl -H 'Authorization: Bearer ${token.replaceAll("'", "'\\''")}' ${address}/api/v3/automation/hosts
  Then         npm run demo, in another terminal (npm run demo -- --clean removes what it made)
  Stop         Ctrl-C here
`;

/** Migrates, serves and ticks until it is stopped, and then returns 0. Throws on any failure. */
const start = async (): Promise<number> => {
  argumentsOf(process.argv.slice(2), {
    ...{ script: "npm start", most: 0, takes: "none" },
    variables: ["PORT", "STATE_DIR", "ADMIN_TOKEN", ...Object.keys(settingsSchema.shape)],
  });
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
  // A closed output (npm start | head) ends the server, as a closed terminal does.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stop.abort());

  // The following steps take seconds.
  console.log(
    `Muster starts: it brings the database in ${shown(stateDir)} up to date, then serves ${address}`,
  );
  // Loaded after the first words, which then come at once.
  const [{ writePrograms }, { writeDocs }] = await Promise.all([
    import("./bundle-programs.ts"),
    import("../docs/write-docs.ts"),
  ]);
  await Promise.all([writePrograms(), writeDocs()]);
  const began = Date.now();
  const startLines: string[] = [];
  const migrated = await endOf(
    migrate(stateDir, (line) => startLines.push(line)),
    stop.signal,
  );
  if (stop.signal.aborted) return 0;
  if (migrated !== 0)
    throw new Plain(`${startLines.join("\n")}\n${shown(stateDir)} could not be migrated (above)`);

  console.log(`The database is up to date after ${secondsSince(began)} s; now the server starts`);
  startLines.length = 0;
  let ready = false;
  const child = serve({ stateDir, port, adminToken: token, settings }, (line) => {
    // Wrangler's start-up lines are printed only if it fails to start.
    if (!ready) startLines.push(line);
    else if (!repeatsRequest(line)) console.log(line.replace(/^\[wrangler:\w+\] /, ""));
  });
  // A signal may arrive at any moment; no child may outlive this process.
  process.on("exit", () => child.kill("SIGKILL"));
  noteRunning(stateDir, { pid: child.pid ?? 0, address });
  const ended = new AbortController();
  const end = endOf(child, stop.signal).finally(() => ended.abort());
  const stopped = AbortSignal.any([ended.signal, stop.signal]);
  try {
    await untilHealthy(address, stopped);
    if (!stopped.aborted) {
      ready = true;
      console.log(greeting(address, { token, from, stateDir }));
      await tickOnTheClock(windowMs, (at) => reportFailure(runTick(address, at), stopped), stopped);
    }
    if (stop.signal.aborted) return 0;
    const code = await end;
    throw new Plain(
      `${ready ? "" : startLines.join("\n")}\nwrangler ended by itself (code ${code}); so does this`,
    );
  } finally {
    stop.abort();
    await end;
    killLeftovers();
    noteStopped(stateDir);
  }
};

/** Reports a failed tick; the next one does its work. */
const reportFailure = async (tick: Promise<void>, stopped: AbortSignal): Promise<void> => {
  try {
    await tick;
  } catch (error) {
    if (!stopped.aborted) console.error(reasonOf(error));
  }
};

await runScript(start);
