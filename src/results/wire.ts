import * as z from "zod";
import { resultCounts } from "../jobs/result-counts.ts";
import { failureGroup } from "../project-results/failure-groups.ts";
import type { Verdict } from "../project-results/flaky-rules.ts";
import {
  type Compared,
  type Comparison,
  type HistoryRow,
  RESULT_OUTCOMES,
  type ResultRow,
  type TestName,
  type TestRow,
} from "../project-results/protocol.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatOptionalTime, formatWireTime } from "../wire/times.ts";
import type { StoredReport } from "./intake.ts";
import type { JobResults } from "./reading.ts";

export const storedReportShape = shape(() =>
  z.object({ name: z.string(), cases: z.int(), results: resultCounts }),
);

export const wireStoredReport = ({
  name,
  cases,
  counts,
}: StoredReport): Shaped<typeof storedReportShape> => ({
  name,
  cases,
  results: counts,
});

const NAME = {
  file: z.string().nullable(),
  suites: z.array(z.string()),
  title: z.string(),
  parameters: z.string().nullable(),
};

export const testShape = shape(() =>
  z.object({
    test_id: z.int(),
    ...NAME,
    /** Its last 20 runs, newest first: p(assed), y (flaky), s(kipped), f(ailed), e(rror). */
    recent: z.string(),
    failures: z.int(),
    is_flaky: z.boolean(),
    flaky_evidence: z.int(),
    mean_duration_ms: z.number().nullable(),
    failing_since_job_id: z.int().nullable(),
    quarantined_until: z.string().nullable(),
    last_job_id: z.int().nullable(),
    last_run_at: z.string().nullable(),
  }),
);

const named = ({ file, suites, title, parameters }: TestName) => ({ file, suites, title, parameters });

export const wireTest = (test: TestRow): Shaped<typeof testShape> => ({
  test_id: test.id,
  ...named(test.name),
  recent: test.strip,
  failures: test.failures,
  is_flaky: test.isFlaky,
  flaky_evidence: test.evidence,
  mean_duration_ms: test.meanMs,
  failing_since_job_id: test.failingSince,
  quarantined_until: formatOptionalTime(test.quarantinedUntil),
  last_job_id: test.lastJob,
  last_run_at: formatOptionalTime(test.lastAt),
});

export const testReadShape = shape(() =>
  testShape().extend({
    evidence: z.array(
      z.object({
        rule: z.enum(["retry", "build", "materials"]),
        at: z.string(),
        /** The run, or the two runs of one content with different outcomes. */
        job_ids: z.array(z.int()),
        content: z.string().nullable(),
      }),
    ),
  }),
);

export const wireTestRead = (
  test: TestRow,
  { isFlaky, evidence }: Verdict,
): Shaped<typeof testReadShape> => ({
  ...wireTest({ ...test, isFlaky, evidence: evidence.length }),
  evidence: evidence.map((each) => ({
    rule: each.rule,
    at: formatWireTime(each.at),
    job_ids: each.rule === "retry" ? [each.job] : each.jobs,
    content: each.rule === "retry" ? null : each.content,
  })),
});

export const resultShape = shape(() =>
  z.object({
    /** Null if it is missing. */
    result_id: z.int().nullable(),
    test_id: z.int().nullable(),
    ...NAME,
    outcome: z.enum([...RESULT_OUTCOMES, "missing"]),
    flaky: z.boolean(),
    quarantined: z.boolean(),
    duration_ms: z.number().nullable(),
    attempts: z.int(),
    test_run_id: z.int().nullable(),
    report: z.string().nullable(),
    message: z.string().nullable(),
    detail: z.string().nullable(),
    /** The message without numbers, ids, addresses and times: the group of the failure. */
    group: z.string().nullable(),
    recent: z.string(),
    is_flaky: z.boolean(),
    failing_since_job_id: z.int().nullable(),
  }),
);

const wireResult = (row: ResultRow): Shaped<typeof resultShape> => ({
  result_id: row.id,
  test_id: row.test.id,
  ...named(row.test.name),
  outcome: row.outcome,
  flaky: row.flaky,
  quarantined: row.quarantined,
  duration_ms: row.durationMs,
  attempts: row.attempts,
  test_run_id: row.testRunId,
  report: row.report,
  message: row.message,
  detail: row.detail,
  group: row.outcome === "failed" || row.outcome === "error" ? failureGroup(row.message) : null,
  recent: row.test.strip,
  is_flaky: row.test.isFlaky,
  failing_since_job_id: row.test.failingSince,
});

const NO_RESULT = {
  ...{
    result_id: null,
    test_id: null,
    file: null,
    suites: [],
    parameters: null,
    outcome: "missing" as const,
  },
  ...{ flaky: false, quarantined: false, duration_ms: null, attempts: 0, report: null, detail: null },
  ...{ group: null, recent: "", is_flaky: false, failing_since_job_id: null },
};

export const wireResults = ({ rows, missing }: JobResults): Shaped<typeof resultShape>[] => [
  ...rows.map(wireResult),
  ...missing.map(({ test_run_id, test_case_name, automation_content }) => ({
    ...NO_RESULT,
    title: test_case_name,
    test_run_id,
    message: `no report has ${automation_content}`,
  })),
];

export const historyShape = shape(() =>
  z.object({
    result_id: z.int(),
    job_id: z.int(),
    attempt: z.int(),
    host_server_id: z.int(),
    build: z.string().nullable(),
    at: z.string(),
    outcome: z.enum(RESULT_OUTCOMES),
    flaky: z.boolean(),
    quarantined: z.boolean(),
    /** Its run was an outage, or its host failed. */
    discounted: z.boolean(),
    duration_ms: z.number().nullable(),
    attempts: z.int(),
    message: z.string().nullable(),
  }),
);

export const wireHistory = (row: HistoryRow): Shaped<typeof historyShape> => ({
  result_id: row.id,
  job_id: row.job,
  attempt: row.attempt,
  host_server_id: row.hostId,
  build: row.hasBuild ? row.content : null,
  at: formatWireTime(row.at),
  outcome: row.outcome,
  flaky: row.flaky,
  quarantined: row.quarantined,
  discounted: row.discounted,
  duration_ms: row.durationMs,
  attempts: row.attempts,
  message: row.message,
});

const side = () => z.object({ outcome: z.enum(RESULT_OUTCOMES), duration_ms: z.number().nullable() });
const comparedShape = shape(() => z.object({ test_id: z.int(), ...NAME, earlier: side(), later: side() }));

export const comparisonShape = shape(() =>
  z.object({
    newly_failing: z.array(comparedShape()),
    fixed: z.array(comparedShape()),
    /** The test takes half as long again, or longer. */
    slower: z.array(comparedShape()),
  }),
);

const wireCompared = ({ id, name, earlier, later }: Compared): Shaped<typeof comparedShape> => ({
  test_id: id,
  ...named(name),
  earlier: { outcome: earlier.outcome, duration_ms: earlier.durationMs },
  later: { outcome: later.outcome, duration_ms: later.durationMs },
});

export const wireComparison = ({
  newlyFailing,
  fixed,
  slower,
}: Comparison): Shaped<typeof comparisonShape> => ({
  newly_failing: newlyFailing.map(wireCompared),
  fixed: fixed.map(wireCompared),
  slower: slower.map(wireCompared),
});
