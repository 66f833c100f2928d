import { type Json, numberOf, objectsOf, parseJson, textOf, textsOf } from "./json.ts";
import type { RunReport } from "./recipe.ts";
import { caseOf, type FoundCase } from "./report-case.ts";

/** "todo", "pending", "disabled" and "skipped" tests did not run. */
function outcomeOf(status: string | null): FoundCase["outcome"] {
  return status === "passed" ? "passed" : status === "failed" ? "failed" : "skipped";
}

function readCase(file: string | null, test: Json): FoundCase {
  const failures = textsOf(test.failureMessages);
  return caseOf({
    suites: textsOf(test.ancestorTitles),
    name: textOf(test.title) ?? "",
    file,
    outcome: outcomeOf(textOf(test.status)),
    durationMs: numberOf(test.duration),
    message: failures[0]?.split("\n")[0] ?? null,
    detail: failures.length > 0 ? failures.join("\n\n") : null,
  });
}

/**
 * Reads Jest's JSON report, which Vitest writes too. A file that failed without a failed test is an error of
 * the file: it did not load, or a hook failed (Vitest reports no more of a hook).
 */
export function readJest(text: string): RunReport {
  const report = parseJson(text);
  if (!report) return { cases: [], errors: ["The report is not whole."] };
  const cases: FoundCase[] = [];
  const errors: string[] = [];
  for (const result of objectsOf(report.testResults)) {
    const file = textOf(result.name);
    const tests = objectsOf(result.assertionResults).map((test) => readCase(file, test));
    cases.push(...tests);
    if (result.status === "failed" && !tests.some(({ outcome }) => outcome === "failed")) {
      const message = textOf(result.message);
      errors.push(`${file}: ${message ? message.trim() : "a hook failed"}`);
    }
  }
  return { cases, errors };
}
