import type { Mutant } from "../mutants/mutant.ts";

const HOSTILE = "test/test-runs/hostile-files.test.ts";
const REAL_REPORTS = "test/test-runs/real-reports.test.ts";
const IMPORTS = "test/test-runs/imports.test.ts";
const KEPT = "test/test-runs/kept.test.ts";
const TABLES = "test/test-runs/tables.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a 201 means that no test of a report was lost",
    code: "isWhole(summary) ? 201 : 200",
    instead: "isWhole(summary) ? 201 : 201",
    tests: [IMPORTS],
  },
  {
    guard: "a nameless case may have been a test, and is reported",
    code: 'left_out.every(({ why }) => why !== "nameless")',
    instead: "left_out.every(() => true)",
    tests: [IMPORTS],
  },
  {
    guard: "what is no test makes no test run",
    code: 'const tests = report.cases.filter(({ kind }) => kind === "test");',
    instead: "const tests = report.cases;",
    tests: [IMPORTS],
  },
  {
    guard: "a result of TAP is known by the name that its import gave",
    code: "[...contents, ...own, ...ofFeature, ...contentsInTap(each, tool)]",
    instead: "[...contents, ...own, ...ofFeature]",
    tests: [REAL_REPORTS],
  },
  {
    guard: "a report without a test is refused in words of its format",
    code: "const isJunit = format === JUNIT;",
    instead: "const isJunit = true;",
    tests: [HOSTILE],
  },
  {
    guard: "the id of a deleted test run is not given again",
    code: ".set({ deletedTestRunId: sql`MAX(${projects.deletedTestRunId}, ${id})` })",
    instead: ".set({ deletedTestRunId: sql`${projects.deletedTestRunId}` })",
    tests: [KEPT],
  },
  {
    guard: "three zeros after a point may be thousands",
    code: "0{0,2}",
    instead: "0*",
    tests: [TABLES],
  },
];
