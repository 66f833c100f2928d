/** One agent of the host. */
export interface AgentSettings {
  name: string;
  project: number;
  /** Undefined: the recipe's. */
  frameworkId: string | undefined;
  /** A recipe's name. Undefined: `command` if there is one, else chosen by the framework id or the folder's files. */
  recipe: string | undefined;
  /** Replaces the tool's own command. A text is split at spaces, or passed to the shell whole. */
  command: readonly string[] | undefined;
  shell: boolean;
  /** An absolute path; `fresh`: an empty folder for each run. */
  directory: string;
  env: Readonly<Record<string, string>>;
  /** Globs of a run's reports; empty: the recipe's. */
  results: readonly string[];
  artifacts: readonly string[];
  slots: number;
  stopSeconds: number;
  before: string | undefined;
  after: string | undefined;
}

export interface HostSettings {
  url: string;
  token: string | undefined;
  name: string;
  /** Undefined: those that the service has stay. */
  labels: readonly string[] | undefined;
  stateFolder: string;
  agents: readonly AgentSettings[];
  slots: number;
  /** Names of the variables whose values are masked. */
  mask: readonly string[];
  pollSeconds: number;
  leaseSeconds: number;
  drainSeconds: number | undefined;
  freeDiskBytes: number;
  /** The first wait before a retry. */
  retrySeconds: number;
  timeoutSeconds: number;
  /** `once` ends if the service answers nothing for so long. */
  giveUpSeconds: number;
  json: boolean;
  verbose: boolean;
}

export const FRESH = "fresh";
