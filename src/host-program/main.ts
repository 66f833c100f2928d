import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { Plain, reasonOf } from "../programs/plain-error.ts";
import { runCommand } from "./commands.ts";
import { readCommandLine } from "./options.ts";
import { type RenewerStart, runRenewer } from "./renewer-thread.ts";

// The host shares its machine with its tests: a small heap matters more than speed.
setFlagsFromString("--optimize-for-size");

/** The path of this file. */
const PROGRAM = fileURLToPath(import.meta.url);

/** Runs the command line and sets the exit code. */
const main = async (): Promise<void> => {
  try {
    const commandLine = readCommandLine(process.argv.slice(2));
    if ("help" in commandLine) process.stdout.write(commandLine.help);
    else process.exitCode = await runCommand(commandLine, PROGRAM);
  } catch (error) {
    process.stderr.write(
      `${error instanceof Plain ? error.message : `this is a mistake of the program: ${error instanceof Error ? error.stack : reasonOf(error)}`}\n`,
    );
    process.exitCode = 1;
  }
};

const isStart = (data: unknown): data is RenewerStart =>
  typeof data === "object" && data !== null && Reflect.get(data, "role") === "renewer";

if (!isMainThread && parentPort && isStart(workerData)) await runRenewer(workerData, parentPort);
else if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(PROGRAM))
  await main();
