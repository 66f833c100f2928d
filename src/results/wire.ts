import * as z from "zod";
import { resultCounts } from "../jobs/result-counts.ts";
import type { Verdict } from "../project-results/flaky-rules.ts";
import type { TestName } from "../project-results/outcomes.ts";
import type { TestRow } from "../project-results/protocol.ts";
import { described, fieldsOf } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatOptionalTime, formatWireTime } from "../wire/times.ts";
import type { StoredReport } from "./intake.ts";

export const storedReportShape = shape(() =>
  described(
    z.object({
      name: z.string(),
      cases: z.int(),
      results: resultCounts,
      traceparent: z.string().optional(),
      tracestate: z.string().optional(),
    }),
    {
      fields: {
        name: "The name of the report among those of the attempt.",
        cases: "How many cases were read in it.",
        results: "What the run now counts, all its reports together.",
        traceparent: "The trace that the run belongs to; left out where it belongs to none.",
        tracestate: "What tracing systems added to traceparent; left out where there is nothing.",
      },
      example: {
        name: "report.xml",
        cases: 44,
        results: { passed: 41, failed: 1, errors: 0, skipped: 2, flaky: 1, missing: 0, quarantined: 0 },
      },
    },
  ),
);

export const wireStoredReport = ({
  name,
  cases,
  counts,
  trace,
}: StoredReport): Shaped<typeof storedReportShape> => ({
  name,
  cases,
  results: counts,
  ...trace,
});

/** The fields of a test's name. */
export const NAME = {
  file: z.string().nullable(),
  suites: z.array(z.string()),
  title: z.string(),
  parameters: z.string().nullable(),
};

export const NAME_WORDS = {
  file: "The file that it is in, where the report says one.",
  suites: "The suites around it, the outermost first.",
  title: "Its own name.",
  parameters: "What tells it from others of the same name, where the report says so.",
};

export const RECENT =
  "Its last 20 runs, the newest first, a letter each: p passed, y flaky, s skipped, f failed, e error.";
const FAILING_SINCE = "The id of the job since which it has failed; null: it did not fail last.";

export const TEST_EXAMPLE = {
  test_id: 3,
  file: "test/login.spec.ts",
  suites: ["login"],
  title: "a wrong password is refused",
  parameters: null,
  recent: "fppyp",
  failures: 1,
  is_flaky: false,
  flaky_evidence: 1,
  mean_duration_ms: 812.5,
  failing_since_job_id: 647,
  quarantined_until: null,
  last_job_id: 647,
  last_run_at: "2015-04-08T03:01:48+00:00",
};

export const testShape = shape(() =>
  described(
    z.object({
      test_id: z.int(),
      ...NAME,
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
    {
      name: "Test",
      fields: {
        ...NAME_WORDS,
        test_id: "The id of the test in its project.",
        recent: RECENT,
        failures: "How many of those runs failed, without those that an outage or a lost host spoiled.",
        is_flaky: "Whether it is flaky by the project's rules.",
        flaky_evidence: "How many observations speak for that.",
        mean_duration_ms: "How long it takes on average, in milliseconds; null: not known.",
        failing_since_job_id: FAILING_SINCE,
        quarantined_until:
          "Until when its failures fail no job: a UTC time; null: it is under no quarantine.",
        last_job_id: "The id of the job that ran it last.",
        last_run_at: "When it ran last: a UTC time.",
      },
      example: TEST_EXAMPLE,
    },
  ),
);

export const named = ({ file, suites, title, parameters }: TestName) => ({ file, suites, title, parameters });

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
  described(
    testShape().extend({
      evidence: z.array(
        described(
          z.object({
            rule: z.enum(["retry", "build", "materials"]),
            at: z.string(),
            job_ids: z.array(z.int()),
            content: z.string().nullable(),
          }),
          {
            fields: {
              rule: "What was seen: a pass after a retry, or two outcomes of one build or of the same materials.",
              at: "When: a UTC time.",
              job_ids: "The id of the job, or of the two jobs of one content with different outcomes.",
              content:
                "The build or commit, or a digest of the tests, that both ran; null: one run is evidence by itself.",
            },
          },
        ),
      ),
    }),
    {
      fields: { ...fieldsOf(testShape()), evidence: "What speaks for its being flaky, the oldest first." },
      example: {
        ...TEST_EXAMPLE,
        evidence: [{ rule: "build", at: "2015-04-08T03:01:48+00:00", job_ids: [646, 647], content: "1.4.2" }],
      },
    },
  ),
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
