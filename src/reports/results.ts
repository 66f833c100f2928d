import { CONTENTS, contentOf } from "./content.ts";
import type { Outcome, Report, ReportCase } from "./report-case.ts";

/** What came of one test of a run, or an error of it that belongs to no test. */
export interface RunResult {
  /** "problem": a failed hook, a file that did not load. Nothing runs it by its name. */
  kind: "test" | "problem";
  file: string | null;
  /** Outermost first. */
  suites: string[];
  title: string;
  parameters: string | null;
  /** Each name that an import of this report could have given its test run. */
  readonly contents: string[];
  outcome: Outcome;
  /** An earlier try failed, and the last one passed. */
  flaky: boolean;
  durationMs: number | null;
  message: string | null;
  detail: string | null;
  /** How many tries it took. */
  attempts: number;
}

const contentsOf = (each: ReportCase, tool: string | null): string[] => [
  ...new Set(CONTENTS.map((content) => contentOf(each, content, tool)).filter((content) => content !== "")),
];

/** What the reports of one run say, case by case. */
export const resultsOf = (reports: readonly Report[]): RunResult[] =>
  reports.flatMap(({ tool, cases }) =>
    cases.map((each) => ({
      kind: each.kind === "test" ? ("test" as const) : ("problem" as const),
      file: each.file,
      suites: each.suites,
      title: each.name,
      parameters: null,
      contents: each.kind === "test" ? contentsOf(each, tool) : [],
      outcome: each.outcome,
      flaky: false,
      durationMs: each.durationMs,
      message: each.message,
      detail: each.detail,
      attempts: 1,
    })),
  );
