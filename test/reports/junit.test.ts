import { describe, expect, test } from "vitest";
import { BOUNDS } from "../../src/reports/bounds.ts";
import { millisecondsOf } from "../../src/reports/duration.ts";
import { readReport } from "../../src/reports/read-report.ts";
import { ReportError } from "../../src/reports/report-case.ts";
import gotestsum from "../test-runs/reports/gotestsum.xml?raw";
import jest from "../test-runs/reports/jest.xml?raw";
import mocha from "../test-runs/reports/mocha.xml?raw";
import nodeTest from "../test-runs/reports/node-test.xml?raw";
import pytest from "../test-runs/reports/pytest.xml?raw";
import surefire from "../test-runs/reports/surefire.xml?raw";
import vitest from "../test-runs/reports/vitest.xml?raw";

const read = (xml: string, bounds = BOUNDS) => readReport(new TextEncoder().encode(xml), "", bounds);
const suite = (inner: string, attributes = "") => `<testsuite name="s" ${attributes}>${inner}</testsuite>`;

test.each([
  ["go", gotestsum],
  ["jest", jest],
  ["mocha-xunit", mocha],
  ["node", nodeTest],
  ["pytest", pytest],
  ["surefire", surefire],
  ["vitest", vitest],
  [null, suite("")],
])("the form of a report shows its tool: %s", (tool, xml) => {
  expect(read(xml).tool).toBe(tool);
});

test("a case has all facts of its element and of the suites around it", () => {
  const xml = `<testsuites name="run">
    <testsuite name="outer" file="a.js" package="shop" hostname="h"><testsuite name=""><testsuite name="inner">
      <testcase name="x" classname="c" line="7" time="0.25"><failure message="no">at once
 and here</failure></testcase>
    </testsuite></testsuite></testsuite></testsuites>`;
  expect(read(xml)).toEqual({
    format: "JUnit XML",
    tool: null,
    cases: [
      {
        suites: ["outer", "inner"],
        classname: "c",
        name: "x",
        file: "a.js",
        package: "shop",
        hostname: "h",
        line: 7,
        parameters: null,
        outcome: "failed",
        attempts: 1,
        flaky: false,
        durationMs: 250,
        message: "no",
        detail: "at once\n and here",
        kind: "test",
        place: { number: 1, line: 3 },
      },
    ],
    problems: [],
    replaced: { count: 0, line: null },
  });
});

test("the outcome is the worst that a case shows; a failure without a message has its text's first line", () => {
  const cases = [
    "<testcase name='a'/>",
    "<testcase name='b'><skipped message='later'/></testcase>",
    "<testcase name='c'><skipped/><failure>first\nsecond</failure><error message='then'/></testcase>",
    "<testcase name='d'><error type='T'/></testcase>",
    "<testcase name='e'><rerunFailure message='x'/><flakyError/><system-out>y</system-out></testcase>",
    "<testcase name='f' status='notrun'/>",
    "<testcase name='g'><properties><property name='skip' value='true'/></properties></testcase>",
  ];
  expect(read(suite(cases.join(""))).cases.map(({ outcome, message }) => [outcome, message])).toEqual([
    ["passed", null],
    ["skipped", "later"],
    ["failed", "first"],
    ["error", null],
    ["passed", null],
    ["skipped", null],
    ["skipped", null],
  ]);
});

describe("A red run whose cases are all green is reported", () => {
  const green = "<testcase name='x'/>";
  test("by an error of a suite", () => {
    const xml = suite(`${green}<error message="exit 2">boom</error>`, 'errors="1"');
    expect(read(xml).problems).toEqual([
      { kind: "suite_error", suites: ["s"], message: "exit 2", detail: "boom", line: 1 },
    ]);
  });

  test("by a count that no case shows, once, at the suite that counts it first", () => {
    const xml = `<testsuites errors="1">${suite(green)}${suite("", 'errors="1" failures="1"')}</testsuites>`;
    expect(read(xml).problems).toEqual([
      {
        kind: "count",
        suites: ["s"],
        message: "counts 2 failures and errors, and no case shows one",
        detail: null,
        line: 1,
      },
    ]);
    expect(read(`<testsuites errors="1">${suite(green)}</testsuites>`).problems).toMatchObject([
      { kind: "count", suites: [], message: "counts 1 failure or error, and no case shows one" },
    ]);
  });

  test("and not where a case shows it", () => {
    const xml = `<testsuites failures="1">${suite("<testcase name='x'><failure/></testcase>", 'failures="1"')}</testsuites>`;
    expect(read(xml).problems).toEqual([]);
  });
});

test.each([
  ["0.25", 250],
  ["1,234.5", 1_234_500],
  ["1,234", 1_234_000],
  ["0,25", 250],
  ["1e-05", 0.01],
  ["-0.000000", 0],
  ["-1.000000", null],
  ["", null],
  [undefined, null],
  ["1 min", null],
])("a time of %j is %j ms", (seconds, milliseconds) => {
  expect(millisecondsOf(seconds)).toBe(milliseconds);
});

