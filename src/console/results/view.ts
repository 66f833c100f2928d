import type { Call } from "../../call.ts";
import { countsOf, type ResultCounts } from "../../jobs/result-counts.ts";
import type { ResultRow } from "../../project-results/protocol.ts";
import { getTestWithEvidence, type listTests, type TestPath } from "../../results/reading.ts";
import { getLog, type Log, logBytes } from "../../run-files/log-reading.ts";

/** The maximum of failed tests on a job's page. */
const MAX_RED = 50;
/** The maximum of runs on a test's page. */
const MAX_RUNS = 50;
/** The maximum of output on a page; its end is shown. */
const OUTPUT_BYTES = 256 * 1024;

/** The results of a job's current attempt: the counts, and the failed tests in full. */
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

/** The results of a job's current attempt; null without a report. One object call if tests failed. */
export const readJobResults = async (call: Call, job: Counted): Promise<JobResultsView | null> => {
  const counts = countsOf(job);
  if (counts === null) return null;
  if (counts.failed + counts.errors + counts.quarantined === 0) return { counts, red: [] };
  const query = { job: job.id, attempt: job.attempt, outcome: "red", after: 0, limit: MAX_RED } as const;
  const red = await call.results(job.projectId, (object) => object.jobResults(query));
  return { counts, red };
};

/** A test, its evidence of flakiness, and its last runs. Throws `not_found`. */
export const readTest = async (call: Call, path: TestPath) => {
  const { test, verdict } = await getTestWithEvidence(call, path);
  const runs = await call.results(path.project, (object) =>
    object.history(path.test, Number.MAX_SAFE_INTEGER, MAX_RUNS),
  );
  return { test, verdict, runs };
};
export type TestPage = Awaited<ReturnType<typeof readTest>>;

export type TestList = Awaited<ReturnType<typeof listTests>>;

/** The end of a run's output. */
export interface Output {
  log: Log;
  text: string;
  /** The offset of `text`, in bytes. */
  from: number;
}

/** The end of the output of a job's current attempt. Throws `not_found`. */
export const readOutput = async (call: Call, place: { project: number; job: number }): Promise<Output> => {
  const log = await getLog(call, place, { attempt: undefined, from: 0 });
  const from = Math.max(0, log.end - OUTPUT_BYTES);
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of logBytes(call, log, { from, until: log.end }))
    text += decoder.decode(piece, { stream: true });
  text += decoder.decode();
  // The first line is cut off; leave it out.
  return { log, from, text: from === 0 ? text : text.slice(text.indexOf("\n") + 1) };
};
