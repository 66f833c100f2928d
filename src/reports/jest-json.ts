import type { Bounds } from "./bounds.ts";
import { CaseList } from "./case-list.ts";
import { millisecondsOfNumber } from "./duration.ts";
import { type Json, numberOf, objectsOf, textOf, textsOf } from "./json.ts";
import type { Outcome, Report, ReportCase } from "./report-case.ts";
import { NOTHING_REPLACED } from "./text.ts";

/** "todo", "pending", "disabled" and "skipped" are all tests that did not run. */
const outcomeOf = (status: string | null): Outcome =>
  status === "passed" ? "passed" : status === "failed" ? "failed" : "skipped";

const caseOf = (
  file: string | null,
  test: Json,
): Partial<ReportCase> & { name: string; outcome: Outcome } => {
  const failures = textsOf(test.failureMessages);
  const tries = textsOf(test.retryReasons);
  const outcome = outcomeOf(textOf(test.status));
  const told = failures.length > 0 ? failures : tries;
  // Jest counts its tries; of Vitest's, those that failed have left their messages with a test that passed.
  const counted = numberOf(test.invocations) ?? (outcome === "passed" ? told.length + 1 : 1);
  return {
    suites: textsOf(test.ancestorTitles),
    name: textOf(test.title) ?? "",
    file,
    outcome,
    attempts: Math.max(1, counted),
    flaky: outcome === "passed" && counted > 1,
    durationMs: millisecondsOfNumber(test.duration),
    message: told[0]?.split("\n", 1)[0] ?? null,
    detail: told.length > 0 ? told.join("\n\n") : null,
  };
};

/** Whether JSON is a report of Jest's own form. */
export const isJestJson = (json: Json): boolean => Array.isArray(json.testResults) && "numTotalTests" in json;

/**
 * Jest's own JSON report, which Vitest writes too. A file that failed while none of its tests did is an error of the
 * file: it did not load, or a hook failed (Vitest tells no more of a hook than this).
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
