import fc from "fast-check";
import { expect, test } from "vitest";
import { readReport } from "../../src/reports/read-report.ts";
import { isPassing, type Report, ReportError } from "../../src/reports/report-case.ts";
import { resultsOf } from "../../src/reports/results.ts";
import { junitWriter } from "../../src/reports/write-junit.ts";
import { written } from "./written.ts";

const RUNS = 300;

/** A report, or the words of a refusal; anything else thrown fails the test. */
const read = (bytes: Uint8Array): Report | string => {
  try {
    return readReport(bytes, "any");
  } catch (error) {
    if (error instanceof ReportError) return error.message;
    throw error;
  }
};

const judge = (bytes: Uint8Array): void => {
  const report = read(bytes);
  if (typeof report === "string") {
    expect(report).toMatch(/^(must|has)/);
    return;
  }
  for (const result of resultsOf([report])) {
    expect(result.attempts).toBeGreaterThanOrEqual(1);
    expect(result.durationMs ?? 0).toBeGreaterThanOrEqual(0);
    if (result.kind === "problem") expect(isPassing(result.outcome)).toBe(false);
    if (result.flaky) expect(result.outcome).toBe("passed");
    for (const content of result.contents) expect(content).toBe(content.trim());
  }
};

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Parts of reports of all formats, so that what is put together is often almost one. */
const PARTS = [
  "<testsuites>",
  "</testsuites>",
  '<testsuite name="s">',
  "</testsuite>",
  '<testcase name="x" time="1,0">',
  "</testcase>",
  "<failure>",
  "</failure>",
  "<![CDATA[",
  "]]>",
  "<flakyFailure/>",
  "&#0;",
  "&x;",
  "<!-- ",
  " -->",
  "<testng-results>",
  '<class name="C">',
  '<test-method status="SKIP" name="m">',
  "</test-method>",
  "<TestRun>",
  '<UnitTestResult testName="t" outcome="Failed">',
  "</UnitTestResult>",
  '<test-run><test-case name="n(1)"/>',
  '{"results":{"tests":[',
  '{"name":"x","status":"passed"}',
  "]}}",
  ",",
  "[",
  "]",
  "{",
  "}",
  '{"Action":"run","Test":"T"}',
  '{"pickle":{"id":"1"}}',
  '{"testCaseStarted":{"id":"2"}}',
  '{"testCaseFinished":{"testCaseStartedId":"2"}}',
  '[{"keyword":"Feature","elements":[{"name":"x","steps":[{"result":{"status":"failed"}}]}]}]',
  "null",
  '"',
  "\\",
  "TAP version 14",
  "\n",
  "1..2",
  "ok 1 - x # SKIP",
  "not ok 2 - y",
  "    ",
  "  ---",
  "  ...",
  "# Subtest: z",
  "# start: z",
  "ok 1 x # time=0.1ms",
  "# finish: z # time=1.2ms",
  " {",
  "Bail out!",
  "\u0000",
  "\ufeff",
  "1e999",
];

test("any bytes are a report or refused with a message", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), judge), { numRuns: RUNS });
});

test("parts of reports in any order are a report or refused with a message", () => {
  const parts = fc.array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ maxLength: 5 })), { maxLength: 40 });
  fc.assert(
    fc.property(parts, fc.constantFrom("", "\n"), (all, join) => judge(bytesOf(all.join(join)))),
    { numRuns: 3 * RUNS },
  );
});

test("JSON of any form, with the marks of each format, is a report or refused with a message", () => {
  const marks = [
    (value: unknown) => ({ reportFormat: "CTRF", results: value }),
    (value: unknown) => ({ results: { tests: value, tool: value } }),
    (value: unknown) => ({ results: { tests: [value], tool: { name: "muster" } } }),
    (value: unknown) => ({ testResults: value, numTotalTests: 1 }),
    (value: unknown) => ({ testResults: [{ assertionResults: [value] }], numTotalTests: 1 }),
    (value: unknown) => ({ passes: [value], failures: [value], pending: [] }),
    (value: unknown) => ({ examples: [value], summary: value, messages: value }),
    (value: unknown) => [{ keyword: "Feature", elements: [value], before: value }],
    (value: unknown) => ({ meta: value, pickle: value, testCase: value, testStepFinished: value }),
    (value: unknown) => ({ Action: "fail", Test: value, Package: value, Output: value, Elapsed: value }),
  ];
  const names = fc.constantFrom(
    "name",
    "status",
    "suite",
    "steps",
    "result",
    "duration",
    "retries",
    "id",
    "title",
  );
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, -1, 1e300, "", "passed", "failed", "x", "PASSED", "#1.1"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(names, tie("value"), { maxKeys: 4 }),
    ),
  })).value;
  fc.assert(
    fc.property(fc.constantFrom(...marks), value, (mark, inner) =>
      judge(bytesOf(JSON.stringify(mark(inner)))),
    ),
    { numRuns: 3 * RUNS },
  );
});

test("whatever was read can be written as JUnit XML and read again, with as many results", () => {
  const parts = fc.array(fc.constantFrom(...PARTS), { maxLength: 30 });
  fc.assert(
    fc.property(parts, (all) => {
      const report = read(bytesOf(all.join("\n")));
      if (typeof report === "string") return;
      const results = resultsOf([report]);
      const again = read(bytesOf(written(junitWriter, results).join("")));
      expect(typeof again === "string" ? again : again.cases.length).toBe(results.length);
    }),
    { numRuns: RUNS },
  );
});
