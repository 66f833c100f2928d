const DAY_MS = 24 * 3600 * 1000;

/** From when on what is past is kept at `now`; both epoch milliseconds. What ended before may be gone. */
export const keptFrom = (now: number, retentionDays: number): number => now - retentionDays * DAY_MS;
