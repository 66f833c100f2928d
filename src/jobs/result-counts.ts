import * as z from "zod";
import type { JobView } from "./store.ts";

const count = z.int();

/** How many results of each outcome an attempt has. A flaky test has passed; a quarantined one has failed without failing the job. */
export const resultCounts = z.object({
  passed: count,
  failed: count,
  errors: count,
  skipped: count,
  flaky: count,
  missing: count,
  quarantined: count,
});
export type ResultCounts = z.output<typeof resultCounts>;

type Counted = Pick<JobView, "attempt" | "results" | "resultsAttempt">;

/** The counts of a job's current attempt; null if it sent no report. */
export const countsOf = ({ attempt, results, resultsAttempt }: Counted): ResultCounts | null =>
  results === null || resultsAttempt !== attempt ? null : resultCounts.parse(JSON.parse(results));

/** Why a run that its host reported as COMPLETED has failed. */
export const TESTS_FAILED = "tests_failed";
export const TESTS_MISSING = "tests_missing";

/** Why the results of a job's current attempt fail it; null if they don't, or there are none. */
export const failureOf = (job: Counted): typeof TESTS_FAILED | typeof TESTS_MISSING | null => {
  const counts = countsOf(job);
  if (counts === null) return null;
  if (counts.failed + counts.errors > 0) return TESTS_FAILED;
  return counts.missing > 0 ? TESTS_MISSING : null;
};
