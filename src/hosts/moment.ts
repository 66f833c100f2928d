import type { Settings } from "../settings.ts";
import { windowStart } from "./presence.ts";

/** The time of a call to a host's object, and the waiting times in force; all in milliseconds. */
export interface Moment {
  /** Epoch. */
  now: number;
  /** The start of the ping window that `now` lies in; epoch. */
  window: number;
  contactMs: number;
  leaseMs: number;
  /** How long a host that knows of leases has to end a run that it is asked to cancel. */
  cancelMs: number;
}

export const momentOf = (now: number, settings: Settings): Moment => ({
  now,
  window: windowStart(now, settings.WINDOW_SECONDS * 1000),
  contactMs: settings.CONTACT_SECONDS * 1000,
  leaseMs: settings.LEASE_SECONDS * 1000,
  cancelMs: settings.CANCEL_SECONDS * 1000,
});
