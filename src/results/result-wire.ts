import * as z from "zod";
import { failureGroup } from "../project-results/failure-groups.ts";
import { RESULT_OUTCOMES } from "../project-results/outcomes.ts";
import type { HistoryRow, ResultRow } from "../project-results/protocol.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";
import type { JobResults } from "./reading.ts";
import { FAILING_SINCE, NAME, NAME_WORDS, named, RECENT } from "./wire.ts";

export const resultShape = shape(() =>
  described(
    z.object({
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
      group: z.string().nullable(),
      recent: z.string(),
      is_flaky: z.boolean(),
      failing_since_job_id: z.int().nullable(),
    }),
    {
      fields: {
        ...NAME_WORDS,
        result_id: "The id of the result; null: it is missing.",
        test_id: "The id of the test; null: the result is missing.",
        outcome: "How it went; missing: it was due and is in no report.",
        flaky: "Whether it failed first and passed when tried again.",
        quarantined: "Whether it failed under quarantine, which fails no job.",
        duration_ms: "How long it took, in milliseconds; null: the report does not say.",
        attempts: "How many times it was tried in this run; 0: it is missing.",
        test_run_id: "The id of the test run that it is the result of; null: none has its content.",
        report: "The name of the report that it is from; null: it is missing.",
        message: "What failed, in a line or a few; null: nothing did.",
        detail: "The rest, like a stack; null: there is none.",
        group: "The message without numbers, ids, addresses and times: failures of one group are alike.",
        recent: RECENT,
        is_flaky: "Whether the test is flaky by the project's rules.",
        failing_since_job_id: FAILING_SINCE,
      },
      example: {
        result_id: 12,
        test_id: 3,
        file: "test/login.spec.ts",
        suites: ["login"],
        title: "a wrong password is refused",
        parameters: null,
        outcome: "failed",
        flaky: false,
        quarantined: false,
        duration_ms: 812.5,
        attempts: 1,
        test_run_id: 6691,
        report: "report.xml",
        message: "expected 401, got 200",
        detail: null,
        group: "expected <n>, got <n>",
        recent: "fppyp",
        is_flaky: false,
        failing_since_job_id: 647,
      },
    },
  ),
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
  described(
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
      discounted: z.boolean(),
      duration_ms: z.number().nullable(),
      attempts: z.int(),
      message: z.string().nullable(),
    }),
    {
      fields: {
        result_id: "The id of the result.",
        job_id: "The id of the job that ran it.",
        attempt: "The number of that job's attempt.",
        host_server_id: "The id of the host that ran it.",
        build: "The build that was tested; null: none was reported.",
        at: "When it was reported: a UTC time.",
        outcome: "How it went.",
        flaky: "Whether it failed first and passed when tried again.",
        quarantined: "Whether it failed under quarantine, which fails no job.",
        discounted: "Whether it says nothing of the test, because its run was an outage or its host failed.",
        duration_ms: "How long it took, in milliseconds; null: the report does not say.",
        attempts: "How many times it was tried in this run.",
        message: "What failed, in a line or a few; null: nothing did.",
      },
      example: {
        result_id: 12,
        job_id: 647,
        attempt: 1,
        host_server_id: 86,
        build: "1.4.2",
        at: "2015-04-08T03:01:48+00:00",
        outcome: "failed",
        flaky: false,
        quarantined: false,
        discounted: false,
        duration_ms: 812.5,
        attempts: 1,
        message: "expected 401, got 200",
      },
    },
  ),
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
