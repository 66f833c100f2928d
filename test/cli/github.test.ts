import { expect, test } from "vitest";
import { annotationsOf, summaryOf } from "../../src/cli/github.ts";
import type { Failure } from "../../src/cli/results.ts";

const failure = (facts: Partial<Failure>): Failure => ({
  ...{ result_id: 1, test_id: 1, file: "a.spec.ts", suites: [], title: "works", parameters: null },
  ...{ outcome: "failed", flaky: false, quarantined: false, duration_ms: 1, attempts: 1 },
  ...{ test_run_id: null, report: "r.xml", message: "no", detail: null, group: null, recent: "f" },
  ...{ is_flaky: false, failing_since_job_id: null },
  ...facts,
});

test.each([
  ["with its file", {}, "::error file=a.spec.ts,title=works::no"],
  ["without a file", { file: null }, "::error title=works::no"],
  [
    "with the line that its detail names",
    { detail: "Error: no\n  at other.ts:3:1\n  at /work/a.spec.ts:17:5" },
    "::error file=a.spec.ts,line=17,title=works::no",
  ],
  [
    "with all that has a meaning escaped",
    { title: "a:b,c%d", message: "one\r\n::warning::two 100%" },
    "::error file=a.spec.ts,title=a%3Ab%2Cc%25d::one%0D%0A::warning::two 100%25",
  ],
  [
    "with its suites and parameters",
    { suites: ["login"], parameters: "2" },
    "::error file=a.spec.ts,title=login > works [2]::no",
  ],
  ["without words of its own", { message: null }, "::error file=a.spec.ts,title=works::it failed"],
])("a failure is annotated %s", (_, facts, annotation) => {
  expect(annotationsOf([failure(facts)])).toEqual([annotation]);
});

test("a summary is a table in which no test's words have a meaning", () => {
  const job = { job_id: 7, status: "FAILED" as const, results: null };
  const failures = [failure({ title: "a|b <img src=x>", message: "one\n`two`" })];
  expect(summaryOf(job, { address: "https://m.test/7", failures }).split("\n")).toEqual([
    "### [Job 7](https://m.test/7): FAILED",
    "",
    "The run sent no report of tests.",
    "",
    "| failed | why |",
    "| --- | --- |",
    "| a\\|b &lt;img src=x> | one<br>\\`two\\` |",
    "",
    "",
  ]);
});
