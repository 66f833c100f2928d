import type { TraceContext } from "../wire/trace-context.ts";
import { OWN_TOOL } from "./own-report.ts";
import { CUT, type ReportWriter, type Totals } from "./report-writer.ts";
import type { RunResult } from "./results.ts";

const STATUSES = { passed: "passed", failed: "failed", error: "failed", skipped: "skipped" } as const;

const UNNAMED = "(no name)";

const testOf = (result: RunResult) => {
  const { title, file, suites, parameters, kind, outcome, flaky, durationMs, message, detail, attempts } =
    result;
  return {
    // CTRF takes no empty name.
    name: title === "" ? UNNAMED : title,
    status: STATUSES[outcome],
    duration: Math.round(durationMs ?? 0),
    ...(suites.length > 0 && { suite: suites }),
    ...(message !== null && { message }),
    ...(detail !== null && { trace: detail }),
    ...(file !== null && { filePath: file }),
    rawStatus: outcome,
    retries: attempts - 1,
    flaky,
    // Fields that CTRF does not have.
    extra: { kind, parameters, durationMs },
  };
};

/**
 * Writes results as a CTRF report. `start` is when the run began, epoch milliseconds; `trace` is the trace that it
 * belongs to, if it does.
 */
export const ctrfWriter = (totals: Totals, start: number, trace?: TraceContext): ReportWriter => {
  let isFirst = true;
  return {
    start: () => {
      const { tests, passed, failed, errors, skipped, flaky, durationMs } = totals;
      const summary = {
        ...{ tests, passed, failed: failed + errors, skipped, pending: 0, other: 0, flaky },
        ...{ start, stop: start + Math.round(durationMs) },
      };
      const head = { reportFormat: "CTRF", specVersion: "1.0.0" };
      const tool = JSON.stringify({ name: OWN_TOOL });
      // Fields that CTRF does not have.
      const environment = trace ? `,"environment":${JSON.stringify({ extra: trace })}` : "";
      return `${JSON.stringify(head).slice(0, -1)},"results":{"tool":${tool}${environment},"summary":${JSON.stringify(summary)},"tests":[`;
    },
    result: (result) => {
      const comma = isFirst ? "" : ",";
      isFirst = false;
      return `${comma}\n${JSON.stringify(testOf(result))}`;
    },
    end: (isCut) => `\n]${isCut ? `,"extra":${JSON.stringify({ cut: CUT })}` : ""}}}\n`,
  };
};
