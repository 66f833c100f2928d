import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { CommandLine } from "./options.ts";
import { Plain, reasonOf } from "./plain-error.ts";
import { configPath, stateFolderIn } from "./resolve-settings.ts";
import { type Unit, unitFor } from "./service-unit.ts";
import { StateFolder } from "./state-folder.ts";

type Variables = Readonly<Record<string, string | undefined>>;

const runAll = (commands: Unit["install"]): void => {
  for (const [program = "", ...args] of commands) execFileSync(program, args, { stdio: "inherit" });
};

/** Writes the MUSTER_ variables to the unit's environment file. Only its owner can read it: it contains the token. */
const keepEnvironment = (state: StateFolder, env: Variables, token: string | undefined): void => {
  const lines = Object.entries({ ...env, ...(token === undefined ? {} : { MUSTER_TOKEN: token }) }).filter(
    ([name, value]) => name.startsWith("MUSTER_") && value,
  );
  const text = lines.map(([name, value]) => `${name}=${JSON.stringify(value)}\n`).join("");
  writeFileSync(state.file("environment"), text, { mode: 0o600 });
};

/** Options that the unit sets itself or does not need. The token must not be in a command line. */
const NOT_PASSED = ["token", "print", "system", "help", "json", "config", "state"];

/** The options of the command line, as they were given. */
const given = ({ flags, argv }: Pick<CommandLine, "flags" | "argv">): string[] => {
  const options = Object.entries(flags).flatMap(([name, value]) => {
    if (NOT_PASSED.includes(name) || value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [value].flat().flatMap((each) => [`--${name}`, String(each)]);
  });
  return argv.length === 0 ? options : [...options, "--", ...argv];
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
  const facts = {
    ...{ platform: process.platform, system: flags.system === true, node: process.execPath, program },
    ...{ config: configPath(flags, env), state, directory: process.cwd(), args: given({ flags, argv }) },
  };
  const unit = unitFor(facts);
  if (flags.print === true || unit.path === null) {
    process.stdout.write(unit.text);
    return;
  }
  try {
    if (deed === "remove") {
      runAll(unit.remove);
      rmSync(unit.path, { force: true });
    } else {
      keepEnvironment(new StateFolder(state), env, typeof flags.token === "string" ? flags.token : undefined);
      mkdirSync(dirname(unit.path), { recursive: true });
      writeFileSync(unit.path, unit.text);
      runAll(unit.install);
    }
  } catch (error) {
    throw new Plain(`service ${deed}: ${reasonOf(error)}`);
  }
  process.stdout.write(`${deed === "install" ? "installed" : "removed"} ${unit.path}\n`);
};
