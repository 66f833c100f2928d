import { addToTotals, noTotals, type ReportWriter, type Totals } from "../../src/reports/report-writer.ts";
import type { RunResult } from "../../src/reports/results.ts";

/** A result of a test; all but `known` is the least that a result has. */
export const result = (known: Partial<RunResult>): RunResult => ({
  kind: "test",
  file: null,
  suites: [],
  title: "x",
  parameters: null,
  contents: [],
  outcome: "passed",
  flaky: false,
  durationMs: null,
  message: null,
  detail: null,
  attempts: 1,
  ...known,
});

const totalsOf = (results: readonly RunResult[]): Totals => {
  const totals = noTotals();
  for (const each of results) addToTotals(totals, each);
  return totals;
};

/** The pieces of a report of these results. */
export const written = (
  writerOf: (totals: Totals) => ReportWriter,
  results: readonly RunResult[],
  isCut = false,
): string[] => {
  const writer = writerOf(totalsOf(results));
  return [writer.start(), ...results.map((each) => writer.result(each)), writer.end(isCut)];
};
