import * as z from "zod";
import { getProject } from "../access/known.ts";
import type { Call } from "../call.ts";
import { getTwoJobs, type JobPath } from "../jobs/jobs.ts";
import { type Material, parseMaterials } from "../jobs/materials.ts";

import type { JobView } from "../jobs/store.ts";

import { type Comparison, MAX_COMPARED } from "../project-results/comparison.ts";

import { judgeFlaky, type Verdict } from "../project-results/flaky-rules.ts";
import { RESULT_OUTCOMES } from "../project-results/outcomes.ts";
import type { HistoryRow, ResultRow, TestRow } from "../project-results/protocol.ts";
import { TEST_SORTS } from "../project-results/test-lists.ts";
import { described, fieldsOf } from "../wire/described.ts";
import { oneOf, wholeInQuery } from "../wire/fields.ts";
import { pageQuery } from "../wire/list-pages.ts";
import { notFound } from "../wire/refusals.ts";
import { getStoredRun } from "./run.ts";

export const attemptFilter = wholeInQuery({ from: 1 }).optional();
export const ATTEMPT = "The number of the attempt; the current one by default.";

const OUTCOME_FILTERS = [...RESULT_OUTCOMES, "flaky", "red", "missing"] as const;

export const jobResultsQuery = described(
  pageQuery.extend({ attempt: attemptFilter, outcome: oneOf(OUTCOME_FILTERS).optional() }),
  {
    fields: {
      ...fieldsOf(pageQuery),
      attempt: ATTEMPT,
      outcome:
        "Only results of this outcome; red is failed and error. Tests that were due and are in no report are listed with missing alone.",
    },
  },
);

/** A page of a job's results. `missing` are the due test runs that are in no report. */
export interface JobResults {
  rows: ResultRow[];
  missing: Material[];
  next: number | undefined;
}

const cut = <Row>(rows: Row[], limit: number, idOf: (row: Row) => number) => {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, next: rows.length > limit && last !== undefined ? idOf(last) : undefined };
};

/** A page by id of the results of one attempt. Throws `not_found`. */
export const listJobResults = async (
  call: Call,
  path: JobPath,
  { attempt: requested, outcome, after, limit }: z.output<typeof jobResultsQuery>,
): Promise<JobResults> => {
  const { job, attempt, row } = await getStoredRun(call, path, requested);
  if (outcome === "missing") {
    const found = await call.results(path.project, (object) => object.matchedTestRuns(job, attempt));
    const matched = new Set(found);
    // Of an attempt without a report nothing is said, and with the row of a job its test runs are gone.
    const due = found === null || row === null ? [] : parseMaterials(row.materials);
    const left = due
      .filter(({ test_run_id }) => test_run_id > after && !matched.has(test_run_id))
      .sort((one, other) => one.test_run_id - other.test_run_id);
    const { page, next } = cut(left, limit, ({ test_run_id }) => test_run_id);
    return { rows: [], missing: page, next };
  }
  const rows = await call.results(path.project, (object) =>
    object.jobResults({
      ...{ job, attempt, outcome: outcome ?? null },
      ...{ after, limit: limit + 1, judgedAt: call.now },
    }),
  );
  const { page, next } = cut(rows, limit, ({ id }) => id);
  return { rows: page, missing: [], next };
};

const SEARCH_FORM = "must be 3 to 255 characters";
const searched = z.string().trim().min(3, { error: SEARCH_FORM }).max(255, { error: SEARCH_FORM }).optional();

const MAX_LISTED = 10_000;

export const testsQuery = described(
  z.object({
    limit: pageQuery.shape.limit,
    after: pageQuery.shape.after.refine((after) => after <= MAX_LISTED, {
      error: `must be at most ${MAX_LISTED}: search instead`,
    }),
    search: searched,
    failure: searched,
    sort: oneOf(TEST_SORTS).default("recent"),
  }),
  {
    fields: {
      ...fieldsOf(pageQuery),
      after: "The number of tests to skip.",
      search: "Part of a test's file, suites, title or parameters.",
      failure:
        "Words that one of the latest failures has, all in its message or all in the first 4,000 characters of its detail.",
      sort: "By what the tests are ordered, the first of it first.",
    },
  },
);

/** A test as it is at `now`: a quarantine that is over is none, though its row stays until the test's next result. */
const testAt = (test: TestRow, now: number): TestRow =>
  test.quarantinedUntil !== null && test.quarantinedUntil <= now ? { ...test, quarantinedUntil: null } : test;

/** A project's tests with their recent results. Throws `not_found`. */
export const listTests = async (call: Call, project: number, query: z.output<typeof testsQuery>) => {
  const found = await getProject(call, project);
  const { search = null, failure = null, sort, after, limit } = query;
  const rows = await call.results(project, (object) =>
    object.tests({ search, failure, sort, after, limit: limit + 1 }, call.now),
  );
  const next = rows.length > limit ? after + limit : undefined;
  return { project: found, rows: rows.slice(0, limit).map((row) => testAt(row, call.now)), next };
};

export interface TestPath {
  project: number;
  test: number;
}

/** One test of the project. Throws `not_found`. */
export const getTest = async (call: Call, { project, test }: TestPath): Promise<TestRow> => {
  await getProject(call, project);
  const found = await call.results(project, (object) => object.oneTest(test, call.now));
  if (!found) throw notFound("test", test);
  return testAt(found, call.now);
};

/** Whether a test is flaky, and why. A test without stored evidence has none, and its runs are not read. */
export const withEvidence = async (call: Call, project: number, test: TestRow): Promise<Verdict> => {
  if (test.evidence === 0) return { isFlaky: false, evidence: [] };
  const { runs, rules } = await call.results(project, (object) => object.seenRuns(test.id));
  return judgeFlaky(runs, rules, call.now);
};

/** A test with its evidence of flakiness. Throws `not_found`. */
export const getTestWithEvidence = async (call: Call, path: TestPath) => {
  const test = await getTest(call, path);
  return { test, verdict: await withEvidence(call, path.project, test) };
};

export const historyQuery = described(
  z.object({ limit: pageQuery.shape.limit.default(20), after: pageQuery.shape.after }),
  { fields: { ...fieldsOf(pageQuery), after: "The last result_id of the page before." } },
);

/** A page of a test's results, newest first. Throws `not_found`. */
export const getTestHistory = async (
  call: Call,
  path: TestPath,
  { limit, after }: z.output<typeof historyQuery>,
): Promise<{ rows: HistoryRow[]; next: number | undefined }> => {
  await getTest(call, path);
  const before = after === 0 ? Number.MAX_SAFE_INTEGER : after;
  const rows = await call.results(path.project, (object) => object.history(path.test, before, limit + 1));
  const { page, next } = cut(rows, limit, ({ id }) => id);
  return { rows: page, next };
};

/** Two jobs and the differences between their current attempts. Throws `not_found`. */
export const compareJobs = async (
  call: Call,
  { project, job, other_job }: { project: number; job: number; other_job: number },
): Promise<Comparison & { earlier: JobView; later: JobView }> => {
  const [earlier, later] = await getTwoJobs(call, project, [job, other_job]);
  const comparison = await call.results(project, (object) =>
    object.compare(
      { job: earlier.id, attempt: earlier.attempt },
      { job: later.id, attempt: later.attempt },
      MAX_COMPARED,
    ),
  );
  return { ...comparison, earlier, later };
};
