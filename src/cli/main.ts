import { Plain, reasonOf } from "../programs/plain-error.ts";
import { runCommand } from "./commands.ts";
import { readCommandLine } from "./options.ts";
import { EXITS } from "./run.ts";
import { processTerminal } from "./terminal.ts";

const messageOf = (error: unknown): string => {
  if (error instanceof Plain) return error.message;
  return `this is a mistake of the program: ${error instanceof Error ? error.stack : reasonOf(error)}`;
};

try {
  const line = readCommandLine(process.argv.slice(2));
  if ("help" in line) process.stdout.write(line.help);
  else process.exitCode = await runCommand({ line, env: process.env, terminal: processTerminal() });
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = EXITS.refused;
}
