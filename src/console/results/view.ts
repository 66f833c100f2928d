import type * as z from "zod";
import type { Call } from "../../call.ts";
import { countsOf, type ResultCounts } from "../../jobs/result-counts.ts";
import type { ProjectOverview, RedGroup } from "../../project-results/protocol.ts";
import { getTest, listTests, type TestPath, type testsQuery, withEvidence } from "../../results/reading.ts";

/** The maximum of runs on a test's page. */
const MAX_RUNS = 30;

/** The results of a job's current attempt: the counts, and the failed tests by kind of failure. */
export interface JobResultsView {
  counts: ResultCounts;
  red: RedGroup[];
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
  const red = await call.results(job.projectId, (object) => object.redGroups(job.id, job.attempt));
  return { counts, red };
};

/** A test, its evidence of flakiness, its last runs, and its quarantine. Throws `not_found`. */
export const readTest = async (call: Call, path: TestPath) => {
  const test = await getTest(call, path);
  const [verdict, runs, quarantine] = await Promise.all([
    withEvidence(call, path.project, test),
    call.results(path.project, (object) => object.history(path.test, Number.MAX_SAFE_INTEGER, MAX_RUNS)),
    call.results(path.project, (object) => object.quarantineOf(path.test, call.now)),
  ]);
  return { test, verdict, runs, quarantine };
};
export type TestPage = Awaited<ReturnType<typeof readTest>>;

/** A page of a project's tests; the first one, without a search or another order, with the project in short. Throws `not_found`. */
export const readTests = async (call: Call, project: number, filter: z.output<typeof testsQuery>) => {
  const list = await listTests(call, project, filter);
  const isFirst = filter.after === 0 && filter.search === undefined && filter.sort === "recent";
  const overview: ProjectOverview | null = isFirst
    ? await call.results(project, (object) => object.overview(call.now))
    : null;
  return { ...list, overview };
};
export type TestList = Awaited<ReturnType<typeof readTests>>;
