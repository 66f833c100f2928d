import type { Mutant } from "../mutants/mutant.ts";

const HOSTILE = "test/test-runs/hostile-files.long.test.ts";
const REAL_REPORTS = "test/test-runs/real-reports.test.ts";
const IMPORTS = "test/test-runs/imports.test.ts";
const KEPT = "test/test-runs/kept.test.ts";
const PREVIEW = "test/test-runs/preview.test.ts";
const TABLES = "test/test-runs/tables.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a name that several test runs have matches none of them",
    code: "iif(COUNT(*) = 1, MIN(named.id), NULL)",
    instead: "iif(COUNT(*) >= 1, MIN(named.id), NULL)",
    tests: [PREVIEW],
  },
  {
    guard: "a name that several of a file have matches none",
    code: "times.get(run.test_case_name) === 1 ? 1 : 0",
    instead: "times.get(run.test_case_name) === 0 ? 0 : 1",
    tests: [PREVIEW],
  },
  {
    guard: "a name that differs in case is another",
    code: "value ->> 'test_case_name' AND named.test_case_name = value ->> 'test_case_name')`;",
    instead: "value ->> 'test_case_name')`;",
    tests: [PREVIEW],
  },
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
    code: "yield* contentsInTap(each, tool);",
    instead: "",
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
  {
    guard: "an import says which cases became one",
    code: "valid.filter(({ sources }) => sources.length > 1)",
    instead: "valid.filter(({ sources }) => sources.length < 1)",
    tests: [IMPORTS],
    named: "a template makes them several",
  },
  {
    guard: "an import says that cases of one test run differ in their line",
    code: '"hostname", "line"] as const)\n    .filter',
    instead: '"hostname"] as const)\n    .filter',
    tests: [IMPORTS],
    named: "such as their line",
  },
  {
    guard: "an import says how many characters it replaced",
    file: "src/test-runs/report.ts",
    code: "replaced: report.replaced,",
    instead: "replaced: { count: 0, line: null },",
    tests: [IMPORTS],
    named: "One character that XML forbids",
  },
  {
    guard: "a report without tests is taken where its caller says so",
    code: "tests.length === 0 && !allow_empty",
    instead: "tests.length === 0",
    tests: [IMPORTS],
    named: "is a 200 with an empty list",
  },
  {
    guard: "a report without tests is refused with the tool that wrote it",
    code: "`a report of ${tool}`;",
    instead: '"a report";',
    tests: [IMPORTS],
    named: "says which tool's form",
  },
  {
    guard: "lines of only separators are empty",
    code: 'if (cells.some((cell) => cell.trim() !== "")) yield',
    instead: "if (cells.length > 0) yield",
    tests: [TABLES],
    named: "lines of only commas",
  },
  {
    guard: "a table may have semicolons",
    code: 'const SEPARATORS = [",", ";", "\\t"]',
    instead: 'const SEPARATORS = [",", "\\t"]',
    tests: [TABLES],
    named: "semicolons",
  },
  {
    guard: "a table may have tabs",
    code: 'const SEPARATORS = [",", ";", "\\t"]',
    instead: 'const SEPARATORS = [",", ";"]',
    tests: [TABLES],
    named: "tabs",
  },
  {
    guard: "a table's first line may name the separator",
    code: "SEPARATOR_LINE.exec(text)",
    instead: 'SEPARATOR_LINE.exec("")',
    tests: [TABLES],
    named: "semicolons that its first line names",
  },
  {
    guard: "a whole number may end with a decimal zero",
    code: "(?:[.,]0{0,2})?$/",
    instead: "$/",
    tests: [TABLES],
    named: "is that whole number",
  },
  {
    guard: "a table that is no UTF-8 is read as windows-1252",
    code: 'decodeBytes(bytes, "windows-1252")',
    instead: 'decodeBytes(bytes, "replace")',
    tests: [TABLES],
    named: "cp1252",
  },
  {
    guard: "a separator at a row's end makes no column",
    code: "all.slice(0, Math.max(filled, columns?.length ?? 0))",
    instead: "all",
    tests: [TABLES],
    named: "a comma at the rows' end alone",
  },
  {
    guard: "a list of test runs is its project's",
    code: "and(eq(testRuns.projectId, projectId), gt(testRuns.id, page.after))",
    instead: "gt(testRuns.id, page.after)",
    tests: [KEPT],
    named: "are listed by id",
  },
  {
    guard: "a test run is read in its own project",
    file: "src/test-runs/kept-store.ts",
    code: "and(eq(testRuns.projectId, projectId), eq(testRuns.id, id))",
    instead: "eq(testRuns.id, id)",
    tests: [KEPT],
    named: "in its own project",
  },
];
