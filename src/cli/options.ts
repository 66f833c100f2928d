import { nearest, type Option, optionLines, type ParsedOptions, readOptions } from "../programs/options.ts";
import { Plain } from "../programs/plain-error.ts";

const general = {
  url: {
    type: "string",
    value: "ADDRESS",
    help: "the service's address (else MUSTER_URL, else that of `muster login`)",
  },
  token: {
    type: "string",
    value: "TOKEN",
    help: "prefer MUSTER_TOKEN or `muster login`: other users can see command lines",
  },
  state: { type: "string", value: "FOLDER", help: "where the login is kept (else MUSTER_STATE)" },
  json: { type: "boolean", help: "print JSON, for programs" },
  help: { type: "boolean", short: "h", help: "print this" },
} as const satisfies Record<string, Option>;

const project = {
  project: {
    type: "string",
    value: "ID",
    help: "the project, by id or name (else MUSTER_PROJECT; not needed if the token sees one alone)",
  },
} as const satisfies Record<string, Option>;

const limit = {
  limit: { type: "string", value: "N", help: "at most so many (default: 50)" },
} as const satisfies Record<string, Option>;

const attempt = {
  attempt: { type: "string", value: "N", help: "of this attempt (default: the current one)" },
} as const satisfies Record<string, Option>;

interface CommandWords {
  /** What may follow the command. */
  usage: string;
  words: string;
  options: Readonly<Record<string, Option>>;
  /** The words that it begins with, for completion. */
  first?: readonly string[];
}

const COMMANDS = {
  login: {
    usage: "[ADDRESS]",
    words:
      "keep an address and a token, which only you can read; the token comes from the terminal or standard input",
    options: general,
  },
  logout: { usage: "", words: "forget the address and the token", options: general },
  hosts: { usage: "", words: "list the hosts with their presence", options: { ...limit, ...general } },
  jobs: {
    usage: "",
    words: "list jobs, the newest first",
    options: {
      status: { type: "string", value: "STATUS", help: "only of this status, such as RUNNING or FAILED" },
      ...limit,
      ...project,
      ...general,
    },
  },
  schedules: { usage: "", words: "list schedules", options: { ...limit, ...project, ...general } },
  run: {
    usage: "--agent AGENT",
    words: "run tests of an agent, once and now; print the job's number at once",
    options: {
      agent: { type: "string", value: "AGENT", help: "the agent, by id or name" },
      tests: {
        type: "string",
        multiple: true,
        value: "FILTER",
        help: "only tests whose name or content has this part, begins* or *ends so, or has this @tag; may be repeated",
      },
      name: { type: "string", value: "NAME", help: "the run's name, for people" },
      set: {
        type: "string",
        multiple: true,
        value: "NAME=VALUE",
        help: "a variable of the run's environment; may be repeated",
      },
      wait: { type: "boolean", help: "wait for its end: exit 0 passed, 1 failed, 2 refused, 3 timed out" },
      timeout: {
        type: "string",
        value: "TIME",
        help: "cancel it after so long, such as 90s, 30m or 2h, and exit 3 (implies --wait)",
      },
      junit: { type: "string", value: "FILE", help: "write its results as JUnit XML (implies --wait)" },
      follow: { type: "boolean", help: "print its log as it grows (implies --wait)" },
      ...project,
      ...general,
    },
  },
  logs: {
    usage: "JOB",
    words: "print the log of a job",
    options: {
      follow: { type: "boolean", short: "f", help: "go on until it ends" },
      ...attempt,
      ...project,
      ...general,
    },
  },
  import: {
    usage: "FILE",
    words: "bring test runs in from a report, a table or JSON",
    options: {
      content: {
        type: "string",
        value: "FORM",
        help: "what a host is given of each test of a report: a tool's name, classname.name, name, file or a template",
      },
      ...project,
      ...general,
    },
  },
  tokens: {
    usage: "[create NAME | revoke ID]",
    words: "list tokens, issue one or revoke one",
    options: {
      scope: {
        type: "string",
        value: "SCOPE",
        help: "of a new token: operator (default), host, metrics or admin",
      },
      ...limit,
      ...project,
      ...general,
    },
    first: ["create", "revoke"],
  },
  export: {
    usage: "FILE",
    words:
      "write the whole installation into a file, packed if its name ends with .gz; it takes an admin's token",
    options: general,
  },
  restore: {
    usage: "FILE",
    words: "restore an export into an empty installation, or go on where that broke off",
    options: general,
  },
  doctor: {
    usage: "",
    words: "say what is wrong with address, token, clock and hosts, and what would be right",
    options: { ...project, ...general },
  },
  completion: {
    usage: "bash|zsh|fish",
    words: "print the completion of a shell",
    options: { help: general.help },
    first: ["bash", "zsh", "fish"],
  },
  version: { usage: "", words: "print the version", options: { help: general.help } },
} as const satisfies Record<string, CommandWords>;
export type Command = keyof typeof COMMANDS;

