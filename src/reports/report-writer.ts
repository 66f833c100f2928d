import type { RunResult } from "./results.ts";

/** The counts of all results of a report, which stand before them in some forms. */
export interface Totals {
  tests: number;
  passed: number;
  failed: number;
  errors: number;
  skipped: number;
  flaky: number;
  durationMs: number;
}

const COUNTED = { passed: "passed", failed: "failed", error: "errors", skipped: "skipped" } as const;

export const noTotals = (): Totals => ({
  ...{ tests: 0, passed: 0, failed: 0, errors: 0, skipped: 0, flaky: 0, durationMs: 0 },
});

export const addToTotals = (
  totals: Totals,
  { outcome, flaky, durationMs }: Pick<RunResult, "outcome" | "flaky" | "durationMs">,
): void => {
  totals.tests += 1;
  totals[COUNTED[outcome]] += 1;
  totals.flaky += flaky ? 1 : 0;
  totals.durationMs += durationMs ?? 0;
};

/** Writes a report result by result, so that one of any size takes little memory. */
export interface ReportWriter {
  start: () => string;
  result: (result: RunResult) => string;
  /** `isCut`: more results are left out, which the report says. */
  end: (isCut: boolean) => string;
}

/** What a report says that is not whole. */
export const CUT = "The report ends here: it has more results than an export may have.";
