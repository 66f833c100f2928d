import type { ResultOutcome, TestName } from "./outcomes.ts";

export interface Compared {
  id: number;
  name: TestName;
  earlier: { outcome: ResultOutcome; durationMs: number | null };
  later: { outcome: ResultOutcome; durationMs: number | null };
}

/** The differences between two runs of a project; each list has a maximum length. */
export interface Comparison {
  newlyFailing: Compared[];
  fixed: Compared[];
  slower: Compared[];
}