describe("Hooks, files and errors of loading are no tests", () => {
  const vitestReport = (inner: string) => `<testsuites name="vitest tests">${suite(inner)}</testsuites>`;
  const failing = (attributes: string) => `<testcase ${attributes}><failure/></testcase>`;
  test.each([
    [
      "Vitest",
      vitestReport(
        `${failing('classname="a.test.js" name="hooked"')}<testcase classname="a.test.js" name="o &gt; hooked &gt; x"><skipped/></testcase>
         ${failing('classname="b.test.js" name="b.test.js"')}${failing('classname="a.test.js" name="adds"')}
         <testcase classname="a.test.js" name="adds &gt; two"/>`,
      ),
      ["hook", "test", "file", "test", "test"],
    ],
    [
      "Jest",
      `<testsuites name="jest tests">${suite(
        failing('name="Test execution failure: could be caused by test hooks" classname="x"') +
          failing('name="a.test.js Test suite failed to run" classname="Test suite failed to run"') +
          failing('name="x" classname="x"'),
      )}</testsuites>`,
      ["hook", "load_error", "test"],
    ],
    [
      "Mocha",
      `<testsuites name="Mocha Tests">${suite(
        failing("name='outer &quot;before all&quot; hook for &quot;x&quot;'") +
          "<testcase name='tells &quot;before all&quot; hook'/>",
      )}</testsuites>`,
      ["hook", "test"],
    ],
    [
      "node:test",
      `<testsuites><testcase name="/srv/a.test.mjs" classname="test" file="/srv/a.test.mjs"/>
        <testcase name="empty" classname="suite"/><testcase name="x" classname="test"/><!-- tests 2 --></testsuites>`,
      ["file", "suite", "test"],
    ],
    [
      "pytest",
      `<testsuites><testsuite name="pytest"><testcase classname="" name="test_a"><error message="collection failure"/></testcase>
        <testcase classname="test_b" name="test_x"/></testsuite></testsuites>`,
      ["load_error", "test"],
    ],
    [
      "PHPUnit",
      suite(
        `<testcase name="Error" assertions="0"><error/></testcase><testcase name="testX" class="A" classname="A" assertions="1"/>`,
        'assertions="1"',
      ),
      ["load_error", "test"],
    ],
    [
      "unittest's reporters",
      suite(
        failing('name="setUpClass (m.H)"') +
          failing('classname="setUpClass (test_u" name="H)"') +
          failing('name="setUpClass"'),
      ),
      ["hook", "hook", "test"],
    ],
    [
      "Common Test",
      suite(
        '<testcase group="" name="init_per_suite"/><testcase group="g" name="x"/><testcase group="g" name="end_per_group"/>',
      ),
      ["hook", "test", "hook"],
    ],
    [
      "Ant",
      suite(
        failing('classname="junit.framework.TestSuite" name="A"') +
          failing('classname="A" name="initializationError"') +
          failing('classname="A" name="classMethod"'),
      ),
      ["hook", "load_error", "hook"],
    ],
    [
      "bun",
      `<testsuites name="bun test">${suite(`${failing('name="(unnamed)"')}<testcase name="x"/>`)}</testsuites>`,
      ["hook", "test"],
    ],
    ["any", suite('<testcase name="" classname="A"/><testcase name="x"/>'), ["nameless", "test"]],
  ])("in a report of %s", (_, xml, kinds) => {
    expect(read(xml).cases.map(({ kind }) => kind)).toEqual(kinds);
  });
});

test("kept messages and details are bounded", () => {
  const xml = suite(`<testcase name="x"><error message="12345">123<![CDATA[456]]></error></testcase>`);
  const bounds = { ...BOUNDS, messageCharacters: 3, detailCharacters: 4 };
  expect(read(xml, bounds).cases).toMatchObject([{ message: "123", detail: "1234" }]);
  const none = { ...BOUNDS, messageCharacters: 0, detailCharacters: 0 };
  expect(read(xml, none).cases).toMatchObject([{ outcome: "error", message: null, detail: null }]);
});

test("a report without cases is accepted, and other files are refused", () => {
  expect(read("<testsuites/>")).toMatchObject({ cases: [], problems: [] });
  for (const xml of ["", "<html/>", "<!DOCTYPE x><testsuite/>", "<testsuite>"]) {
    expect(() => read(xml), xml).toThrow(ReportError);
  }
});

test("what was replaced is reported, with the line of the first", () => {
  const xml = suite("\n<testcase name='\u001b[31mred'><failure>&#27;[0m]]></failure></testcase>");
  expect(read(xml)).toMatchObject({
    cases: [{ name: "\ufffd[31mred", detail: "\ufffd[0m]]>" }],
    replaced: { count: 3, line: 2 },
  });
});
