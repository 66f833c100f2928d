/** One agent of the host: whose jobs it runs, and how. */
export interface AgentSettings {
  name: string;
  project: number;
  /** Undefined: the recipe's. */
  frameworkId: string | undefined;
  /** A recipe's name; undefined: `command`, or found by the folder's own files. */
  recipe: string | undefined;
  /** What stands for the tool's own command; a text is split at its spaces, or given to the shell. */
  command: readonly string[] | undefined;
  shell: boolean;
  /** An absolute path; `fresh` is an empty folder of each run's own. */
  directory: string;
  env: Readonly<Record<string, string>>;
  /** Globs of the reports that a run leaves; empty: as the recipe says. */
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
  stateFolder: string;
  agents: readonly AgentSettings[];
  slots: number;
  /** Names of variables whose values are starred. */
  mask: readonly string[];
  pollSeconds: number;
  leaseSeconds: number;
  drainSeconds: number | undefined;
  freeDiskBytes: number;
  /** The first wait before a request is repeated. */
  retrySeconds: number;
  timeoutSeconds: number;
  json: boolean;
  verbose: boolean;
}

export const FRESH = "fresh";
