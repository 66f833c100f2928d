import { describe, expect, test } from "vitest";
import { BOUNDS } from "../../src/reports/bounds.ts";
import { readReport } from "../../src/reports/read-report.ts";

const read = (lines: readonly string[], bounds = BOUNDS) =>
  readReport(new TextEncoder().encode(lines.join("\n")), "", bounds);
const brief = (...lines: string[]) =>
  read(["TAP version 13", ...lines]).cases.map(({ suites, name, outcome, durationMs }) => [
    outcome,
    durationMs,
    [...suites, name].join(" > "),
  ]);

describe("A duration is no part of a name", () => {
  test.each([
    ["ok 1 - plain # time=3.72ms", 3.72],
    ["ok 1 - plain # time = 3.72ms", 3.72],
    ["ok 1 - plain # time = 2s", 2000],
    ["ok 1 - plain # time = 3.72ms # SKIP", 3.72],
  ])("%s", (line, milliseconds) => {
    expect(read([line]).cases).toMatchObject([{ name: "plain", durationMs: milliseconds }]);
  });

  test.each([
    ["ok 1 - costs # time = 5 coins # time = 0.5ms", "costs # time = 5 coins"],
    ["ok 1 - waits # time = 5s at most", "waits # time = 5s at most"],
    ["ok 1 - sets time = 5ms", "sets time = 5ms"],
  ])("and what only looks like one is: %s", (line, name) => {
    expect(read([line]).cases).toMatchObject([{ name }]);
  });
});

describe("Tape-six's comments around assertions are its tests", () => {
  test("and their durations no part of a name", () => {
    const report = (ms: string) => [
      "# start: sub",
      "# start: inner",
      `ok 1 deep # time=0.0${ms}ms`,
      `not ok 2 deep bad # time=0.1${ms}ms`,
      "  ---",
      "  operator: equal",
      "  expected: 5",
      "  actual:   4",
      "  ...",
      `# finish: inner # time=1.${ms}ms`,
      `ok 3 outer # time=1.${ms}ms`,
      `# finish: sub # time=2.${ms}ms`,
      "ok 4 alone # time=0.5ms",
      "1..4",
      "# tests 4",
      "# pass  3",
    ];
    expect(brief(...report("9"))).toEqual([
      ["passed", 0.09, "sub > inner > deep"],
      ["failed", 0.19, "sub > inner > deep bad"],
      ["passed", 1.9, "sub > outer"],
      ["passed", 0.5, "alone"],
    ]);
    const names = (ms: string) => brief(...report(ms)).map(([, , name]) => name);
    expect(names("838")).toEqual(names("9"));
    expect(read(report("9")).problems).toEqual([]);
  });

  test("also where the file ends within them", () => {
    expect(brief("# start: sub", "# start: inner", "ok 1 deep # time=0.1ms")).toEqual([
      ["passed", 0.1, "sub > inner > deep"],
    ]);
  });

  test("two of one name are each a test, and a comment that looks like a beginning ends with the test around it", () => {
    const sub = ["# start: sub", "# start: the server", "ok 1 x # time=0.1ms", "# finish: sub # time=1.5ms"];
    expect(brief(...sub, ...sub, "ok 3 y # time=0.1ms")).toEqual([
      ["passed", 0.1, "sub > the server > x"],
      ["passed", 0.1, "sub > the server > x"],
      ["passed", 0.1, "y"],
    ]);
  });

  test("an end without a beginning ends nothing", () => {
    const end = "# finish: another # time=1.5ms";
    expect(brief("# start: sub", end, "ok 1 x # time=0.1ms", "# finish: sub", "ok 2 y # time=0.1ms")).toEqual(
      [
        ["passed", 0.1, "sub > x"],
        ["passed", 0.1, "sub > y"],
      ],
    );
  });

  test("a directive before the name leaves the name", () => {
    expect(
      brief("# start: sub", "ok 1 # SKIP later # time=0.1ms", "not ok 2 # TODO not yet # time=0.1ms"),
    ).toEqual([
      ["skipped", 0.1, "sub > later"],
      ["skipped", 0.1, "sub > not yet"],
    ]);
  });

  test("a test that throws has a name without what it throws", () => {
    const thrown = (error: string) => [
      "# start: sub",
      `not ok 1 UNEXPECTED EXCEPTION: ${error} # time=0.1ms`,
      "  ---",
      "  operator: exception",
      `  message:  ["UNEXPECTED EXCEPTION: ${error}"]`,
      "  ...",
    ];
    const { cases } = read([...thrown("Error: port 3000 is taken"), ...thrown("Error: port 3001 is taken")]);
    expect(cases.map(({ name }) => name)).toEqual(["UNEXPECTED EXCEPTION", "UNEXPECTED EXCEPTION"]);
    expect(cases.map(({ message }) => message)).toEqual([
      expect.stringContaining("port 3000 is taken"),
      expect.stringContaining("port 3001 is taken"),
    ]);
  });

  test("and no other tool's comments are", () => {
    expect(brief("# start: the server", "ok 1 - x # time=0.1ms", "# finish: the server # time=1ms")).toEqual([
      ["passed", 0.1, "x"],
    ]);
    expect(brief("# start: the server", "ok 1 x", "1..1", "# tests 1")).toEqual([
      ["passed", null, "start: the server"],
    ]);
  });

  test("nested deeper than a report may be they are refused", () => {
    const open = (depth: number) => [...Array(depth).fill("# start: sub"), "ok 1 x # time=0.1ms"];
    const bounds = { ...BOUNDS, nested: 3 };
    expect(read(open(3), bounds).cases).toHaveLength(1);
    expect(() => read(open(4), bounds)).toThrow("must have at most 3 tests within each other (line 5)");
  });

  test("without end they are read in a moment", () => {
    const lines = [
      "TAP version 13",
      ...Array(100_000).fill("# start: sub"),
      ...Array(100_000).fill("# finish: another # time=1.5ms"),
      "ok 1 - x",
    ];
    const began = performance.now();
    expect(read(lines).cases).toHaveLength(1);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
