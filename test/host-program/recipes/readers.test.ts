import { expect, test } from "vitest";
import { shownGoLine } from "../../../src/host-program/recipes/read-go.ts";
import { readReports } from "../../../src/host-program/recipes/read-report.ts";
import type { ReportKind } from "../../../src/host-program/recipes/recipe.ts";

const read = (kind: ReportKind, ...texts: string[]) => {
  const report = readReports(
    kind,
    texts.map((text) => new TextEncoder().encode(text)),
  );
  if (!report) throw new Error("There is no report.");
  return report;
};
const lines = (...objects: object[]) => `${objects.map((each) => JSON.stringify(each)).join("\n")}\n`;
const brief = ({ cases }: ReturnType<typeof read>) =>
  cases.map(({ suites, name, outcome }) => [[...suites, name].join(" > "), outcome]);

test("no file is no report, and several files are one", () => {
  expect(readReports("junit", [])).toBe(null);
  const xml = (name: string) => `<testsuite name="s"><testcase name="${name}"/></testsuite>`;
  expect(brief(read("junit", xml("a"), xml("b")))).toEqual([
    ["s > a", "passed"],
    ["s > b", "passed"],
  ]);
});

test.each(["junit", "jest_json", "mocha_json", "rspec_json", "trx"] as const)(
  "half a report of the kind %s is an error of the run, with what it says before",
  (kind) => {
    expect(
      read(kind, kind === "trx" || kind === "junit" ? "<TestRun><Res" : '{"testRes').errors,
    ).toHaveLength(1);
  },
);

test("Jest's and Vitest's reports show files that failed outside of their tests", () => {
  const test = (title: string, status: string) => ({
    ancestorTitles: ["o"],
    title,
    status,
    failureMessages: [],
  });
  const report = read(
    "jest_json",
    JSON.stringify({
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
    "mocha_json",
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
    "node_lines",
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
    ["/p/c.test.mjs", "file", "failed"],
  ]);
  expect(report.errors).toEqual(["after: late", "/p/b.test.mjs: x"]);
});

test("RSpec's errors outside of examples are errors of the run", () => {
  const report = read(
    "rspec_json",
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
  expect(report.errors).toEqual(["\nAn error occurred in an `after(:context)` hook.\n"]);
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
  const report = read("go_json", text);
  expect(brief(report)).toEqual([
    ["TestA", "passed"],
    ["TestB", "error"],
  ]);
  expect(report.cases[0]?.durationMs).toBe(0);
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
  expect(read("go_json", text).errors).toEqual(["m: TestMain says no"]);
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
    "cucumber_messages",
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
    "trx",
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
