/** The seed's two words for a host's status ("Ping from an Automation Host"). */
export const PRESENCES = ["Online", "Offline"] as const;
export type Presence = (typeof PRESENCES)[number];

/** The start of the ping window that `at` lies in; both epoch milliseconds, windows start at multiples of their length. */
export const windowStart = (at: number, windowMs: number): number => at - (at % windowMs);
