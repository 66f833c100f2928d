import type { ResultOutcome, TestName } from "./outcomes.ts";

interface Side {
  outcome: ResultOutcome;
  durationMs: number | null;
}

export interface Compared {
  id: number;
  name: TestName;
  /** null: the earlier run has no result of it. */
  earlier: Side | null;
  later: Side;
}

export const COMPARED_LISTS = ["newly_failing", "fixed", "slower"] as const;

/** The differences between two runs of a project. */
export interface Comparison {
  newlyFailing: Compared[];
  fixed: Compared[];
  slower: Compared[];
  /** The lists that end at their maximum length, and had more. */
  cut: (typeof COMPARED_LISTS)[number][];
}

/** A test is slower if it takes half as long again and at least this much longer. */
export const SLOWER_MS = 100;
/** The maximum length of each list. */
export const MAX_COMPARED = 1000;
