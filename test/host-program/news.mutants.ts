import type { Mutant } from "../mutants/mutant.ts";

const NEWS = "test/host-program/host-news.test.ts";

/** The guards of what a host's pings say besides that it lives. */
export const mutants: Mutant[] = [
  {
    guard: "reports that were just made do not wait",
    code: "ending !== null && ending.endedAt <= now - WAITING_MS",
    instead: "ending !== null",
    tests: [NEWS],
    named: "reports wait",
  },
  {
    guard: "a clock that is off by little is right",
    code: "Math.abs(aheadMs) > CLOCK_MS ?",
    instead: "true ?",
    tests: [NEWS],
    named: "says what is wrong",
  },
  {
    guard: "the end of what was wrong is news",
    code: "(news.disk === null) !== (before.disk === null) ||",
    instead: "(news.disk !== null && before.disk === null) ||",
    tests: [NEWS],
    named: "it is news",
  },
];
