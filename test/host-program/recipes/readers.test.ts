import { expect, test } from "vitest";
import { shownGoLine } from "../../../src/host-program/recipes/go-test.ts";
import { readRunReport } from "../../../src/host-program/recipes/run-report.ts";

const read = (...texts: string[]) => {
  const report = readRunReport(
    texts.map((text, index) => ({ name: `${index + 1}-report`, bytes: new TextEncoder().encode(text) })),
  );
  if (!report) throw new Error("There is no report.");
  return report;
};
const lines = (...objects: object[]) => `${objects.map((each) => JSON.stringify(each)).join("\n")}\n`;
const brief = ({ cases }: ReturnType<typeof read>) =>
  cases.map(({ suites, name, outcome }) => [[...suites, name].join(" > "), outcome]);

test("no file is no report, and several files are one", () => {
  expect(readRunReport([])).toBe(null);
  const xml = (name: string) => `<testsuite name="s"><testcase name="${name}"/></testsuite>`;
  expect(brief(read(xml("a"), xml("b")))).toEqual([
    ["s > a", "passed"],
    ["s > b", "passed"],
  ]);
});

test.each([
  ["JUnit's XML", '<testsuite><testcase name="x"'],
  ["TRX", "<TestRun><Res"],
  ["JSON", '{"testRes'],
  ["nothing", ""],
  ["another file", "hello"],
])("a report that is no whole one, of %s, is an error of the run that names the file", (_, text) => {
  const whole = '<testsuite name="s"><testcase name="a"/></testsuite>';
  const report = read(whole, text);
  expect(brief(report)).toEqual([["s > a", "passed"]]);
  expect(report.errors).toEqual([
    expect.stringMatching(/^the report 2-report can't be read: it must be a (test |JUnit |TRX )?report/),
  ]);
});

test("colours and other control characters in messages and names fail no run", () => {
  const red = "\u001b[31mred\u001b[0m";
  const junit = read(
    `<testsuite name="s"><error message="${red}"/><testcase name="${red}"><failure>${red}</failure></testcase><testcase name="y"/></testsuite>`,
  );
  expect(junit.cases.map(({ outcome }) => outcome)).toEqual(["failed", "passed"]);
  expect(junit.errors).toEqual(["s: red"]);
  const trx = read(
    `<TestRun><Results><UnitTestResult testName="R" outcome="Failed"><Output><ErrorInfo><Message>&#27;${red}]]></Message></ErrorInfo></Output></UnitTestResult></Results></TestRun>`,
  );
  expect(brief(trx)).toEqual([["R", "failed"]]);
  expect(trx.errors).toEqual([]);
});

test("no run fails because its report is longer than the service takes at once", () => {
  const cases = Array.from({ length: 50_001 }, (_, at) => `<testcase name="${at}"/>`).join("");
  const output = "&lt;".repeat(600_001);
  const report = read(`<testsuite>${cases}<system-out>${output}</system-out></testsuite>`);
  expect([report.cases.length, report.errors]).toEqual([50_001, []]);
});

test("a part of a run that only failed with its tests is no error beside them", () => {
  const junit = '<testsuite name="s"><testcase name="a"><failure message="no"/></testcase></testsuite>';
  expect(read(junit).errors).toEqual([]);
});

test("Jest's and Vitest's reports show files that failed outside of their tests", () => {
  const test = (title: string, status: string) => ({
    ancestorTitles: ["o"],
    title,
    status,
    failureMessages: [],
  });
  const report = read(
    JSON.stringify({
      numTotalTests: 4,
      testResults: [
        { name: "/p/a.test.js", status: "failed", message: "", assertionResults: [test("x", "passed")] },
        { name: "/p/b.test.js", status: "failed", message: "no load", assertionResults: [] },
        { name: "/p/c.test.js", status: "failed", message: "", assertionResults: [test("y", "failed")] },
        {
          name: "/p/d.test.js",
          status: "passed",
          message: "",
          assertionResults: [test("z", "todo"), test("w", "pending")],
        },
      ],
    }),
  );
  expect(brief(report)).toEqual([
    ["o > x", "passed"],
    ["o > y", "failed"],
    ["o > z", "skipped"],
    ["o > w", "skipped"],
  ]);
  expect(report.errors).toEqual(["/p/a.test.js: a hook failed", "/p/b.test.js: no load"]);
});

test("Mocha's failed hooks are errors and no tests", () => {
  const report = read(
    JSON.stringify({
      passes: [{ title: "x", fullTitle: "outer x", file: "/p/a.js" }],
      pending: [{ title: "y", fullTitle: "y", file: "/p/a.js", err: {} }],
      failures: [
        {
          title: '"after all" hook for "x"',
          fullTitle: 'outer "after all" hook for "x"',
          err: { message: "late" },
        },
      ],
    }),
  );
  expect(brief(report).slice(0, 2)).toEqual([
    ["outer > x", "passed"],
    ["y", "skipped"],
  ]);
  expect(report.cases[2]?.kind).toBe("hook");
  expect(report.errors).toEqual(['outer > "after all" hook for "x": late']);
});

test("Node's describes are suites, its unfiltered files are files, and a failed hook is an error", () => {
  const line = {
    type: "test",
    file: "/p/a.test.mjs",
    passed: true,
    skipped: false,
    failure: null,
    message: null,
  };
  const report = read(
    lines(
      { ...line, titles: ["after", "g"] },
      { ...line, titles: ["after"], type: "suite", passed: false, failure: "hookFailed", message: "late" },
      { ...line, titles: ["a.test.mjs"] },
      { ...line, titles: ["s"], skipped: true },
      {
        ...line,
        titles: ["/p/b.test.mjs"],
        file: "/p/b.test.mjs",
        passed: false,
        failure: "testCodeFailure",
        message: "x",
      },
      { ...line, titles: ["/p/c.test.mjs"], file: "/p/c.test.mjs", passed: false, failure: "subtestsFailed" },
    ),
  );
  expect(report.cases.map(({ name, kind, outcome }) => [name, kind, outcome])).toEqual([
    ["g", "test", "passed"],
    ["after", "suite", "failed"],
    ["a.test.mjs", "file", "passed"],
    ["s", "test", "skipped"],
    ["/p/b.test.mjs", "file", "failed"],
  ]);
  expect(report.errors).toEqual(["after: late", "/p/b.test.mjs: x"]);
});

test("RSpec's errors outside of examples are errors of the run", () => {
  const report = read(
    JSON.stringify({
      messages: ["\nAn error occurred in an `after(:context)` hook.\n", "\nRandomized with seed 1\n"],
      examples: [
        {
          id: "./s.rb[1:1]",
          full_description: "late ok",
          status: "passed",
          run_time: 0.5,
          file_path: "./s.rb",
        },
      ],
      summary: { errors_outside_of_examples_count: 1 },
    }),
  );
  expect(report.errors).toEqual(["An error occurred in an `after(:context)` hook."]);
  expect(report.cases[0]).toMatchObject({
    name: "late ok",
    outcome: "passed",
    durationMs: 500,
    classname: "./s.rb[1:1]",
  });
});

test("a Go test without an end is an error, and so is a package that does not build", () => {
  const event = (Action: string, more: object = {}) => ({ Action, Package: "e.org/m", ...more });
  const text = `${lines(
    event("run", { Test: "TestA" }),
    event("pass", { Test: "TestA", Elapsed: -0.001 }),
    event("run", { Test: "TestB" }),
    event("output", { Test: "TestB", Output: "panic: boom\n" }),
    event("fail"),
  )}FAIL\te.org/m/broken [build failed]\n`;
  const report = read(text);
  expect(brief(report)).toEqual([
    ["TestA", "passed"],
    ["TestB", "error"],
  ]);
  expect(report.cases[0]?.durationMs).toBe(null);
  expect(report.cases[1]?.detail).toContain("panic: boom");
  expect(report.errors).toEqual(["e.org/m/broken: the package does not build"]);
});

test("a Go package that failed while its tests passed is an error", () => {
  const text = lines(
    { Action: "run", Package: "m", Test: "TestA" },
    { Action: "pass", Package: "m", Test: "TestA" },
    { Action: "output", Package: "m", Output: "TestMain says no\n" },
    { Action: "fail", Package: "m" },
  );
  expect(read(text).errors).toEqual(["m: TestMain says no"]);
});

test("a person is shown what Go's tests write, not the lines around it", () => {
  expect(shownGoLine('{"Action":"output","Output":"--- PASS: TestA\\n"}')).toBe("--- PASS: TestA");
  expect(shownGoLine('{"Action":"run","Test":"TestA"}')).toBe(null);
  expect(shownGoLine("FAIL m [build failed]")).toBe("FAIL m [build failed]");
});

test("Cucumber's rows and rules have the names of its JUnit report, and a retried scenario its last try", () => {
  const place = (line: number) => ({ location: { line } });
  const scenario = (id: string, name: string, line: number, examples: object[] = []) => ({
    scenario: { id, name, examples, ...place(line) },
  });
  const table = { name: "first", tableBody: [{ id: "r1", ...place(8) }] };
  const step = (id: string, status: string) => ({
    testStepFinished: {
      testCaseStartedId: id,
      testStepResult: { status, message: "no", duration: { nanos: 2e6 } },
    },
  });
  const run = (id: string, pickle: string) => ({ testCase: { id: `t${id}`, pickleId: pickle } });
  const start = (id: string, testCaseId: string) => ({ testCaseStarted: { id, testCaseId } });
  const end = (id: string) => ({ testCaseFinished: { testCaseStartedId: id } });
  const report = read(
    lines(
      {
        gherkinDocument: {
          feature: {
            name: "Pay",
            children: [
              scenario("s1", "outline <v>", 3, [table]),
              { rule: { name: "Ruled", children: [scenario("s2", "plain", 12)] } },
            ],
          },
        },
      },
      { pickle: { id: "p1", uri: "features/a.feature", name: "outline 1", astNodeIds: ["s1", "r1"] } },
      { pickle: { id: "p2", uri: "features/a.feature", name: "plain", astNodeIds: ["s2"] } },
      run("1", "p1"),
      run("2", "p2"),
      start("a", "t1"),
      step("a", "FAILED"),
      { testCaseFinished: { testCaseStartedId: "a", willBeRetried: true } },
      start("b", "t1"),
      step("b", "PASSED"),
      end("b"),
      start("c", "t2"),
      step("c", "UNDEFINED"),
      end("c"),
      { testRunHookFinished: { result: { status: "FAILED", message: "AfterAll" } } },
      { testRunFinished: { success: false } },
    ),
  );
  expect(report.cases.map(({ name, line, outcome }) => [name, line, outcome])).toEqual([
    ["outline <v> - first - #1.1: outline 1", 8, "passed"],
    ["Ruled - plain", 12, "failed"],
  ]);
  expect(report.errors).toEqual(["AfterAll"]);
});

test("a TRX report's names lose the class in front of them", () => {
  const report = read(
    `<TestRun><Results>
  <UnitTestResult testId="1" testName="N.C.M(x: 1)" outcome="Passed" duration="00:00:01.5000000"/>
  <UnitTestResult testId="2" testName="R" outcome="Failed"><Output><ErrorInfo><Message>no
more</Message><StackTrace>at N</StackTrace></ErrorInfo></Output></UnitTestResult>
  <UnitTestResult testId="3" testName="S" outcome="NotExecuted"/>
</Results><TestDefinitions>
  <UnitTest id="1" name="N.C.M(x: 1)"><TestMethod className="N.C" name="M"/></UnitTest>
  <UnitTest id="2" name="R"><TestMethod className="N.C, Assembly" name="R"/></UnitTest>
</TestDefinitions><ResultSummary outcome="Failed"><RunInfos><RunInfo outcome="Error"><Text>host crashed</Text></RunInfo></RunInfos></ResultSummary></TestRun>`,
  );
  expect(
    report.cases.map(({ classname, name, outcome, durationMs }) => [classname, name, outcome, durationMs]),
  ).toEqual([
    ["N.C", "M(x: 1)", "passed", 1500],
    ["N.C", "R", "failed", null],
    ["", "S", "skipped", null],
  ]);
  expect(report.cases[1]).toMatchObject({ message: "no", detail: "no\nmore\nat N" });
  expect(report.errors).toEqual(["host crashed"]);
});
