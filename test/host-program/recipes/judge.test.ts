import { expect, test } from "vitest";
import { type EndedRun, judgeRun } from "../../../src/host-program/recipes/judge.ts";
import type { ReportCase } from "../../../src/reports/report-case.ts";
import { asked, found, recipeNamed } from "./asking.ts";

const command = recipeNamed("command");

const judge = (contents: string[] | null, cases: ReportCase[], more: Partial<EndedRun> = {}) =>
  judgeRun({
    recipe: command,
    asked: contents?.map((content, index) => asked(content, index + 1)) ?? null,
    reportFrom: "files",
    report: { cases, errors: [] },
    exitCodes: [0],
    ...more,
  });

test("asked tests that passed, and a command that ended well, are COMPLETED", () => {
  const { outcome, reason, tests } = judge(["a", "b"], [found("a"), found("b")]);
  expect({ outcome, reason }).toEqual({ outcome: "COMPLETED", reason: null });
  expect(tests.map(({ testRunId, outcome }) => [testRunId, outcome])).toEqual([
    [1, "passed"],
    [2, "passed"],
  ]);
});

test("the outcome of an asked test is its own case's, not that of others that ran beside it", () => {
  const { outcome, tests } = judge(["a"], [found("a"), found("a b", { outcome: "failed" })]);
  expect([outcome, tests[0]?.outcome]).toEqual(["COMPLETED", "passed"]);
});

test("an asked test without a case is not found, and the run FAILED though the command ended with 0", () => {
  const { outcome, reason, tests } = judge(["a", "gone"], [found("a")]);
  expect(tests[1]).toMatchObject({ testRunId: 2, outcome: "not_found" });
  expect(outcome).toBe("FAILED");
  expect(reason).toBe("1 of 2 tests were not found: gone");
});

test.each([0, 5])("a command that ran none of what was asked FAILED, also with exit code %i", (code) => {
  const { outcome, reason } = judge(["gone"], [found("other")], { exitCodes: [code] });
  expect(outcome).toBe("FAILED");
  expect(reason).toMatch(/^none of the tests that were asked for ran: 1 not found, 0 skipped/);
  expect(reason).toContain(`exit code ${code}`);
});

test("a run in which all that was asked was skipped FAILED, since none of it ran", () => {
  const { outcome, reason, tests } = judge(["a"], [found("a", { outcome: "skipped" })]);
  expect([outcome, tests[0]?.outcome]).toEqual(["FAILED", "skipped"]);
  expect(reason).toContain("0 not found, 1 skipped");
});

test("a skipped test beside one that passed leaves the run COMPLETED", () => {
  expect(judge(["a", "b"], [found("a", { outcome: "skipped" }), found("b")]).outcome).toBe("COMPLETED");
});

test.each<[string, boolean, string[] | null, Partial<EndedRun> & { errors?: string[] }]>([
  ["a failed test", true, ["a", "b"], { exitCodes: [1] }],
  ["one of the whole suite", true, null, { exitCodes: [1] }],
  ["one, and one that is not found", false, ["a", "b", "gone"], { exitCodes: [1] }],
  ["one, and an error beside the tests", false, ["a", "b"], { errors: ["the hook broke"] }],
  ["one, and a tool that broke", false, ["a", "b"], { exitCodes: [3] }],
  ["one in a report that is not judged", false, null, { exitCodes: [1], reportFrom: "none" }],
])("%s: failed tests are all that is wrong: %s", (_, isOfTests, contents, { errors = [], ...more }) => {
  const cases = [found("a"), found("b", { outcome: "failed" })];
  const exitMeaning = (code: number) => (code === 0 ? "passed" : code === 1 ? "failed" : "broken");
  const recipe = { ...command, exitMeaning };
  const judgement = judge(contents, cases, { recipe, report: { cases, errors }, ...more });
  expect(judgement).toMatchObject({ outcome: "FAILED", isOfTests });
});

test("no report at all is a FAILED run whose tests are not found", () => {
  const { outcome, tests } = judge(["a"], [], { report: null });
  expect([outcome, tests[0]?.outcome]).toEqual(["FAILED", "not_found"]);
});

test("a red exit code with an all-green report is FAILED", () => {
  const { outcome, reason } = judge(["a"], [found("a")], { exitCodes: [0, 3] });
  expect(outcome).toBe("FAILED");
  expect(reason).toBe("no test failed, but the command ended with exit code 3, which means failed tests");
});

