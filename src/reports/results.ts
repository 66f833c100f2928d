import { plainText } from "./colours.ts";
import { CONTENTS, contentOf } from "./content.ts";
import { nameOf, type TestName } from "./naming.ts";
import { isPassing, type Outcome, type Problem, type Report, type ReportCase } from "./report-case.ts";

/** What came of one test of a run, or an error of it that belongs to no test. */
export interface RunResult extends TestName {
  /** "problem": a failed hook, a file that did not load, a suite's own error. Nothing runs it by its name. */
  kind: "test" | "problem";
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

/** The titles of the suites and of the test in the forms that tools give them, with the file and without it. */
const spellings = ({ file, suites, title }: TestName): string[] =>
  [" > ", " › ", " ", "."].flatMap((join) => {
    const titles = [...suites, title].join(join);
    const behind = join === " " || join === "." ? " > " : join;
    return file === null ? [titles] : [titles, `${file}${behind}${titles}`];
  });

/** Each name that an import could have given the case. */
const contentsOf = (each: ReportCase, tool: string | null): string[] => {
  const contents = CONTENTS.map((content) => contentOf(each, content, tool).trim());
  const own = spellings(nameOf({ ...each, parameters: null }, null));
  return [...new Set([...contents, ...own])].filter((content) => content !== "");
};

const resultOf = (each: ReportCase, tool: string | null): RunResult => ({
  kind: each.kind === "test" ? "test" : "problem",
  ...nameOf(each, tool),
  get contents() {
    return each.kind === "test" ? contentsOf(each, tool) : [];
  },
  outcome: each.outcome,
  flaky: each.flaky,
  durationMs: each.durationMs,
  message: plainText(each.message),
  detail: plainText(each.detail),
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
  message: plainText(message),
  detail: plainText(detail),
  attempts: 1,
});

const keyOf = ({ kind, file, suites, title, parameters }: RunResult): string =>
  JSON.stringify([kind, file, suites, title, parameters]);

/** Tools that write each try as a case of its own, in their order. */
const TRY_IS_A_CASE = ["go"];

/** The last try counts. Its message is the failed one's where it passed. */
const addTry = (known: RunResult, next: RunResult): void => {
  known.attempts += next.attempts;
  const hasFailed = known.flaky || !isPassing(known.outcome);
  const { outcome, durationMs, message, detail } = next;
  const flaky = outcome === "passed" && hasFailed;
  Object.assign(known, { outcome, durationMs, flaky }, flaky ? {} : { message, detail });
};

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
  for (const { tool, cases, problems } of reports) {
    const own = new Set<RunResult>();
    const add = (result: RunResult) => {
      const key = keyOf(result);
      const known = results.get(key);
      if (!known) {
        results.set(key, result);
        own.add(result);
      } else if (tool !== null && TRY_IS_A_CASE.includes(tool) && own.has(known)) addTry(known, result);
      else fold(known, result);
    };
    for (const each of cases) {
      if (each.kind === "test" || !isPassing(each.outcome)) add(resultOf(each, tool));
    }
    for (const problem of problems) add(problemOf(problem));
  }
  return [...results.values()];
};
