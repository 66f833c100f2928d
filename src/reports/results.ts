import { CONTENTS, contentOf } from "./content.ts";
import { isPassing, type Outcome, type Problem, type Report, type ReportCase } from "./report-case.ts";

/** What came of one test of a run, or an error of it that belongs to no test. */
export interface RunResult {
  /** "problem": a failed hook, a file that did not load, a suite's own error. Nothing runs it by its name. */
  kind: "test" | "problem";
  file: string | null;
  /** Outermost first. */
  suites: string[];
  title: string;
  /** What tells a row from the others of its test; null for a test without rows. */
  parameters: string | null;
  /** Each name that an import of this report could have given its test run. Made when it is asked for. */
  readonly contents: string[];
  outcome: Outcome;
  /** An earlier try failed, and the last one passed. */
  flaky: boolean;
  durationMs: number | null;
  /** A flaky test's are of its failed try. */
  message: string | null;
  detail: string | null;
  /** How many tries it took. */
  attempts: number;
}

/** From good to bad. */
const BADNESS: readonly Outcome[] = ["skipped", "passed", "failed", "error"];

const isWorse = (one: Outcome, other: Outcome): boolean => BADNESS.indexOf(one) > BADNESS.indexOf(other);

/** Each name that an import could have given the case. */
const contentsOf = (each: ReportCase, tool: string | null): string[] => {
  const contents = CONTENTS.map((content) => contentOf(each, content, tool).trim());
  return [...new Set(contents)].filter((content) => content !== "");
};

const resultOf = (each: ReportCase, tool: string | null): RunResult => ({
  kind: each.kind === "test" ? "test" : "problem",
  file: each.file,
  suites: each.suites,
  title: each.name,
  parameters: each.parameters,
  get contents() {
    return each.kind === "test" ? contentsOf(each, tool) : [];
  },
  outcome: each.outcome,
  flaky: each.flaky,
  durationMs: each.durationMs,
  message: each.message,
  detail: each.detail,
  attempts: each.attempts,
});

const problemOf = ({ suites, message, detail }: Problem): RunResult => ({
  kind: "problem",
  file: null,
  suites: suites.slice(0, -1),
  title: suites.at(-1) ?? "the whole report",
  parameters: null,
  contents: [],
  outcome: "error",
  flaky: false,
  durationMs: null,
  message,
  detail,
  attempts: 1,
});

const keyOf = ({ kind, file, suites, title, parameters }: RunResult): string =>
  JSON.stringify([kind, file, suites, title, parameters]);

/** Two cases of one test are one result, and the worse outcome counts. */
const fold = (known: RunResult, next: RunResult): void => {
  known.attempts = Math.max(known.attempts, next.attempts);
  if (!isWorse(next.outcome, known.outcome)) return;
  const { outcome, flaky, durationMs, message, detail } = next;
  Object.assign(known, { outcome, flaky, durationMs, message, detail });
};

/**
 * What the reports of one run say: one result for each test, in the order in which they first come, and one for each
 * error that belongs to no test. A hook or file that passed is no result.
 */
export const resultsOf = (reports: readonly Report[]): RunResult[] => {
  const results = new Map<string, RunResult>();
  const add = (result: RunResult) => {
    const key = keyOf(result);
    const known = results.get(key);
    if (known) fold(known, result);
    else results.set(key, result);
  };
  for (const { tool, cases, problems } of reports) {
    for (const each of cases) {
      if (each.kind === "test" || !isPassing(each.outcome)) add(resultOf(each, tool));
    }
    for (const problem of problems) add(problemOf(problem));
  }
  return [...results.values()];
};
