import * as z from "zod";
import { described } from "../wire/described.ts";
import type { JobView } from "./store.ts";

const count = z.int();

/** How many results of each outcome an attempt has. A flaky test has passed; a quarantined one has failed without failing the job. */
export const resultCounts = described(
  z.object({
    passed: count,
    failed: count,
    errors: count,
    skipped: count,
    flaky: count,
    missing: count,
    quarantined: count,
  }),
  {
    name: "ResultCounts",
    fields: {
      passed: "How many tests passed, the flaky ones too.",
      failed: "How many tests failed.",
      errors: "How many tests broke instead of failing.",
      skipped: "How many tests were skipped.",
      flaky: "How many of the passed failed first and passed when tried again.",
      missing: "How many tests of the job are in no report.",
      quarantined: "How many tests failed under quarantine, which fails no job.",
    },
    example: { passed: 41, failed: 1, errors: 0, skipped: 2, flaky: 1, missing: 0, quarantined: 0 },
  },
);
export type ResultCounts = z.output<typeof resultCounts>;

type Counted = Pick<JobView, "attempt" | "results" | "resultsAttempt">;

/** The counts of a job's current attempt; null if it sent no report. */
export const countsOf = ({ attempt, results, resultsAttempt }: Counted): ResultCounts | null =>
  results === null || resultsAttempt !== attempt ? null : resultCounts.parse(JSON.parse(results));

/** Why a run that its host reported as COMPLETED has failed. */
export const TESTS_FAILED = "tests_failed";
export const TESTS_MISSING = "tests_missing";

/** Whether each failure of a job's current attempt is of a test under quarantine. */
export const isExcused = (job: Counted): boolean => {
  const counts = countsOf(job);
  return counts !== null && counts.quarantined > 0 && counts.failed + counts.errors === 0;
};

/** Why the results of a job's current attempt fail it; null if they don't, or there are none. */
export const failureOf = (job: Counted): typeof TESTS_FAILED | typeof TESTS_MISSING | null => {
  const counts = countsOf(job);
  if (counts === null) return null;
  if (counts.failed + counts.errors > 0) return TESTS_FAILED;
  return counts.missing > 0 ? TESTS_MISSING : null;
};
