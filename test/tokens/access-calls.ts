import { hostCalls } from "./access-hosts.ts";
import { installationCalls } from "./access-installation.ts";
import type { Calls } from "./access-paths.ts";
import { runCalls } from "./access-runs.ts";
import { scheduleCalls } from "./access-schedules.ts";

/** Who may make which call: a table of its own, beside that of `src/access`. A route that is in none of its rows fails a test. */
export const CALLS: Calls = { ...hostCalls, ...scheduleCalls, ...runCalls, ...installationCalls };
