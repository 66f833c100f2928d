import type { Settings } from "../settings.ts";

/** The time of a call to a host's object, and the timeouts in force; all in milliseconds. */
export interface Timing {
  /** Epoch. */
  now: number;
  /** The start of the ping window that contains `now`; epoch. */
  window: number;
  contactMs: number;
  leaseMs: number;
  /** How long a host that uses leases has to end a run that it is asked to cancel. */
  cancelMs: number;
}

export const timingOf = (now: number, settings: Settings): Timing => ({
  now,
  window: windowStart(now, settings.WINDOW_SECONDS * 1000),
  contactMs: settings.CONTACT_SECONDS * 1000,
  leaseMs: settings.LEASE_SECONDS * 1000,
  cancelMs: settings.CANCEL_SECONDS * 1000,
});

/** The start of the ping window that contains `at`; both in epoch milliseconds. Windows start at multiples of their length. */
export const windowStart = (at: number, windowMs: number): number => at - (at % windowMs);
