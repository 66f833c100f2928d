import { type Json, numberOf, objectOf, objectsOf, parseJson, textOf } from "./json.ts";
import type { RunReport } from "./recipe.ts";
import { caseOf, type FoundCase } from "./report-case.ts";

/** The describes, joined by spaces: the full title without the test's own. */
function describesOf(full: string, title: string): string[] {
  const around = full.endsWith(title) ? full.slice(0, full.length - title.length).trim() : "";
  return around === "" ? [] : [around];
}

function readCase(test: Json, outcome: FoundCase["outcome"]): FoundCase {
  const title = textOf(test.title) ?? "";
  const error = objectOf(test.err);
  return caseOf({
    suites: describesOf(textOf(test.fullTitle) ?? "", title),
    name: title,
    file: textOf(test.file),
    outcome,
    durationMs: numberOf(test.duration),
    message: textOf(error.message),
    detail: textOf(error.stack),
    kind: /^"(?:before|after) (?:all|each)" hook/.test(title) ? "hook" : "test",
  });
}

/** Reads Mocha's JSON report. A failed hook is only in its failures. */
export function readMocha(text: string): RunReport {
  const report = parseJson(text);
  if (!report) return { cases: [], errors: ["The report is not whole."] };
  const failures = objectsOf(report.failures).map((test) => readCase(test, "failed"));
  const cases = [
    ...objectsOf(report.passes).map((test) => readCase(test, "passed")),
    ...objectsOf(report.pending).map((test) => readCase(test, "skipped")),
    ...failures,
  ];
  const errors = failures
    .filter(({ kind }) => kind === "hook")
    .map((hook) => `${[...hook.suites, hook.name].join(" > ")}: ${hook.message ?? "failed"}`);
  return { cases, errors };
}
