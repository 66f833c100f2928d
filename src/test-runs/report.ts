import { BOUNDS } from "../reports/bounds.ts";
import { contentOf, isTemplate, PRESET_TOOLS } from "../reports/content.ts";
import { type FormattedReport, JUNIT, readReport } from "../reports/read-report.ts";
import { type ReportCase, ReportError } from "../reports/report-case.ts";
import { isRunnable } from "../reports/runnable.ts";
import { type FieldError, invalid } from "../wire/refusals.ts";
import { type ValidRuns, validateRuns } from "./files.ts";
import type { FileMatch, Incoming } from "./store.ts";
import type { ImportSummary } from "./summary.ts";

/** The maximum length of a test run's name; `automation_content` is never cut. */
const NAME_CHARACTERS = 255;
const SHOWN_CHARACTERS = 80;

const cut = (name: string): string => {
  if (name.trim().length <= NAME_CHARACTERS) return name;
  const short = name.trim().slice(0, NAME_CHARACTERS - 1);
  return `${short.isWellFormed() ? short : short.slice(0, -1)}…`;
};

/** The name of a case in a refusal. */
const caseLabel = ({ name, classname, place }: ReportCase): string =>
  `case ${place.number} ${JSON.stringify((name.trim() === "" ? classname : name).slice(0, SHOWN_CHARACTERS))}${place.line === null ? "" : ` (line ${place.line})`}`;

const refuse = (errors: FieldError[]): never => {
  throw invalid(errors);
};

/** The test run of a case. A missing content is refused: no other attribute would let a host run the test. */
const runOf = (each: ReportCase, content: string, tool: string | null) => {
  const picked = contentOf(each, content, tool);
  if (picked !== "") return { test_case_name: cut(each.name), automation_content: picked };
  const lacks = isTemplate(content) ? `none of the fields of ${content}` : `no ${content}`;
  return refuse([{ field: caseLabel(each), message: `has ${lacks}: pick another content with ?content=` }]);
};

const read = (bytes: Uint8Array): FormattedReport => {
  try {
    return readReport(bytes, "", { ...BOUNDS, messageCharacters: 0, detailCharacters: 0 });
  } catch (error) {
    if (error instanceof ReportError) return refuse([{ field: "body", message: error.message }]);
    throw error;
  }
};

/** The fields that differ between cases of one test run; a template with one of them would separate the cases. */
const differences = (cases: readonly ReportCase[]): string[] =>
  (["suites", "classname", "package", "file", "hostname", "line"] as const)
    .filter((field) => new Set(cases.map((each) => JSON.stringify(each[field]))).size > 1)
    .map((field) => (field === "suites" ? "suite" : field));

/** The number of tests that the tool whose content was asked for runs by no name. */
const notRunnable = ({ cases, tool }: FormattedReport, content: string): number => {
  const asked = content === "tool" ? tool : content;
  if (content !== "tool" && !PRESET_TOOLS.includes(content)) return 0;
  return cases.filter((each) => each.kind === "test" && !isRunnable(each, asked)).length;
};

const summaryOf = (report: FormattedReport, valid: ValidRuns<ReportCase>, content: string): ImportSummary => {
  const merged = valid.filter(({ sources }) => sources.length > 1);
  const leftOut = report.cases.filter(({ kind }) => kind !== "test");
  return {
    format: report.format,
    tool: report.tool,
    cases: report.cases.length,
    test_runs: valid.length,
    merged: merged.map(({ run, sources }) => ({
      automation_content: run.automation_content,
      cases: sources.map(({ place }) => place.number),
      differ_in: differences(sources),
    })),
    left_out: leftOut.map(({ name, classname, kind, place }) => ({
      case: place.number,
      line: place.line,
      name: name.trim() === "" ? classname : name,
      why: kind,
    })),
    not_runnable: notRunnable(report, content),
    replaced: report.replaced,
  };
};

const refuseEmpty = ({ format, tool, cases }: FormattedReport): never => {
  const isJunit = format === JUNIT;
  const form =
    tool === null
      ? `${isJunit ? "a JUnit report" : format} that no tool's form shows in`
      : `a report of ${tool}`;
  const none = isJunit ? "there is no <testcase> in a <testsuites> or <testsuite> of" : "there is none in";
  const what =
    cases.length === 0
      ? `must have test cases: ${none} this, ${form}`
      : `must have tests: all ${cases.length} cases of this, ${form}, are hooks, files or errors of loading`;
  return refuse([{ field: "body", message: `${what}; ?allow_empty=true takes it` }]);
};

/**
 * The test runs of a report in any known format, whatever its outcomes: one for each test, named after it (cut to 255
 * characters), with the content that `content` selects. Cases with equal name and content are one test run, which the
 * summary reports. Cases that are not tests are left out. Throws `invalid`.
 */
export const testRunsOfReport = (
  bytes: Uint8Array,
  { content, allow_empty, match = "content" }: { content: string; allow_empty: boolean; match?: FileMatch },
): Incoming => {
  const report = read(bytes);
  const { tool } = report;
  const tests = report.cases.filter(({ kind }) => kind === "test");
  if (tests.length === 0 && !allow_empty) refuseEmpty(report);
  if (content === "tool" && tool === null && tests.length > 0) {
    refuse([
      { field: "content", message: "can't be tool: no tool's own form shows in this report; name the tool" },
    ]);
  }
  const valid = validateRuns(
    tests.map((each) => ({
      source: each,
      place: `${caseLabel(each)}: its`,
      run: runOf(each, content, tool),
    })),
  );
  return { runs: valid.map(({ run }) => run), matchBy: match, summary: summaryOf(report, valid, content) };
};
