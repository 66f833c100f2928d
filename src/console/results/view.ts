import type * as z from "zod";
import { getProject } from "../../access/known.ts";
import type { Call } from "../../call.ts";
import { type Material, parseMaterials } from "../../jobs/materials.ts";
import { countsOf, type ResultCounts } from "../../jobs/result-counts.ts";
import type { ProjectOverview, RedGroup, ResultRow } from "../../project-results/protocol.ts";
import { getTest, listTests, type TestPath, type testsQuery, withEvidence } from "../../results/reading.ts";
import { readHostNames } from "./store.ts";

/** The maximum of runs on a test's page. */
const MAX_RUNS = 30;

/** The number of a job's other tests on its page, and on a page of them. */
const FIRST_OTHERS = 10;
const OTHERS = 25;

/** The results of a job's current attempt: the counts, the failed tests by kind of failure, and some of the others. */
export interface JobResultsView {
  counts: ResultCounts;
  red: RedGroup[];
  /** The first that passed when they were tried again. */
  flaky: ResultRow[];
  /** The first that are in no report. */
  missing: Material[];
  others: ResultRow[];
  /** The others are a page of them all, behind this result's id; undefined: the first few. */
  after: number | undefined;
  /** There are others behind these. */
  hasMore: boolean;
}

/** Whether a rerun of the failed ones has some: of very many failures not all are read, and it is offered. */
export const hasRedTestRuns = ({ counts, red }: JobResultsView): boolean => {
  const rows = red.flatMap((group) => group.rows);
  return (
    counts.missing > 0 ||
    rows.length < counts.failed + counts.errors + counts.quarantined ||
    rows.some(({ testRunId, quarantined }) => testRunId !== null && !quarantined)
  );
};

interface Counted {
  id: number;
  projectId: number;
  attempt: number;
  results: string | null;
  resultsAttempt: number | null;
  /** All its test runs as JSON if some are missing. */
  dueTestRuns: string | null;
}

const MAX_MISSING = 20;

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
  const { matched, others, ...found } = await call.results(job.projectId, (object) =>
    object.runResults({ job: job.id, attempt: job.attempt }, { after: after ?? 0, limit: limit + 1 }),
  );
  const known = new Set(matched);
  const due = job.dueTestRuns === null ? [] : parseMaterials(job.dueTestRuns);
  const missing = due.filter(({ test_run_id }) => !known.has(test_run_id)).slice(0, MAX_MISSING);
  return { counts, ...found, missing, others: others.slice(0, limit), after, hasMore: others.length > limit };
};

/**
 * A test, its evidence of flakiness, its last runs or those before the result `before`, the names of their hosts, and its
 * quarantine. `older` is the last result shown if there are runs before it. Throws `not_found`.
 */
export const readTest = async (call: Call, path: TestPath, before = Number.MAX_SAFE_INTEGER) => {
  const test = await getTest(call, path);
  const [verdict, found, quarantine] = await Promise.all([
    withEvidence(call, path.project, test),
    call.results(path.project, (object) => object.history(path.test, before, MAX_RUNS + 1)),
    call.results(path.project, (object) => object.quarantineOf(path.test, call.now)),
  ]);
  const runs = found.slice(0, MAX_RUNS);
  const hosts = await readHostNames(call.db, [...new Set(runs.map(({ hostId }) => hostId))]);
  const older = found.length > MAX_RUNS ? runs.at(-1)?.id : undefined;
  return { test, verdict, runs, quarantine, hosts, older, isOlder: before !== Number.MAX_SAFE_INTEGER };
};
export type TestPage = Awaited<ReturnType<typeof readTest>>;

/** A list of the test of this id alone, or of none. Throws `not_found` without the project. */
const testOfId = async (call: Call, id: number, test: number) => {
  const project = await getProject(call, id);
  const row = await call.results(id, (object) => object.oneTest(test, call.now));
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
  const isFirst = filter.after === 0 && !filter.search && !filter.failure && filter.sort === "recent";
  const overview: ProjectOverview | null = isFirst
    ? await call.results(project, (object) => object.overview(call.now))
    : null;
  return { ...list, overview };
};
export type TestList = Awaited<ReturnType<typeof readTests>>;
