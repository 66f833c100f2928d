import type { RunResult } from "./results.ts";

const COLUMNS = [
  "file",
  "suites",
  "title",
  "parameters",
  "kind",
  "outcome",
  "flaky",
  "duration_ms",
  "attempts",
  "message",
  "detail",
] as const;

/** A spreadsheet takes text that begins so for a formula; an apostrophe before it makes it text. */
const FORMULA = /^[=+\-@\t\r]/;

const cell = (text: string): string => {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const rowOf = (result: RunResult): string[] => [
  result.file ?? "",
  result.suites.join(" > "),
  result.title,
  result.parameters ?? "",
  result.kind,
  result.outcome,
  result.flaky ? "true" : "false",
  result.durationMs === null ? "" : String(result.durationMs),
  String(result.attempts),
  result.message ?? "",
  result.detail ?? "",
];

/** Results as CSV with a head line, line by line. What is null is empty. */
export function* writeCsv(results: readonly RunResult[]): Generator<string> {
  yield `${COLUMNS.join(",")}\r\n`;
  for (const result of results) yield `${rowOf(result).map(cell).join(",")}\r\n`;
}