export const COMMAND_WORDS: ReadonlyMap<string, CommandWords> = new Map(Object.entries(COMMANDS));

export interface CommandLine extends ParsedOptions {
  command: Command;
}

const isCommand = (word: string): word is Command => COMMAND_WORDS.has(word);

const overview = `Usage: muster COMMAND [options]

${[...COMMAND_WORDS].map(([name, { words }]) => `  ${name.padEnd(12)}${words}`).join("\n")}

muster COMMAND --help lists its options. Begin with:
  muster login https://muster.example.com
  muster run --agent "lab 7" --tests @smoke --wait
`;

const helpFor = (command: Command): string => {
  const { usage, words, options }: CommandWords = COMMANDS[command];
  return `Usage: muster ${command}${usage === "" ? "" : ` ${usage}`} [options]\n\n${words}\n\n${optionLines(options)}\n`;
};

/** Parses a command line. Throws `Plain` with a correction. */
export const readCommandLine = (args: readonly string[]): CommandLine | { help: string } => {
  const [command, ...rest] = args;
  if (command === undefined || command === "--help" || command === "-h" || command === "help")
    return { help: overview };
  if (!isCommand(command)) {
    const near = nearest(command, [...COMMAND_WORDS.keys()]);
    const right = near === undefined ? "muster --help lists them" : `did you mean ${near}?`;
    throw new Plain(`there is no command ${command}; ${right}`);
  }
  const { usage, options }: CommandWords = COMMANDS[command];
  const takesWords = /^\[?[A-Za-z]/.test(usage);
  const parsed = readOptions(rest, { command, known: options, takesWords });
  if (parsed.flags.help === true) return { help: helpFor(command) };
  return { command, ...parsed };
};

/** The value of a flag that takes one; undefined if it was not given. */
export const textIn = ({ flags }: ParsedOptions, name: string): string | undefined => {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
};

/** The values of a flag that may be repeated. */
export const textsIn = ({ flags }: ParsedOptions, name: string): string[] =>
  [flags[name] ?? []].flat().filter((value) => typeof value === "string");

/** A whole number from 1 up. Throws `Plain`. */
export const numberIn = (line: ParsedOptions, name: string): number | undefined => {
  const text = textIn(line, name);
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new Plain(`--${name} must be a whole number from 1 up, not ${text}`);
  return Number(text);
};

/** The longest time of a timer is a little more. */
const MAX_SECONDS = 14 * 24 * 3600;
const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600 };

/** A time such as 90s, 30m or 2h, in milliseconds; a bare number is seconds. Throws `Plain`. */
export const durationIn = (line: ParsedOptions, name: string): number | undefined => {
  const text = textIn(line, name);
  if (text === undefined) return undefined;
  const [, amount, unit = ""] = /^(\d{1,6})([smh]?)$/.exec(text) ?? [];
  const seconds = Number(amount) * (UNITS[unit] ?? 1);
  if (amount === undefined || seconds === 0 || seconds > MAX_SECONDS)
    throw new Plain(`--${name} must be a time such as 90s, 30m or 2h, at most 336h, not ${text}`);
  return seconds * 1000;
};
