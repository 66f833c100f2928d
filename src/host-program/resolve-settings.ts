import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import { Plain } from "../programs/plain-error.ts";
import { ConfigValue, readConfig } from "./config-file.ts";
import { labelsIn } from "./labels.ts";
import type { CommandLine } from "./options.ts";
import { detectRecipe } from "./recipe-choice.ts";
import { type AgentSettings, FRESH, type HostSettings } from "./settings.ts";
import { defaultStateFolder } from "./state-folder.ts";

type Variables = Readonly<Record<string, string | undefined>>;

const HOST_FIELDS = [
  ...["url", "token", "name", "labels", "agents", "slots", "mask", "state", "free_disk"],
  ...["poll_seconds", "lease_seconds", "drain_seconds", "stop_seconds", "retry_seconds", "timeout_seconds"],
  "give_up_seconds",
];
const AGENT_FIELDS = [
  ...["name", "project", "framework_id", "recipe", "command", "shell", "directory", "env"],
  ...["results", "artifacts", "slots", "stop_seconds", "before", "after"],
];
const CONFIG = "muster-host.yaml";
const MAX_SLOTS = 100;
const HOUR = 3600;

/** Finds a setting: a flag, else a variable, else a field of the file. */
class Sources {
  readonly #flags: CommandLine["flags"];
  readonly #env: Variables;
  readonly #fields: ReadonlyMap<string, ConfigValue>;

  constructor(flags: CommandLine["flags"], env: Variables, fields: ReadonlyMap<string, ConfigValue>) {
    this.#flags = flags;
    this.#env = env;
    this.#fields = fields;
  }

  /** The value of a field such as `stop_seconds`: of --stop-seconds, MUSTER_STOP_SECONDS or the file. */
  find(field: string, option?: string): ConfigValue | undefined {
    return this.given(field, option) ?? this.#fields.get(field);
  }

  /** The same, without the file. */
  given(field: string, option = field.replaceAll("_", "-")): ConfigValue | undefined {
    const flag = this.#flags[option];
    if (flag !== undefined) return new ConfigValue(flag, "", `--${option}`);
    const name = `MUSTER_${field.toUpperCase()}`;
    const variable = this.#env[name];
    return variable ? new ConfigValue(variable, "", name) : undefined;
  }
}

const urlIn = (value: ConfigValue | undefined): string => {
  if (value === undefined) {
    throw new Plain(`no address of the service is given; give --url, MUSTER_URL, or url in ${CONFIG}`);
  }
  const url = value
    .text()
    .trim()
    .replace(/\/+$/, "")
    .replace(/\/api\/v3$/, "");
  if (!URL.canParse(url) || !/^https?:/i.test(url))
    throw value.refuse(`must be an address such as https://muster.example.com, not ${url}`);
  return url;
};

/** A command's text as words; quoted words stay together. Anything else needs `shell: true`. */
const splitCommand = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );

/** An agent's settings; `find` gives its fields. */
const agentFrom = (
  find: (field: string) => ConfigValue | undefined,
  {
    base,
    place,
    argv,
    stopSeconds,
    slots,
  }: {
    base: string;
    place: ConfigValue | undefined;
    argv: readonly string[];
    stopSeconds: number;
    slots: number;
  },
): AgentSettings => {
  const project = find("project");
  if (!project) {
    throw (
      place?.refuse("must have a project") ??
      new Plain(`no project is given; give --project, MUSTER_PROJECT, or agents in ${CONFIG}`)
    );
  }
  const recipe = find("recipe")?.text();
  const command = find("command");
  const shell = find("shell")?.flag() ?? false;
  const given =
    command === undefined
      ? undefined
      : Array.isArray(command.value)
        ? command.texts()
        : shell
          ? [command.text()]
          : splitCommand(command.text());
  const directory = find("directory")?.text() ?? ".";
  const folder = directory === FRESH ? FRESH : resolve(base, directory);
  const commandGiven = argv.length > 0 || command !== undefined;
  return {
    name:
      find("name")?.text() ??
      recipe ??
      (commandGiven || directory === FRESH ? undefined : detectRecipe(folder)) ??
      "tests",
    project: project.whole(1, 999_999_999_999_999),
    frameworkId: find("framework_id")?.text(),
    recipe,
    command: argv.length > 0 ? argv : given,
    shell,
    directory: folder,
    env: find("env")?.variables() ?? {},
    results: find("results")?.texts() ?? [],
    artifacts: find("artifacts")?.texts() ?? [],
    slots: find("slots")?.whole(1, MAX_SLOTS) ?? slots,
    stopSeconds: find("stop_seconds")?.seconds(0, HOUR) ?? stopSeconds,
    before: find("before")?.text(),
    after: find("after")?.text(),
  };
};

