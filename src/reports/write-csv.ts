import { CUT, type ReportWriter } from "./report-writer.ts";
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

/** A spreadsheet treats such text as a formula; a leading apostrophe makes it text. */
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

const lineOf = (cells: readonly string[]): string => `${cells.map(cell).join(",")}\r\n`;

/** Writes results as CSV with a header. Null is an empty cell. */
export const csvWriter = (): ReportWriter => ({
  start: () => `${COLUMNS.join(",")}\r\n`,
  result: (result) => lineOf(rowOf(result)),
  end: (isCut) => (isCut ? lineOf(COLUMNS.map((column) => (column === "title" ? CUT : ""))) : ""),
});
