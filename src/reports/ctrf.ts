import type { Bounds } from "./bounds.ts";
import { CaseList } from "./case-list.ts";
import { PRESET_TOOLS } from "./content.ts";
import { millisecondsOfNumber } from "./duration.ts";
import { type Json, numberOf, objectOf, objectsOf, textOf, textsOf } from "./json.ts";
import { OWN_TOOL } from "./own-report.ts";
import { OUTCOMES as OUTCOME_NAMES, type Outcome, type Report, ReportError } from "./report-case.ts";
import { NOTHING_REPLACED } from "./text.ts";

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  passed: "passed",
  failed: "failed",
  skipped: "skipped",
  pending: "skipped",
};
/** Raw statuses of tests that did not run, which CTRF reports as "other". Any other "other" is an error. */
const DID_NOT_RUN = /^(todo|pending|skipped|disabled|ignored|excluded)$/i;

/** The suite names: a list, or joined by the reporter. Some begin with the file's name. */
const suitesOf = (test: Json, file: string | null): string[] => {
  const names = Array.isArray(test.suite)
    ? textsOf(test.suite)
    : (textOf(test.suite) ?? "").split(/ > /).slice(0, 100);
  const suites = names.filter((suite) => suite.trim() !== "");
  const at = suites.findIndex((suite) => file !== null && (file === suite || file.endsWith(`/${suite}`)));
  // A project's name may precede the file.
  return at === -1 || at > 1 ? suites : suites.filter((_, index) => index !== at);
};

const parametersOf = (parameters: unknown): string | null => {
  const texts = Object.entries(objectOf(parameters)).map(([name, value]) => `${name}: ${String(value)}`);
  return texts.length > 0 ? texts.join(", ").slice(0, 4000) : null;
};

const add = (list: CaseList, test: Json, isOwn: boolean): void => {
  const file = textOf(test.filePath);
  const name = textOf(test.name) ?? "";
  const status = textOf(test.status) ?? "";
  const raw = textOf(test.rawStatus) ?? "";
  const known = Object.hasOwn(OUTCOMES, status) ? OUTCOMES[status] : undefined;
  const outcome = known ?? (DID_NOT_RUN.test(raw) ? "skipped" : "error");
  const tries = objectsOf(test.retryAttempts);
  const failed = tries.find(({ status }) => status === "failed");
  const retries = Math.max(0, numberOf(test.retries) ?? 0, tries.length);
  const flaky = outcome === "passed" && (test.flaky === true || failed !== undefined);
  // A reporter may report an expected failure: a passed test has no message.
  const failure = flaky ? failed : outcome === "passed" ? undefined : test;
  const extra = objectOf(test.extra);
  if (isOwn) {
    list.add({
      suites: textsOf(test.suite),
      name,
      file,
      parameters: textOf(extra.parameters),
      outcome: OUTCOME_NAMES.find((each) => each === raw) ?? outcome,
      attempts: retries + 1,
      flaky: test.flaky === true,
      durationMs: millisecondsOfNumber(extra.durationMs),
      message: textOf(test.message),
      detail: textOf(test.trace),
      kind: extra.kind === "problem" ? "hook" : "test",
    });
    return;
  }
  list.add({
    suites: suitesOf(test, file),
    name,
    file,
    line: numberOf(test.line),
    parameters: parametersOf(test.parameters),
    outcome,
    attempts: retries + 1,
    flaky,
    durationMs: millisecondsOfNumber(test.duration),
    message: textOf(failure?.message) ?? (outcome === "error" ? `${status}: ${raw}` : null),
    detail: textOf(failure?.trace) ?? textOf(failure?.message),
    kind: name.trim() === "" ? "nameless" : /"(before|after) (all|each)" hook\b/.test(name) ? "hook" : "test",
  });
};

/** Whether JSON is a CTRF report. */
export const isCtrf = (json: Json): boolean =>
  json.reportFormat === "CTRF" || Array.isArray(objectOf(json.results).tests);

/** Reads a Common Test Report Format file. Throws `ReportError`. */
export const readCtrf = (json: Json, bounds: Bounds): Report => {
  const results = objectOf(json.results);
  if (!Array.isArray(results.tests))
    throw new ReportError("must be a CTRF report: it has no list results.tests", {
      near: '"results"',
    });
  const list = new CaseList(bounds);
  const tool = textOf(objectOf(results.tool).name)?.toLowerCase() ?? null;
  for (const test of objectsOf(results.tests)) add(list, test, tool === OWN_TOOL);
  const { cases, problems } = list;
  return {
    tool: tool !== null && (tool === OWN_TOOL || PRESET_TOOLS.includes(tool)) ? tool : null,
    cases,
    problems,
    replaced: NOTHING_REPLACED,
  };
};
