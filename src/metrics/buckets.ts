/** Upper bounds of a histogram's buckets, in seconds; the last bucket has none. */
export const WAIT_BOUNDS = [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400] as const;
export const RUN_BOUNDS = [1, 10, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200] as const;

/** The bound that stands for none. */
export const UNBOUNDED = "+Inf";
