import { plainText } from "./colours.ts";
import { contentOf, contentsBy, featureContent } from "./content.ts";
import { nameOf, type TestName } from "./naming.ts";
import { isPassing, type Outcome, type Problem, type Report, type ReportCase } from "./report-case.ts";

/** The result of one test of a run, or an error of the run outside its tests. */
export interface RunResult extends TestName {
  /** "problem": a failed hook, a file that did not load, a suite's error. It cannot be run by name. */
  kind: "test" | "problem";
  /**
   * Every content that an import of this report could have given the test run, trimmed, the usual ones first. They are
   * computed as they are read; some come twice or are empty.
   */
  readonly contents: Iterable<string>;
  outcome: Outcome;
  /** An earlier try failed and the last one passed. */
  flaky: boolean;
  durationMs: number | null;
  /** For a flaky test, those of the failed try. */
  message: string | null;
  detail: string | null;
  /** The number of tries. */
  attempts: number;
}

/** From best to worst. */
const BADNESS: readonly Outcome[] = ["skipped", "passed", "failed", "error"];

const isWorse = (one: Outcome, other: Outcome): boolean => BADNESS.indexOf(one) > BADNESS.indexOf(other);

/** The titles of the suites and the test, joined in the tools' ways, with and without the file. */
const spellings = ({ file, suites, title }: TestName): string[] =>
  [" > ", " › ", " ", "."].flatMap((join) => {
    const titles = [...suites, title].join(join);
    const behind = join === " " || join === "." ? " > " : join;
    return file === null ? [titles] : [titles, `${file}${behind}${titles}`];
  });

/** A report's name is the outermost suite of its TAP, and an import does not have it. */
const contentsInTap = (each: ReportCase, tool: string | null): string[] => {
  if (each.classname !== "" || each.file !== null || each.suites.length === 0) return [];
  const imported = { ...each, suites: each.suites.slice(1) };
  return [contentOf(imported, "classname.name", tool).trim(), ...spellings(nameOf(imported, null))];
};

/** Every content that an import could have given the case, perhaps with space around it. */
function* untrimmedContents(each: ReportCase, tool: string | null): Generator<string> {
  yield* contentsBy(each, tool);
  yield* spellings(nameOf({ ...each, parameters: null }, null));
  if (tool?.startsWith("cucumber")) yield featureContent(each);
  yield* contentsInTap(each, tool);
}

function* contentsOf(each: ReportCase, tool: string | null): Generator<string> {
  for (const content of untrimmedContents(each, tool)) yield content.trim();
}

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

/** Tools that write each try as a case, in order. */
const TRY_IS_A_CASE = ["go"];

/** Adds a later try, which sets the outcome. If it passed, the failed try's message is kept. */
const addTry = (known: RunResult, next: RunResult): void => {
  known.attempts += next.attempts;
  const hasFailed = known.flaky || !isPassing(known.outcome);
  const { outcome, durationMs, message, detail } = next;
  const flaky = outcome === "passed" && hasFailed;
  Object.assign(known, { outcome, durationMs, flaky }, flaky ? {} : { message, detail });
};

/** Merges two cases of one test; the worse outcome counts. */
const fold = (known: RunResult, next: RunResult): void => {
  known.attempts = Math.max(known.attempts, next.attempts);
  if (!isWorse(next.outcome, known.outcome)) return;
  const { outcome, flaky, durationMs, message, detail } = next;
  Object.assign(known, { outcome, flaky, durationMs, message, detail });
};

/**
 * The results of a run's reports: one per test in order of first occurrence, and one per error outside tests. Passed
 * hooks and files give none.
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
