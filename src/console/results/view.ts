import type { Call } from "../../call.ts";
import { countsOf, type ResultCounts } from "../../jobs/result-counts.ts";
import type { ResultRow } from "../../project-results/protocol.ts";
import { getTestWithEvidence, type listTests, type TestPath } from "../../results/reading.ts";
import { getLog, type Log, logBytes } from "../../run-files/log-reading.ts";

/** How many failed tests a job's page shows. */
const MAX_RED = 50;
/** How many runs of a test its page shows. */
const MAX_RUNS = 50;
/** How much of the end of a run's output a page shows. */
const OUTPUT_BYTES = 256 * 1024;

/** What the tests of a job's present attempt came to; the failed ones first in full. */
export interface JobResultsView {
  counts: ResultCounts;
  red: ResultRow[];
}

interface Counted {
  id: number;
  projectId: number;
  attempt: number;
  results: string | null;
  resultsAttempt: number | null;
}

/** The results of a job's present attempt; null where no report of it came. One object call, where tests failed. */
export const readJobResults = async (call: Call, job: Counted): Promise<JobResultsView | null> => {
  const counts = countsOf(job);
  if (counts === null) return null;
  if (counts.failed + counts.errors + counts.quarantined === 0) return { counts, red: [] };
  const asked = { job: job.id, attempt: job.attempt, outcome: "red", after: 0, limit: MAX_RED } as const;
  const red = await call.results(job.projectId, (object) => object.jobResults(asked));
  return { counts, red };
};

/** A test, why it is taken for flaky, and how its last runs ended. Throws `not_found`. */
export const readTest = async (call: Call, path: TestPath) => {
  const { test, verdict } = await getTestWithEvidence(call, path);
  const runs = await call.results(path.project, (object) =>
    object.history(path.test, Number.MAX_SAFE_INTEGER, MAX_RUNS),
  );
  return { test, verdict, runs };
};
export type TestPage = Awaited<ReturnType<typeof readTest>>;

/** A page of a project's tests. */
export type TestList = Awaited<ReturnType<typeof listTests>>;

/** The end of what a run wrote. */
export interface Output {
  log: Log;
  text: string;
  /** Where `text` begins, in bytes. */
  from: number;
}

/** The end of the output of a job's present attempt. Throws `not_found`. */
export const readOutput = async (call: Call, place: { project: number; job: number }): Promise<Output> => {
  const log = await getLog(call, place, undefined, 0);
  const from = Math.max(0, log.end - OUTPUT_BYTES);
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of logBytes(call, log, from, log.end))
    text += decoder.decode(piece, { stream: true });
  text += decoder.decode();
  // It begins in the middle of a line.
  return { log, from, text: from === 0 ? text : text.slice(text.indexOf("\n") + 1) };
};
