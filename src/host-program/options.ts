import { type Option, optionLines, type ParsedOptions, readOptions } from "../programs/options.ts";
import { Plain } from "../programs/plain-error.ts";

const COMMANDS = ["run", "once", "check", "status", "service", "version"] as const;
export type Command = (typeof COMMANDS)[number];

const where = {
  url: {
    type: "string",
    value: "ADDRESS",
    help: "the service's address, such as https://muster.example.com",
  },
  token: {
    type: "string",
    value: "TOKEN",
    help: "prefer MUSTER_TOKEN: other users can see command lines",
  },
  config: {
    type: "string",
    value: "FILE",
    help: "the configuration (default: muster-host.yaml, if it exists)",
  },
  state: { type: "string", value: "FOLDER", help: "where the host's guid, token and journal are kept" },
  json: { type: "boolean", help: "print one event a line, as JSON" },
  help: { type: "boolean", help: "print this" },
} as const satisfies Record<string, Option>;

const host = {
  name: { type: "string", value: "NAME", help: "the host's name (default: the machine's)" },
  label: {
    type: "string",
    multiple: true,
    value: "LABEL",
    help: "what the host is or has, such as linux or gpu:a100; may be repeated",
  },
  project: { type: "string", value: "ID", help: "the project of the one agent that flags describe" },
  agent: { type: "string", value: "NAME", help: "that agent's name" },
  recipe: {
    type: "string",
    value: "TOOL",
    help: "how its tests are run (default: detected from the folder's files)",
  },
  command: {
    type: "string",
    value: "LINE",
    help: "the command that runs its tests, with {tests} or {tests_file}; or give it after --",
  },
  "framework-id": { type: "string", value: "ID", help: "its framework_id (default: the recipe's)" },
  directory: {
    type: "string",
    value: "FOLDER",
    help: "where its tests are; `fresh` is an empty folder for each run",
  },
  results: { type: "string", value: "GLOB", help: "the reports of its tests (default: the recipe's)" },
  slots: { type: "string", value: "N", help: "how many jobs at once (default: 1)" },
  "stop-seconds": {
    type: "string",
    value: "N",
    help: "time between SIGTERM and SIGKILL when a run is stopped (default: 10)",
  },
  "poll-seconds": {
    type: "string",
    value: "N",
    help: "the base poll interval, used without a socket (default: 2)",
  },
  "lease-seconds": {
    type: "string",
    value: "N",
    help: "how long a lease lasts without a renewal (default: 120)",
  },
  "drain-seconds": {
    type: "string",
    value: "N",
    help: "how long runs may go on after SIGTERM (default: no limit)",
  },
  "free-disk": { type: "string", value: "SIZE", help: "with less free disk no job is taken (default: 1GB)" },
  mask: {
    type: "string",
    multiple: true,
    value: "NAME",
    help: "a variable whose value is masked in all output; may be repeated",
  },
  verbose: { type: "boolean", help: "follow the output of the runs" },
} as const satisfies Record<string, Option>;

/** The options of each command. */
const OPTIONS: Record<Command, Record<string, Option>> = {
  run: {
    ...where,
    ...host,
    environment: {
      type: "string",
      value: "FILE",
      help: 'variables, a NAME="value" a line, which win over the environment (for service units)',
    },
  },
  once: {
    ...where,
    ...host,
    "give-up-seconds": {
      type: "string",
      value: "N",
      help: "end if the service answers nothing for so long (default: 300)",
    },
  },
  check: { ...where, ...host },
  status: { config: where.config, state: where.state, json: where.json, help: where.help },
  service: {
    ...where,
    ...host,
    print: { type: "boolean", help: "print the unit and change nothing" },
    system: { type: "boolean", help: "a system unit, not a user unit" },
  },
  version: { help: where.help },
};

const WORDS: Record<Command, string> = {
  run: "register this machine, then run jobs until stopped",
  once: "run the jobs that are due, then exit",
  check: "say what is wrong with address, token, clock, commands and folders, and what would be right",
  status: "print the running host's status",
  service: "install|remove: start the host with the machine",
  version: "print the version",
};

/** `words`: `install` or `remove` of service. `argv`: the words after `--`. */
export interface CommandLine extends ParsedOptions {
  command: Command;
}

const general = `Usage: node host.mjs COMMAND [options]

${COMMANDS.map((name) => `  ${name.padEnd(10)}${WORDS[name]}`).join("\n")}

node host.mjs COMMAND --help lists its options. Without a configuration, they describe one agent:
  MUSTER_TOKEN=... node host.mjs run --url https://muster.example.com --project 1
`;

/** The help of a command, or the overview. */
const helpFor = (command: Command | undefined): string => {
  if (command === undefined) return general;
  const usage = command === "service" ? "service install|remove" : command;
  return `Usage: node host.mjs ${usage} [options]\n\n${WORDS[command]}\n\n${optionLines(OPTIONS[command])}\n`;
};

const isCommand = (word: string | undefined): word is Command => COMMANDS.some((name) => name === word);

/** Parses a command line. Throws `Plain` with a correction. */
export const readCommandLine = (args: readonly string[]): CommandLine | { help: string } => {
  const [command, ...rest] = args;
  if (command === undefined || command === "--help" || command === "help")
    return { help: helpFor(undefined) };
  if (!isCommand(command)) {
    throw new Plain(`there is no command ${command}; there are ${COMMANDS.join(", ")} (see --help)`);
  }
  const parsed = readOptions(rest, { command, known: OPTIONS[command], takesWords: command === "service" });
  if (parsed.flags.help === true) return { help: helpFor(command) };
  return { command, ...parsed };
};
