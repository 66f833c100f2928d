import { accessSync, constants, existsSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { reasonOf } from "../programs/plain-error.ts";
import { clientSettingsOf } from "./client-settings.ts";
import { freeBytes } from "./free-disk.ts";
import { planTests } from "./plan-run.ts";
import { ServerClock } from "./server-clock.ts";
import { Refused, ServiceClient } from "./service-client.ts";
import { type AgentSettings, FRESH, type HostSettings } from "./settings.ts";
import { StateFolder } from "./state-folder.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** One check: its subject, and what is wrong and how to correct it, or null. */
export interface Checked {
  what: string;
  wrong: string | null;
}

/** With a larger offset, times of the host and of the service no longer match. */
const SKEW_MS = 5000;

const tried = async (what: string, look: () => string | null | Promise<string | null>): Promise<Checked> => {
  try {
    return { what, wrong: await look() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { what, wrong: reasonOf(error) };
  }
};

/** The path of a program, found as the system would; undefined if there is none. */
const findProgram = (
  program: string,
  directory: string,
  { PATH = "", PATHEXT = "" }: Variables,
): string | undefined => {
  const endings = ["", ...PATHEXT.split(";")];
  const folders = /[\\/]/.test(program) ? [""] : PATH.split(delimiter);
  const places = folders.flatMap((folder) =>
    endings.map((ending) => `${folder === "" ? program : join(folder, program)}${ending}`),
  );
  return places
    .map((place) => (isAbsolute(place) ? place : resolve(directory, place)))
    .find((place) => {
      try {
        accessSync(place, constants.X_OK);
        return statSync(place).isFile();
      } catch {
        return false;
      }
    });
};

/** Tries it: permissions alone do not tell. */
const writable = (folder: string, field: string): string | null => {
  try {
    rmdirSync(mkdtempSync(join(folder, ".muster-check-")));
    return null;
  } catch (error) {
    return `${folder} can't be written (${reasonOf(error)}); make it a folder that this user can write, or choose another ${field}`;
  }
};

/** What `npx` would run: a tool of the folder's packages, or of those above it. */
const findPackageTool = (tool: string, directory: string): boolean => {
  const above = dirname(directory);
  return (
    existsSync(join(directory, "node_modules", ".bin", tool)) ||
    (above !== directory && findPackageTool(tool, above))
  );
};

/** The nearest existing folder above a report. It must be writable. */
const folderOf = (glob: string, directory: string): string => {
  const whole = isAbsolute(glob) ? glob : join(directory, glob);
  let folder = dirname(whole.replace(/[*?{].*$/, "x"));
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
};

/** What an agent would run for the whole suite. */
const planOf = (agent: AgentSettings, directory: string, env: Variables) =>
  planTests(agent, {
    job: { id: 1, attempt: 1, projectId: agent.project },
    tests: null,
    runFolder: directory,
    directory,
    env,
  }).plan;

const checkAgent = (agent: AgentSettings, state: StateFolder, env: Variables): Promise<Checked>[] => {
  const name = `agent ${agent.name}`;
  const directory = agent.directory === FRESH ? state.path : agent.directory;
  const isThere = () =>
    existsSync(directory) ? null : `${directory} is not there; make it, or give another directory`;
  const command = () => {
    const { commands, shell } = planOf(agent, directory, env);
    const [program = "", option, tool = ""] = commands[0] ?? [];
    if (program === "") return "it has no command; give one, or a recipe";
    if (shell) return null;
    if (findProgram(program, directory, { ...env, ...agent.env })) {
      if (program !== "npx" || option !== "--no-install" || findPackageTool(tool, directory)) return null;
      return `${tool} is not among the packages of ${directory}; install it there (npm install), or give another command`;
    }
    return `${program} is not found in ${directory} or on PATH; install it, or give its whole path as command`;
  };
  const results = () => {
    const globs = agent.results.length > 0 ? agent.results : planOf(agent, directory, env).reports;
    return (
      [...new Set([directory, ...globs.map((glob) => folderOf(glob, directory))])]
        .map((folder) => writable(folder, "results"))
        .find((wrong) => wrong !== null) ?? null
    );
  };
  return [
    tried(`${name}: directory`, isThere),
    tried(`${name}: command`, command),
    tried(`${name}: results`, results),
  ];
};

/** What is wrong with this machine's clock if the service's is so far ahead, or null. */
export const wrongClock = (offsetMs: number): string | null => {
  if (Math.abs(offsetMs) <= SKEW_MS) return null;
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  return `is ${seconds} s ${offsetMs > 0 ? "behind" : "ahead of"} the service's; set it by NTP`;
};

/** Checks everything that a host needs. Registers nothing. */
export const checkHost = async (
  settings: HostSettings,
  token: string | undefined,
  env: Variables,
): Promise<Checked[]> => {
  const clock = new ServerClock();
  const { automation, projects: ofProjects } = new ServiceClient(
    clientSettingsOf(settings),
    () => token ?? "",
    clock,
  ).api;
  const state = new StateFolder(settings.stateFolder);
  let refused: Refused | undefined;
  const address = await tried(`address ${settings.url}`, async () => {
    try {
      await automation.hosts.$get({ query: { limit: "1" } });
      return null;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused = error;
      return null;
    }
  });
  if (address.wrong !== null) address.wrong += "; give the service's own address, without /api/v3";
  const reached = address.wrong === null;
  const ofToken = tried("token", () => {
    if (token === undefined) return "none is given; give MUSTER_TOKEN, or token in muster-host.yaml";
    if (!reached) return "can't be judged while the service does not answer";
    // A register-only token is refused here, and that is no mistake.
    return refused?.status === 401
      ? `${refused.message}; ask an admin for another (the console's Tokens)`
      : null;
  });
  const skew = tried("clock", () => {
    if (!reached) return "can't be judged while the service does not answer";
    return clock.offsetMs === undefined ? null : wrongClock(clock.offsetMs);
  });
  const projects = [...new Set(settings.agents.map(({ project }) => project))].map((project) =>
    tried(`project ${project}`, async () => {
      if (!reached || refused) return null;
      await ofProjects[":project"].$get({ param: { project: String(project) } });
      return null;
    }),
  );
  const disk = tried("disk", async () => {
    const free = await freeBytes(state.path);
    return free >= settings.freeDiskBytes
      ? null
      : `${Math.floor(free / 1e6)} MB are free at ${state.path}; free some, or lower free_disk`;
  });
  return Promise.all([
    address,
    ofToken,
    skew,
    ...projects,
    tried("state folder", () => writable(state.path, "state")),
    disk,
    ...settings.agents.flatMap((agent) => checkAgent(agent, state, env)),
  ]);
};

/** One line per check; a failed one says what is wrong and how to correct it. */
export const linesOf = (checked: readonly Checked[]): string[] =>
  checked.map(({ what, wrong }) => (wrong === null ? `ok     ${what}` : `WRONG  ${what}: ${wrong}`));
