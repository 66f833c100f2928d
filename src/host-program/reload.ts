import { isDeepStrictEqual } from "node:util";
import type { HostSettings } from "./settings.ts";

/** Settings that a running host cannot change, with their names in the configuration. */
const FIXED = [
  ["url", "url"],
  ["stateFolder", "state"],
  ["name", "name"],
  ["labels", "labels"],
  ["pollSeconds", "poll_seconds"],
  ["leaseSeconds", "lease_seconds"],
  ["retrySeconds", "retry_seconds"],
  ["timeoutSeconds", "timeout_seconds"],
] as const satisfies [keyof HostSettings, string][];

export interface Reloaded {
  settings: HostSettings;
  /** The names of the changed settings that wait for the next start. */
  waiting: string[];
}

/** What of a changed configuration a running host applies. */
export const reloaded = (present: HostSettings, changed: HostSettings): Reloaded => ({
  settings: { ...changed, ...Object.fromEntries(FIXED.map(([field]) => [field, present[field]])) },
  waiting: FIXED.filter(([field]) => !isDeepStrictEqual(present[field], changed[field])).map(
    ([, name]) => name,
  ),
});
