import type * as z from "zod";
import { getProject } from "../../access/known.ts";
import type { Call } from "../../call.ts";
import { countsOf, type ResultCounts } from "../../jobs/result-counts.ts";
import type { ProjectOverview, RedGroup, ResultRow } from "../../project-results/protocol.ts";
import { getTest, listTests, type TestPath, type testsQuery, withEvidence } from "../../results/reading.ts";

/** The maximum of runs on a test's page. */
const MAX_RUNS = 30;

/** The number of a job's other tests on its page, and on a page of them. */
const FIRST_OTHERS = 10;
const OTHERS = 25;

/** The results of a job's current attempt: the counts, the failed tests by kind of failure, and some of the others. */
export interface JobResultsView {
  counts: ResultCounts;
  red: RedGroup[];
  others: ResultRow[];
  /** The others are a page of them all, behind this result's id; undefined: the first few. */
  after: number | undefined;
  /** There are others behind these. */
  hasMore: boolean;
}

interface Counted {
  id: number;
  projectId: number;
  attempt: number;
  results: string | null;
  resultsAttempt: number | null;
}

/**
 * The results of a job's current attempt; null without a report. `after`: the page of the tests that did not fail
 * begins behind this result; undefined: the first few of them. One object call.
 */
export const readJobResults = async (
  call: Call,
  job: Counted,
  after: number | undefined,
): Promise<JobResultsView | null> => {
  const counts = countsOf(job);
  if (counts === null) return null;
  const limit = after === undefined ? FIRST_OTHERS : OTHERS;
  const { red, others } = await call.results(job.projectId, (object) =>
    object.runResults({ job: job.id, attempt: job.attempt }, { after: after ?? 0, limit: limit + 1 }),
  );
  return { counts, red, others: others.slice(0, limit), after, hasMore: others.length > limit };
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

/** A list of the test of this id alone, or of none. Throws `not_found` without the project. */
const testOfId = async (call: Call, id: number, test: number) => {
  const project = await getProject(call, id);
  const row = await call.results(id, (object) => object.oneTest(test));
  return { project, rows: row === null ? [] : [row], next: undefined, overview: null };
};

/** A page of a project's tests, or the one of an id; the first one, without a search or another order, with the project in short. Throws `not_found`. */
export const readTests = async (
  call: Call,
  project: number,
  { filter, id }: { filter: z.output<typeof testsQuery>; id: number | undefined },
) => {
  if (id !== undefined) return testOfId(call, project, id);
  const list = await listTests(call, project, filter);
  const isFirst = filter.after === 0 && filter.search === undefined && filter.sort === "recent";
  const overview: ProjectOverview | null = isFirst
    ? await call.results(project, (object) => object.overview(call.now))
    : null;
  return { ...list, overview };
};
export type TestList = Awaited<ReturnType<typeof readTests>>;
