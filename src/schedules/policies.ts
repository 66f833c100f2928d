/** What becomes of a run under a lease whose host is lost: failed for people to look at, or planned again. */
export const ON_LOST = ["fail", "requeue"] as const;
export type OnLost = (typeof ON_LOST)[number];

/** What becomes of a run whose time comes while another of its schedule still runs: it is skipped, it runs beside it, or it takes its place. */
export const OVERLAPS = ["skip", "allow", "cancel_running"] as const;
export type Overlap = (typeof OVERLAPS)[number];

/** What becomes of runs that could not be made or handed out: the latest one is made up for, or none. */
export const MISSED = ["run_once", "skip"] as const;
export type Missed = (typeof MISSED)[number];
