import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Plain, reasonOf } from "../programs/plain-error.ts";
import type { CommandLine } from "./options.ts";
import { configPath, stateFolderIn } from "./resolve-settings.ts";
import { type Unit, unitFor } from "./service-unit.ts";
import { FRESH } from "./settings.ts";
import { StateFolder } from "./state-folder.ts";
import { keepVariables } from "./variables-file.ts";

type Variables = Readonly<Record<string, string | undefined>>;

const runAll = (commands: Unit["install"]): void => {
  for (const [program = "", ...args] of commands) execFileSync(program, args, { stdio: "inherit" });
};

/** Options that the unit sets itself or does not need. The token must not be in a command line. */
const NOT_PASSED = ["token", "print", "system", "help", "json", "config", "state", "directory"];

/** The agent's folder, if it is not of the configuration. Absolute: a task of Windows starts elsewhere. */
const folderOf = (flags: CommandLine["flags"], env: Variables, config: string | undefined): string[] => {
  if (config !== undefined && flags.directory === undefined) return [];
  const folder = String(flags.directory ?? (env.MUSTER_DIRECTORY || "."));
  return ["--directory", folder === FRESH ? FRESH : resolve(folder)];
};

/** The options of the command line, as they were given. */
const given = ({ flags, argv }: Pick<CommandLine, "flags" | "argv">, folder: readonly string[]): string[] => {
  const options = Object.entries(flags).flatMap(([name, value]) => {
    if (NOT_PASSED.includes(name) || value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [value].flat().flatMap((each) => [`--${name}`, String(each)]);
  });
  return [...options, ...folder, ...(argv.length === 0 ? [] : ["--", ...argv])];
};

/** Installs or removes the unit; with `--print`, only prints it. Throws `Plain`. */
export const serviceCommand = (
  { flags, words, argv }: CommandLine,
  program: string,
  env: Variables,
): void => {
  const [deed, ...more] = words;
  if ((deed !== "install" && deed !== "remove") || more.length > 0) {
    throw new Plain("service install, or service remove: say which (--print shows the unit)");
  }
  const state = stateFolderIn({ flags }, env);
  const config = configPath(flags, env);
  const environment = join(state, "environment");
  const args = given({ flags, argv }, folderOf(flags, env, config));
  const unit = unitFor({
    ...{ platform: process.platform, system: flags.system === true, node: process.execPath, program },
    ...{ config, state, environment, directory: process.cwd(), args },
  });
  const shown = deed === "install" ? unit.text : unit.removal;
  if (flags.print === true) {
    process.stdout.write(shown);
    return;
  }
  try {
    if (deed === "install") {
      const token = typeof flags.token === "string" ? { MUSTER_TOKEN: flags.token } : {};
      keepVariables(new StateFolder(state).file("environment"), { ...env, ...token });
    }
    if (unit.path === null) {
      process.stdout.write(shown);
      return;
    }
    if (deed === "remove") {
      runAll(unit.remove);
      rmSync(unit.path, { force: true });
    } else {
      mkdirSync(dirname(unit.path), { recursive: true });
      writeFileSync(unit.path, unit.text);
      runAll(unit.install);
    }
  } catch (error) {
    throw new Plain(`service ${deed}: ${reasonOf(error)}`);
  }
  process.stdout.write(`${deed === "install" ? "installed" : "removed"} ${unit.path}\n`);
};
