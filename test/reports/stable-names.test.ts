import { describe, expect, test } from "vitest";
import { readReport } from "../../src/reports/read-report.ts";
import { resultsOf } from "../../src/reports/results.ts";
import qttest from "./real/qttest/qttest.xml?raw";

const read = (report: string, name = "a.tap") =>
  resultsOf([readReport(new TextEncoder().encode(report), name)]);
const namesIn = (report: string, name?: string): string[] =>
  read(report, name).map(({ file, suites, title }) => [file ?? "", ...suites, title].join(" > "));

describe("a test has one name, however it goes", () => {
  test("criterion's crashed tests, those with a description and those that run on time", () => {
    const head = "TAP version 13\n1..2\n# Criterion v2.4.1\n";
    const green = `${head}ok - basket::pays in coins (0.01s)\nok - basket::adds  (0.00s)\n`;
    const red = `${head}not ok - basket::pays unexpected signal after k.c:5\nnot ok - basket::adds timed out (0.47s)\n`;
    expect(namesIn(red)).toEqual(namesIn(green));
    expect(read(red).map(({ message }) => message)).toEqual(["unexpected signal after k.c:5", "timed out"]);
  });

  test("Check's, whose lines end with what failed", () => {
    const green = "ok 1 - q.c:core:pays: Passed\nok 2 - q.c:core:adds: Passed\n1..2\n";
    const red =
      "ok 1 - q.c:core:pays: Passed\nnot ok 2 - q.c:core:adds: Assertion '1 == 2' failed: 1: 2\n1..2\n";
    expect(namesIn(red)).toEqual(namesIn(green));
    expect(read(red)[1]).toMatchObject({ outcome: "failed", message: "Assertion '1 == 2' failed: 1: 2" });
  });

  test("a point that only looks like one of Check's keeps its name", () => {
    expect(namesIn("ok 1 - q.c:core:pays: in coins\n1..1\n")).toEqual([" > a > q.c:core:pays: in coins"]);
  });

  test("lab's, which are numbered, and skipped ones", () => {
    const report = "TAP version 13\n1..2\nok 1 (1) basket pays\nok 2 # SKIP (2) basket adds\n";
    const later = "TAP version 13\n1..2\nok 1 # SKIP (7) basket pays\nok 2 (8) basket adds\n";
    expect(namesIn(report)).toEqual([" > a > basket pays", " > a > basket adds"]);
    expect(namesIn(later)).toEqual(namesIn(report));
  });

  test("a name that begins with a number in brackets, beside others, keeps it", () => {
    expect(namesIn("ok 1 - (1) coin\nok 2 - notes\n1..2\n")).toEqual([" > a > (1) coin", " > a > notes"]);
  });

  test("cmocka's skipped ones", () => {
    const report = "1..2\nok 1 - pays\nnot ok 2 # SKIP adds\n# ok - basket\n";
    expect(read(report).map(({ title, outcome }) => [title, outcome])).toEqual([
      ["pays", "passed"],
      ["adds", "skipped"],
    ]);
  });

  test("tape's todos, which have a mark before the name as long as they are some", () => {
    const end = "\n1..1\n# tests 1\n# pass  1\n";
    expect(namesIn(`TAP version 13\n# TODO pays\nnot ok 1 later # TODO\n${end}`)).toEqual(
      namesIn(`TAP version 13\n# pays\nok 1 later\n${end}`),
    );
  });

  test("tap's failed ones, which alone say their file", () => {
    const report = (inner: string, file: string) =>
      `<testsuites name="TAP Tests"><testsuite name="a.test.mjs"><testsuite name="basket">` +
      `<testcase name="pays" classname="a.test.mjs &gt; basket"${file}>${inner}</testcase>` +
      `</testsuite></testsuite></testsuites>`;
    const red = report("<failure>no</failure>", ' file="a.test.mjs" line="4"');
    expect(namesIn(red)).toEqual(["a.test.mjs > basket > pays"]);
    expect(namesIn(report("", ""))).toEqual(namesIn(red));
    const todo = '<properties><property name="todo" value="true"/></properties>';
    expect(read(report(todo, ""))[0]?.outcome).toBe("skipped");
    expect(read(report(`${todo}<failure>no</failure>`, ""))[0]?.outcome).toBe("skipped");
    const elsewhere = report(todo, "").replace("TAP Tests", "Shop");
    expect(read(elsewhere)[0]?.outcome).toBe("passed");
  });
});

describe("QtTest says in attributes and comments how a test went", () => {
  const report = (cases: string, counts = 'errors="1" failures="1"') =>
    `<testsuite ${counts} name="Basket"><properties><property value="5.15.8" name="QTestVersion"/></properties>${cases}</testsuite>`;

  test("a skipped test and an expected failure are skipped, with their reasons", () => {
    expect(
      read(qttest).map(({ title, outcome, message }) => [title, outcome, message?.slice(0, 15)]),
    ).toEqual([
      ["pays", "passed", undefined],
      ["adds", "failed", "Compared values"],
      ["later", "skipped", "not now"],
      ["known", "skipped", "some day"],
    ]);
  });

  test("its counts of messages and of blacklisted tests' failures make no run red", () => {
    const cases =
      '<testcase name="later"><!-- message="not&#x002D;now &quot;here&quot;" type="skip" --></testcase>' +
      '<testcase result="bfail" name="adds"/>';
    expect(
      read(report(cases)).map(({ kind, title, outcome, message }) => [kind, title, outcome, message]),
    ).toEqual([
      ["test", "later", "skipped", 'not-now "here"'],
      ["test", "adds", "skipped", null],
    ]);
  });

  test("an unexpected pass, and a failure behind a message, are failures", () => {
    const cases =
      '<testcase result="xpass" name="known"><failure message="passed" result="xpass"/></testcase>' +
      '<testcase result="fail" name="adds"><!-- message="x" type="qdebug" --><failure message="2" result="fail"/></testcase>';
    expect(read(report(cases)).map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
  });

  test("the same words in another tool's report say nothing", () => {
    const other =
      '<testsuite name="a"><testcase name="x" result="xfail"><!-- message="a" type="skip" --></testcase></testsuite>';
    expect(read(other)[0]?.outcome).toBe("passed");
  });
});
