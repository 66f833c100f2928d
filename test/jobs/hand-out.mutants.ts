import type { Mutant } from "../mutants/mutant.ts";

const HAND_OUT = "test/jobs/hand-out.test.ts";
const POLICIES = "test/schedules/policies.test.ts";
const SILENCE = "test/jobs/silence.test.ts";

/** The guards of what a poll hands out and what it counts. */
export const mutants: Mutant[] = [
  {
    guard: "a run hides the later jobs of its schedule from polls",
    code: "WHEN ${jobs.overlap} = 'skip' AND ${runsBeside(of.now)} THEN",
    instead: "WHEN false AND ${runsBeside(of.now)} THEN",
    tests: [POLICIES],
    named: "what comes due behind a run is skipped",
  },
  {
    guard: "a job that can go hides the later ones of its schedule",
    code: "WHEN ${waitsBehind({ hostId, from: of.from, now: of.now, among })}",
    instead: "WHEN false AND ${waitsBehind({ hostId, from: of.from, now: of.now, among })}",
    tests: [POLICIES],
    named: "a host that was there gets the earliest",
  },
  {
    guard: "what waits behind another is counted as held",
    code: "held: rows[0]?.held ?? 0,",
    instead: "held: 0,",
    tests: [HAND_OUT],
    named: "is counted as held",
  },
  {
    guard: "a poll that hands out nothing counts what is held",
    code: "ELSE ${heldSoFar} = 1 END`",
    instead: "ELSE false AND ${heldSoFar} = 1 END`",
    tests: [HAND_OUT],
    named: "is counted as held",
  },
  {
    guard: "what waits behind another does not count as left",
    code: "total: sql<number>`SUM(${found.behind} <= 0) OVER ()`",
    instead: "total: sql<number>`COUNT(${found.behind}) OVER ()`",
    tests: [HAND_OUT],
    named: "counts neither as handed out nor as left",
  },
  {
    guard: "a look for a socket settles a silence as a poll does",
    code: "if (found.waiting === 0 || silentUntil === null) return found;",
    instead: "if (found.waiting >= 0 || silentUntil === null) return found;",
    tests: [SILENCE],
    named: "one that opens a socket",
  },
];
