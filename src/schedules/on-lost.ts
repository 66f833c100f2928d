/** What becomes of a run under a lease whose host is lost: failed for people to look at, or planned again. */
export const ON_LOST = ["fail", "requeue"] as const;
export type OnLost = (typeof ON_LOST)[number];
