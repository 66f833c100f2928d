import { OWN_TOOL } from "./own-report.ts";
import type { RunResult } from "./results.ts";

const STATUSES = { passed: "passed", failed: "failed", error: "failed", skipped: "skipped" } as const;

const testOf = (result: RunResult) => {
  const { title, file, suites, parameters, kind, outcome, flaky, durationMs, message, detail, attempts } =
    result;
  return {
    name: title,
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

const count = (results: readonly RunResult[], status: string): number =>
  results.filter(({ outcome }) => STATUSES[outcome] === status).length;

/** Writes results as a CTRF report, piece by piece. `start` and `stop` of the run are epoch milliseconds. */
export function* writeCtrf(
  results: readonly RunResult[],
  { start, stop }: { start: number; stop: number },
): Generator<string> {
  const summary = {
    tests: results.length,
    passed: count(results, "passed"),
    failed: count(results, "failed"),
    skipped: count(results, "skipped"),
    pending: 0,
    other: 0,
    flaky: results.filter(({ flaky }) => flaky).length,
    start,
    stop,
  };
  const head = { reportFormat: "CTRF", specVersion: "1.0.0" };
  yield `${JSON.stringify(head).slice(0, -1)},"results":{"tool":${JSON.stringify({ name: OWN_TOOL })},`;
  yield `"summary":${JSON.stringify(summary)},"tests":[`;
  for (const [at, result] of results.entries())
    yield `${at === 0 ? "" : ","}\n${JSON.stringify(testOf(result))}`;
  yield "\n]}}\n";
}
