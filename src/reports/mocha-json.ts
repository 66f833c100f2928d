import type { Bounds } from "./bounds.ts";
import { CaseList } from "./case-list.ts";
import { millisecondsOfNumber } from "./duration.ts";
import { type Json, numberOf, objectOf, objectsOf, textOf } from "./json.ts";
import type { Outcome, Report } from "./report-case.ts";
import { NOTHING_REPLACED } from "./text.ts";

/** The part of the full title before the test's own title: the describe titles, joined by spaces. */
const describesOf = (full: string, title: string): string[] => {
  const around = full.endsWith(title) ? full.slice(0, full.length - title.length).trim() : "";
  return around === "" ? [] : [around];
};

const add = (list: CaseList, test: Json, outcome: Outcome): void => {
  const title = textOf(test.title) ?? "";
  const error = objectOf(test.err);
  const retries = Math.max(0, numberOf(test.currentRetry) ?? 0);
  list.add({
    suites: describesOf(textOf(test.fullTitle) ?? "", title),
    name: title,
    file: textOf(test.file),
    outcome,
    attempts: retries + 1,
    flaky: outcome === "passed" && retries > 0,
    durationMs: millisecondsOfNumber(test.duration),
    message: textOf(error.message),
    detail: textOf(error.stack),
    kind: /^"(?:before|after) (?:all|each)" hook/.test(title) ? "hook" : "test",
  });
};

/** Whether JSON is a Mocha report. */
export const isMochaJson = (json: Json): boolean =>
  Array.isArray(json.passes) && Array.isArray(json.failures) && Array.isArray(json.pending);

/** Reads Mocha's JSON report. A failed hook appears only among the failures. */
export const readMochaJson = (json: Json, bounds: Bounds): Report => {
  const list = new CaseList(bounds);
  for (const test of objectsOf(json.passes)) add(list, test, "passed");
  for (const test of objectsOf(json.pending)) add(list, test, "skipped");
  for (const test of objectsOf(json.failures)) add(list, test, "failed");
  const { cases, problems } = list;
  return { tool: "mocha", cases, problems, replaced: NOTHING_REPLACED };
};
