import { VERSION } from "../programs/version.ts";
import type { PushLoop } from "./push-loop.ts";
import type { RunningJobs } from "./running-jobs.ts";
import type { HostSettings } from "./settings.ts";
import type { Troubles } from "./troubles.ts";

interface Present {
  settings: HostSettings;
  host: number;
  guid: string;
  /** Epoch milliseconds. */
  startedAt: number;
  isDraining: boolean;
  push: PushLoop | undefined;
  troubles: Troubles;
  jobs: RunningJobs | undefined;
}

/** What `status` shows of a running host. */
export const statusOf = ({ settings, host, guid, startedAt, isDraining, push, troubles, jobs }: Present) => ({
  ...{ pid: process.pid, version: VERSION, url: settings.url, name: settings.name, host, guid },
  labels: settings.labels ?? [],
  seconds: Math.floor((Date.now() - startedAt) / 1000),
  draining: isDraining,
  ...(push?.shown() ?? { way: "http" }),
  trouble: troubles.present,
  running: jobs?.shown() ?? [],
  ended: jobs?.counts ?? {},
});
