import { Plain, reasonOf } from "../programs/plain-error.ts";
import { wantsColours } from "../programs/screen.ts";
import { VERSION } from "../programs/version.ts";
import { checkHost, linesOf } from "./check.ts";
import type { Emit, HostEvent } from "./events.ts";
import { Host } from "./host.ts";
import { queryStatus, statusAddress } from "./only-one.ts";
import type { Command, CommandLine } from "./options.ts";
import { lineOf } from "./plain-view.ts";
import { resolveSettings, stateFolderIn } from "./resolve-settings.ts";
import { serviceCommand } from "./service-command.ts";
import type { HostSettings } from "./settings.ts";
import { StateFolder } from "./state-folder.ts";
import { TerminalView } from "./terminal-view.ts";
import { readVariables } from "./variables-file.ts";
import { PROTOCOL } from "./version.ts";

/** The environment; of a service unit with its variables from a file. */
const variablesOf = ({ flags: { environment } }: CommandLine): NodeJS.ProcessEnv =>
  typeof environment === "string" ? { ...process.env, ...readVariables(environment) } : process.env;

/** How events are printed: JSON lines, a terminal view, or plain lines with their time. */
const viewFor = ({ json, verbose }: Pick<HostSettings, "json" | "verbose">): Emit => {
  const { stdout } = process;
  // A closed pipe does not end the program.
  stdout.on("error", () => undefined);
  if (json) {
    return (event) => {
      if (event.event !== "output" || verbose)
        stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
    };
  }
  if (stdout.isTTY) {
    const screen = {
      write: (text: string) => void stdout.write(text),
      columns: () => stdout.columns || 80,
      colours: wantsColours(true, process.env),
    };
    return new TerminalView(screen, verbose).emit;
  }
  return (event: HostEvent) => {
    const line = lineOf(event, verbose);
    if (line !== null) stdout.write(`${new Date().toISOString()} ${line}\n`);
  };
};

/** The given token, or the host's own from an earlier registration. Throws `Plain` if there is neither. */
const tokenFor = (settings: HostSettings): string => {
  const token = new StateFolder(settings.stateFolder).tokenFor(settings.url, settings.token);
  if (token !== undefined) return token;
  throw new Plain(
    "no token is given; give MUSTER_TOKEN, or token in muster-host.yaml (the console makes one: Tokens, New token, scope host)",
  );
};

const work = async (commandLine: CommandLine, program: string): Promise<number> => {
  const env = variablesOf(commandLine);
  const settings = resolveSettings(commandLine, env);
  const emit = viewFor(settings);
  const host = new Host({ settings, token: tokenFor(settings), env, program, emit });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => host.stop(signal));
  process.on("SIGHUP", () => {
    const reloaded = async () => {
      const changed = resolveSettings(commandLine, variablesOf(commandLine));
      await host.reload(changed, changed.token);
    };
    void reloaded().catch((error: unknown) =>
      emit({ event: "trouble", message: `the configuration stays as it was: ${reasonOf(error)}` }),
    );
  });
  const once = commandLine.command === "once";
  const { counts, isComplete } = await host.work({ once });
  return once && (counts.FAILED > 0 || !isComplete) ? 1 : 0;
};

const status = async ({ flags }: CommandLine): Promise<number> => {
  const state = new StateFolder(stateFolderIn({ flags }, process.env));
  const answer = await queryStatus(statusAddress(state, process.platform));
  if (answer === undefined) {
    process.stdout.write(flags.json === true ? `{"running":false}\n` : `no host of ${state.path} runs\n`);
    return 1;
  }
  process.stdout.write(
    flags.json === true ? `${answer}\n` : `${JSON.stringify(JSON.parse(answer), null, 2)}\n`,
  );
  return 0;
};

const check = async (commandLine: CommandLine): Promise<number> => {
  const { env } = process;
  const settings = resolveSettings(commandLine, env);
  const token = new StateFolder(settings.stateFolder).tokenFor(settings.url, settings.token);
  const checked = await checkHost(settings, token, env);
  const lines = settings.json ? checked.map((each) => JSON.stringify(each)) : linesOf(checked);
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
  return checked.every(({ wrong }) => wrong === null) ? 0 : 1;
};

const version = async (): Promise<number> => {
  process.stdout.write(`muster-host ${VERSION} (protocol ${PROTOCOL})\n`);
  return 0;
};

const COMMANDS: Record<Command, (commandLine: CommandLine, program: string) => Promise<number>> = {
  run: work,
  once: work,
  check,
  status,
  service: async (commandLine, program) => {
    serviceCommand(commandLine, program, process.env);
    return 0;
  },
  version,
};

/** Runs a command. Returns the exit code. */
export const runCommand = (commandLine: CommandLine, program: string): Promise<number> =>
  COMMANDS[commandLine.command](commandLine, program);
