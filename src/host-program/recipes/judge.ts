import type { ReportCase } from "../../reports/report-case.ts";
import type { AskedTest, ExitMeaning, Recipe, RecipePlan, RunReport } from "./recipe.ts";

interface JudgedTest {
  testRunId: number;
  outcome: ReportCase["outcome"] | "not_found";
  durationMs: number | null;
  message: string | null;
  detail: string | null;
}

export interface Judgement {
  outcome: "COMPLETED" | "FAILED";
  /** Why it is FAILED, in words; null for COMPLETED. */
  reason: string | null;
  /** Failed tests are all that is wrong. */
  isOfTests: boolean;
  /** In the order of the request; empty for the whole suite. */
  tests: JudgedTest[];
}

export interface EndedRun {
  recipe: Recipe;
  /** null: the whole suite. */
  asked: readonly AskedTest[] | null;
  /** The plan's. "none": only the exit codes are judged, and single tests are unknown. */
  reportFrom: RecipePlan["reportFrom"];
  /** null: the run left no report. */
  report: RunReport | null;
  /** The exit code of each command, in order. */
  exitCodes: readonly number[];
}

const BADNESS = ["skipped", "passed", "failed", "error"] as const;

const worse = (one: ReportCase, other: ReportCase): ReportCase =>
  BADNESS.indexOf(other.outcome) > BADNESS.indexOf(one.outcome) ? other : one;

/** The case that counts among those with one name. */
function countingCase(cases: readonly ReportCase[], lastTryCounts: boolean): ReportCase | undefined {
  const last = cases.at(-1);
  return last && !lastTryCounts ? cases.reduce(worse) : last;
}

function judgeTest(test: AskedTest, cases: readonly ReportCase[], recipe: Recipe): JudgedTest {
  const tests = cases.filter(({ kind }) => kind === "test");
  const exact = tests.filter((found) => recipe.match(test, found) === "test");
  const parts = exact.length > 0 ? [] : tests.filter((found) => recipe.match(test, found) === "part");
  // The parts of a group are different tests: the worst counts.
  const found = countingCase(exact, recipe.lastTryCounts === true) ?? countingCase(parts, false);
  if (!found) {
    const message = `no case of the report is called "${test.content}"`;
    return { testRunId: test.testRunId, outcome: "not_found", durationMs: null, message, detail: null };
  }
  const { outcome, durationMs, message, detail } = found;
  return { testRunId: test.testRunId, outcome, durationMs, message, detail };
}

const NAMES_SHOWN = 3;

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

const isRed = ({ outcome }: { outcome: string }): boolean => outcome === "failed" || outcome === "error";

function exitMeaningOf({ recipe, exitCodes }: EndedRun): { code: number; meaning: ExitMeaning } {
  const meant = exitCodes.map((code) => ({
    code,
    meaning: recipe.exitMeaning
      ? recipe.exitMeaning(code)
      : code === 0
        ? ("passed" as const)
        : ("failed" as const),
  }));
  return meant.find(({ meaning }) => meaning !== "passed") ?? { code: 0, meaning: "passed" };
}

const MEANINGS: Readonly<Record<ExitMeaning, string>> = {
  passed: "which means passed",
  failed: "which means failed tests",
  no_tests: "which means that no test was run",
  broken: "which means that the tool did not get to the tests",
};

/** Why a run of chosen tests failed; null: it did not. */
function reasonOfAsked(
  run: EndedRun,
  tests: readonly JudgedTest[],
  asked: readonly AskedTest[],
): string | null {
  const named = (chosen: (test: JudgedTest) => boolean) =>
    asked.filter((_, index) => tests[index] && chosen(tests[index])).map(({ name }) => name);
  const missing = named(({ outcome }) => outcome === "not_found");
  const red = named(isRed);
  const skipped = named(({ outcome }) => outcome === "skipped");
  if (missing.length + skipped.length === asked.length) {
    const { code, meaning } = exitMeaningOf(run);
    const counts = `${missing.length} not found, ${skipped.length} skipped`;
    const why = run.report?.errors[0] ? `: ${run.report.errors[0]}` : "";
    return `none of the tests that were asked for ran: ${counts}; exit code ${code}, ${MEANINGS[meaning]}${why}`;
  }
  if (red.length > 0) return `${red.length} of ${asked.length} tests failed: ${listed(red)}`;
  if (missing.length > 0)
    return `${missing.length} of ${asked.length} tests were not found: ${listed(missing)}`;
  return null;
}

function reasonOfSuite({ report }: EndedRun): string | null {
  const tests = report?.cases.filter(({ kind }) => kind === "test") ?? [];
  const red = tests.filter(isRed);
  if (red.length > 0)
    return `${red.length} of ${tests.length} tests failed: ${listed(red.map(({ name }) => name))}`;
  return null;
}

/** Why a run without a failed test failed: an error outside the tests, or an exit code. */
function reasonBesideTests(run: EndedRun): string | null {
  const { code, meaning } = exitMeaningOf(run);
  const error = run.report?.errors[0];
  if (error !== undefined) return `an error outside of the tests: ${error}`;
  if (meaning !== "passed") {
    const green = run.report?.cases.length ? "no test failed, but " : "";
    return `${green}the command ended with exit code ${code}, ${MEANINGS[meaning]}`;
  }
  return null;
}

/** Why a whole suite whose exit code means passed failed: no test ran. */
function reasonOfEmptiness({ report }: EndedRun): string | null {
  if (report?.cases.some(({ kind }) => kind === "test")) return null;
  return report === null ? "the command left no report" : "no test was run";
}

/** Whether every test that was asked for is in the report, and nothing beside them failed. */
const isWhole = (run: EndedRun, tests: readonly JudgedTest[]): boolean =>
  run.reportFrom !== "none" &&
  !run.report?.errors.length &&
  !tests.some(({ outcome }) => outcome === "not_found") &&
  ["passed", "failed"].includes(exitMeaningOf(run).meaning);

const hasRed = ({ asked, report }: EndedRun, tests: readonly JudgedTest[]): boolean =>
  (asked === null ? (report?.cases.filter(({ kind }) => kind === "test") ?? []) : tests).some(isRed);

function reasonOf(run: EndedRun, tests: readonly JudgedTest[]): string | null {
  if (run.asked?.length === 0) return "no test was asked for";
  if (run.reportFrom === "none") return reasonBesideTests(run);
  if (run.asked === null) return reasonOfSuite(run) ?? reasonBesideTests(run) ?? reasonOfEmptiness(run);
  return reasonOfAsked(run, tests, run.asked) ?? reasonBesideTests(run);
}

/**
 * The outcome of a run. Each asked test has the outcome of its own case, whatever the exit code. COMPLETED:
 * each asked test (or, for the whole suite, each test) passed or was skipped, at least one ran (for the whole
 * suite: is in the report), there is no error outside the tests, and each exit code means passed.
 */
export function judgeRun(run: EndedRun): Judgement {
  const { recipe, asked, report, reportFrom } = run;
  const cases = report?.cases ?? [];
  const tests = reportFrom === "none" ? [] : (asked?.map((test) => judgeTest(test, cases, recipe)) ?? []);
  const reason = reasonOf(run, tests);
  const isOfTests = reason !== null && hasRed(run, tests) && isWhole(run, tests);
  return { outcome: reason === null ? "COMPLETED" : "FAILED", reason, isOfTests, tests };
}