/** The fields of the agent that flags and variables describe. */
const OF_ONE_AGENT = ["project", "recipe", "command", "framework_id", "directory", "results"];

const agentsFrom = (
  sources: Sources,
  listed: ConfigValue | undefined,
  usual: { base: string; argv: readonly string[]; stopSeconds: number; slots: number },
) => {
  const described =
    OF_ONE_AGENT.find((field) => sources.given(field) !== undefined) ??
    (usual.argv.length > 0 ? "command" : undefined);
  if (!listed) {
    const find = (field: string) =>
      field === "name"
        ? sources.given("agent")
        : field === "slots" || field === "stop_seconds"
          ? undefined
          : sources.given(field);
    return [agentFrom(find, { ...usual, base: process.cwd(), place: undefined })];
  }
  if (described !== undefined) {
    throw listed.refuse(
      `describes the agents already; leave out --${described.replaceAll("_", "-")} (or MUSTER_${described.toUpperCase()}), or the list`,
    );
  }
  const items = listed.items();
  if (items.length === 0) throw listed.refuse("must name an agent");
  const agents = items.map((item) => {
    const fields = item.fields(AGENT_FIELDS);
    return agentFrom((field) => fields.get(field), { ...usual, argv: [], place: item });
  });
  agents.forEach(({ name, project }, place) => {
    const same = agents.findIndex((other) => other.name === name && other.project === project);
    if (same !== place)
      throw (items[place] ?? listed).refuse(
        `is called ${name}, as agents[${same}] is; give it a name of its own`,
      );
  });
  return agents;
};

/** The configuration's path; undefined if there is none. Throws `Plain` if a named one does not exist. */
export const configPath = (flags: CommandLine["flags"], env: Variables): string | undefined => {
  const named = typeof flags.config === "string" ? flags.config : env.MUSTER_CONFIG;
  if (named) {
    if (!existsSync(named)) throw new Plain(`there is no configuration ${named}`);
    return resolve(named);
  }
  return existsSync(CONFIG) ? resolve(CONFIG) : undefined;
};

/** The fields of the configuration, and the folder that paths in it start from. */
const fieldsOfFile = (
  flags: CommandLine["flags"],
  env: Variables,
): { fields: ReadonlyMap<string, ConfigValue>; base: string } => {
  const path = configPath(flags, env);
  const config = path === undefined ? undefined : readConfig(path);
  return {
    fields: config?.fields(HOST_FIELDS) ?? new Map<string, ConfigValue>(),
    base: path === undefined ? process.cwd() : dirname(path),
  };
};

/** The absolute path of the state folder, also for commands that need no other setting. */
export const stateFolderIn = ({ flags }: Pick<CommandLine, "flags">, env: Variables): string => {
  const { fields, base } = fieldsOfFile(flags, env);
  const given = new Sources(flags, env, fields).given("state")?.text();
  if (given !== undefined) return resolve(given);
  const inFile = fields.get("state")?.text();
  return inFile === undefined ? resolve(defaultStateFolder(process.platform, env)) : resolve(base, inFile);
};

/** The host's settings: flags, then the environment, then the file. Throws `Plain` with what would be right. */
export const resolveSettings = (
  { flags, argv }: Pick<CommandLine, "flags" | "argv">,
  env: Variables,
): HostSettings => {
  const { fields, base } = fieldsOfFile(flags, env);
  const sources = new Sources(flags, env, fields);
  const slots = sources.find("slots")?.whole(1, MAX_SLOTS) ?? 1;
  const stopSeconds = sources.find("stop_seconds")?.seconds(0, HOUR) ?? 10;
  const labels = sources.find("labels", "label");
  return {
    url: urlIn(sources.find("url")),
    token: sources.find("token")?.text().trim(),
    name: sources.find("name")?.text() ?? hostname(),
    labels: labels && labelsIn(labels),
    stateFolder: stateFolderIn({ flags }, env),
    agents: agentsFrom(sources, fields.get("agents"), { base, argv, stopSeconds, slots }),
    slots,
    mask: sources.find("mask")?.texts() ?? [],
    pollSeconds: sources.find("poll_seconds")?.seconds(0.1, HOUR) ?? 2,
    leaseSeconds: sources.find("lease_seconds")?.whole(30, 900) ?? 120,
    drainSeconds: sources.find("drain_seconds")?.seconds(0, 30 * 24 * HOUR),
    freeDiskBytes: sources.find("free_disk")?.size() ?? 1e9,
    retrySeconds: sources.find("retry_seconds")?.seconds(0.01, HOUR) ?? 1,
    timeoutSeconds: sources.find("timeout_seconds")?.seconds(0.1, HOUR) ?? 30,
    giveUpSeconds: sources.find("give_up_seconds")?.seconds(1, 24 * HOUR) ?? 300,
    json: flags.json === true,
    verbose: flags.verbose === true,
  };
};
