import type { Mutant } from "../mutants/mutant.ts";

const FILTER = "test/schedules/test-filter.test.ts";

/** The guards of which tests a schedule's filter finds. */
export const mutants: Mutant[] = [
  {
    guard: "a filter that finds nothing makes no schedule, which would run everything",
    code: "COUNT(*) BETWEEN 1 AND ${MAX_TEST_RUNS}",
    instead: "1",
    tests: [FILTER],
  },
  {
    guard: "a beginning and an end do not overlap",
    code: "length(${text}) >= length(${from}) + length(${to}) AND",
    instead: "",
    tests: [FILTER],
  },
];