test("an error outside of the tests is FAILED though all tests passed and the command ended with 0", () => {
  const report = { cases: [found("a")], errors: ["b.test.js: it does not load"] };
  const { outcome, reason } = judge(["a"], [], { report });
  expect(outcome).toBe("FAILED");
  expect(reason).toBe("an error outside of the tests: b.test.js: it does not load");
});

test("a file, a hook or a suite that is called as the asked test is not it", () => {
  for (const kind of ["file", "hook", "suite", "load_error"] as const) {
    expect(judge(["a"], [found("a", { kind })]).tests[0]?.outcome, kind).toBe("not_found");
  }
});

test("of several cases of one name the worst counts, in any order", () => {
  const cases = [
    found("a"),
    found("a", { outcome: "error", message: "teardown" }),
    found("a", { outcome: "failed" }),
  ];
  expect(judge(["a"], cases).tests[0]).toMatchObject({ outcome: "error", message: "teardown" });
  expect(judge(["a"], cases.toReversed()).tests[0]?.outcome).toBe("error");
});

test("a row that passed counts before one that was skipped", () => {
  expect(judge(["a"], [found("a"), found("a", { outcome: "skipped" })]).tests[0]?.outcome).toBe("passed");
});

test("where cases of one name are tries of one test, the last one counts", () => {
  const recipe = { ...command, lastTryCounts: true };
  const cases = [found("a", { outcome: "failed" }), found("a")];
  expect(judge(["a"], cases, { recipe }).tests[0]?.outcome).toBe("passed");
  expect(judge(["a"], cases.toReversed(), { recipe }).tests[0]?.outcome).toBe("failed");
});

test("a content that names a group takes the worst of its parts, though the last try counts for a test", () => {
  const recipe = { ...command, lastTryCounts: true, match: () => "part" as const };
  const cases = [found("a", { outcome: "failed" }), found("b")];
  expect(judge(["group"], cases, { recipe }).tests[0]?.outcome).toBe("failed");
});

test("a case that is the test itself counts before others that are only parts of what it names", () => {
  const recipe = recipeNamed("cucumber-js");
  const row = found("pay - #1.1", { outcome: "failed" });
  expect(judge(["pay"], [row, found("pay")], { recipe }).tests[0]?.outcome).toBe("passed");
  expect(judge(["pay"], [row], { recipe }).tests[0]?.outcome).toBe("failed");
});

test("the whole suite is judged by every test, every error and the exit code", () => {
  expect(judge(null, [found("a")])).toEqual({
    outcome: "COMPLETED",
    reason: null,
    isOfTests: false,
    tests: [],
  });
  expect(judge(null, [found("a"), found("b", { outcome: "failed" })], { exitCodes: [1] }).reason).toBe(
    "1 of 2 tests failed: b",
  );
  expect(judge(null, [found("a")], { exitCodes: [1] }).outcome).toBe("FAILED");
  expect(judge(null, []).reason).toBe("no test was run");
  expect(judge(null, [], { report: null }).reason).toBe("the command left no report");
});

test("a command without reports is judged by its exit codes, and says nothing of single tests", () => {
  const none = { reportFrom: "none", report: null } as const;
  expect(judge(["a"], [], none)).toEqual({ outcome: "COMPLETED", reason: null, isOfTests: false, tests: [] });
  expect(judge(["a"], [], { ...none, exitCodes: [2] })).toEqual({
    outcome: "FAILED",
    reason: "the command ended with exit code 2, which means failed tests",
    isOfTests: false,
    tests: [],
  });
});

test("codes of tools that mean other things are said in words", () => {
  const exits = { report: null, exitCodes: [5] };
  expect(judge(["a"], [], { ...exits, recipe: recipeNamed("pytest") }).reason).toContain("no test was run");
  expect(judge(null, [], { ...exits, exitCodes: [252], recipe: recipeNamed("robot") }).reason).toContain(
    "no test was run",
  );
  expect(judge(null, [], { ...exits, exitCodes: [4], recipe: recipeNamed("pytest") }).reason).toContain(
    "did not get to the tests",
  );
});

test("a long list of failed tests is cut", () => {
  const names = ["a", "b", "c", "d", "e"];
  const { reason } = judge(
    names,
    names.map((name) => found(name, { outcome: "failed" })),
  );
  expect(reason).toBe("5 of 5 tests failed: a, b, c and 2 more");
});
