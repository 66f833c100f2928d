import type { Bounds } from "./bounds.ts";
import { CaseList } from "./case-list.ts";
import { millisecondsOfNumber } from "./duration.ts";
import { type Json, numberOf, objectsOf, textOf, textsOf } from "./json.ts";
import type { Outcome, Report, ReportCase } from "./report-case.ts";
import { NOTHING_REPLACED } from "./text.ts";

/** "todo", "pending", "disabled" and "skipped" tests did not run. */
const outcomeOf = (status: string | null): Outcome =>
  status === "passed" ? "passed" : status === "failed" ? "failed" : "skipped";

const caseOf = (
  file: string | null,
  test: Json,
): Partial<ReportCase> & { name: string; outcome: Outcome } => {
  const failures = textsOf(test.failureMessages);
  const tries = textsOf(test.retryReasons);
  const outcome = outcomeOf(textOf(test.status));
  const messages = failures.length > 0 ? failures : tries;
  // Jest counts tries. Vitest leaves the messages of failed tries on a passed test.
  const counted = numberOf(test.invocations) ?? (outcome === "passed" ? messages.length + 1 : 1);
  return {
    suites: textsOf(test.ancestorTitles),
    name: textOf(test.title) ?? "",
    file,
    outcome,
    attempts: Math.max(1, counted),
    flaky: outcome === "passed" && counted > 1,
    durationMs: millisecondsOfNumber(test.duration),
    message: messages[0]?.split("\n", 1)[0] ?? null,
    detail: messages.length > 0 ? messages.join("\n\n") : null,
  };
};

/** Whether JSON is a Jest report. */
export const isJestJson = (json: Json): boolean => Array.isArray(json.testResults) && "numTotalTests" in json;

/**
 * Reads Jest's JSON report, which Vitest writes too. A failed file without a failed test is an error of the file: it
 * did not load, or a hook failed (Vitest reports no more about a hook).
 */
export const readJestJson = (json: Json, bounds: Bounds): Report => {
  const list = new CaseList(bounds);
  for (const result of objectsOf(json.testResults)) {
    const file = textOf(result.name);
    const tests = objectsOf(result.assertionResults).map((test) => list.add(caseOf(file, test)));
    if (result.status !== "failed" || tests.some(({ outcome }) => outcome === "failed")) continue;
    const detail = textOf(result.message)?.trim() || "a hook failed";
    list.addProblem({ suites: file === null ? [] : [file], message: null, detail, line: null });
  }
  const { cases, problems } = list;
  return {
    tool: "wasInterrupted" in json ? "jest" : "vitest",
    cases,
    problems,
    replaced: NOTHING_REPLACED,
  };
};
