import { describe, expect, test } from "vitest";
import { readReport } from "../../src/reports/read-report.ts";
import { resultsOf } from "../../src/reports/results.ts";

const read = (xml: string) => readReport(new TextEncoder().encode(xml), "report.xml");
const suite = (inner: string) => `<testsuite name="s">${inner}</testsuite>`;
const results = (...xml: string[]) => resultsOf(xml.map((each) => read(suite(each))));
const brief = (...xml: string[]) =>
  results(...xml).map(({ kind, title, outcome, message }) => [kind, title, outcome, message]);

test("a result has its case's names and outcome, and each name that an import could give it", () => {
  const [result] = results(
    '<testcase name="x" classname="a.B" file="b.js" time="1,234.5"><failure message="no">at b</failure></testcase>',
  );
  expect(result).toMatchObject({
    kind: "test",
    file: "b.js",
    suites: ["s", "a.B"],
    title: "x",
    parameters: null,
    outcome: "failed",
    flaky: false,
    durationMs: 1_234_500,
    message: "no",
    detail: "at b",
    attempts: 1,
  });
  expect([...(result?.contents ?? [])]).toEqual(
    expect.arrayContaining(["a.B.x", "x", "a.B#x", "b.js", "a.B > x"]),
  );
});

test("go test's events are read among other output, and its words alone on a package that does not build", () => {
  const namesOf = (text: string) =>
    resultsOf([readReport(new TextEncoder().encode(text), "stdout")]).map(({ title, outcome }) => [
      title,
      outcome,
    ]);
  const build = Array.from({ length: 30 }, (_, at) => `compiling ${at}\n`).join("");
  const events =
    '{"Action":"run","Package":"m","Test":"TestA"}\n{"Action":"pass","Package":"m","Test":"TestA"}\n';
  expect(namesOf(build + events)).toEqual([["TestA", "passed"]]);
  expect(namesOf(`[notice] a build\n${build}${events}`)).toEqual([["TestA", "passed"]]);
  expect(namesOf("FAIL\texample.org/m/broken [build failed]\n")).toEqual([["example.org/m/broken", "error"]]);
});

test("a scenario of Cucumber's messages or JSON is known by the name that a report without files gives it", () => {
  const scenario = { type: "scenario", id: "pay;ruled;plain", name: "plain", steps: [] };
  const json = JSON.stringify([{ keyword: "Feature", name: "Pay", uri: "a.feature", elements: [scenario] }]);
  const [result] = resultsOf([readReport(new TextEncoder().encode(json), "report.json")]);
  expect([...(result?.contents ?? [])]).toEqual(
    expect.arrayContaining(["plain", "a.feature > ruled - plain", "Pay > ruled - plain"]),
  );
});

describe("Two cases of one test are one result", () => {
  const failed = '<testcase name="x"><failure message="red"/></testcase>';
  const error = '<testcase name="x"><error message="teardown"/></testcase>';
  const passed = '<testcase name="x"/>';

  test("with the worse outcome, whichever comes first", () => {
    expect(brief(failed + error)).toEqual([["test", "x", "error", "teardown"]]);
    expect(brief(error + failed)).toEqual([["test", "x", "error", "teardown"]]);
    expect(brief(passed + failed)).toEqual([["test", "x", "failed", "red"]]);
  });

  test("in two reports too", () => {
    expect(brief(failed, passed)).toEqual([["test", "x", "failed", "red"]]);
  });
});

test("what Surefire ran again and passed is passed and flaky, with the failed try's message", () => {
  const [flaky, red] = results(
    `<testcase name="flaky" time="0.5">
       <flakyFailure message="first"><stackTrace>at a</stackTrace></flakyFailure>
       <flakyError message="second"/></testcase>
     <testcase name="red"><failure message="one"/><rerunFailure message="two"/></testcase>`,
  );
  expect(flaky).toMatchObject({ outcome: "passed", flaky: true, attempts: 3, message: "first" });
  expect(red).toMatchObject({ outcome: "failed", flaky: false, attempts: 2, message: "one" });
});

test("a failed hook, a suite's error and a count that nothing shows are problems and no tests", () => {
  expect(
    brief('<testcase name="setUpClass (m.K)"><error message="no base"/></testcase><error message="exit 2"/>'),
  ).toEqual([
    ["problem", "setUpClass (m.K)", "error", "no base"],
    ["problem", "s", "error", "exit 2"],
  ]);
});

describe("A todo of Node's runner that fails is skipped, since its run stays green", () => {
  const failure = '<failure type="testCodeFailure" message="td">x</failure>';
  const todo = '<skipped type="todo" message="later"/>';
  test.each([
    ["its failure after it", todo + failure],
    ["its failure before it", failure + todo],
    ["two failures", todo + failure + failure],
  ])("in JUnit XML, with %s", (_, inner) => {
    const counted = `<testsuite name="s" failures="1"><testcase name="not yet">${inner}</testcase></testsuite>`;
    expect(resultsOf([read(`<testsuites failures="1">${counted}</testsuites>`)])).toMatchObject([
      { kind: "test", title: "not yet", outcome: "skipped", message: "later", detail: null },
    ]);
  });

  test("and a test that is skipped otherwise and fails has failed", () => {
    expect(brief(`<testcase name="x"><skipped message="later"/>${failure}</testcase>`)).toEqual([
      ["test", "x", "failed", "td"],
    ]);
  });

  test("in the lines of the host program's reporter", () => {
    const line = {
      titles: ["not yet"],
      type: "test",
      passed: false,
      skipped: true,
      message: "td",
      detail: "x",
    };
    expect(resultsOf([read(JSON.stringify(line))])).toMatchObject([
      { title: "not yet", outcome: "skipped", message: null, detail: null },
    ]);
  });
});

test("a hook or a file that passed is no result", () => {
  expect(brief('<testcase name="setUpClass (m.K)"/><testcase name="  "/>')).toEqual([]);
});
