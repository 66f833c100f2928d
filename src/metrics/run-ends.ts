import { TESTS_FAILED, TESTS_MISSING } from "../jobs/result-counts.ts";
import { type ENDED, HOST_LOST, HOST_REASONS, RUN_LIMIT } from "../jobs/status.ts";

/** OpenTelemetry's word for a class of errors that has none of our own: the host said FAILED, and no more. */
const OTHER = "_OTHER";

/** How a run may end, in the words of OpenTelemetry's conventions. */
interface RunEnd {
  /** Under which `metrics` has it. */
  key: string;
  result: "success" | "cancellation" | "failure" | "timeout" | "error";
  /** Why it failed, as the API says it; null: it did not. */
  error: string | null;
}

/** A run whose status says it all. */
const BY_STATUS = {
  COMPLETED: { key: "success", result: "success", error: null },
  CANCELLED: { key: "cancellation", result: "cancellation", error: null },
  FAILED: { key: "failure", result: "failure", error: OTHER },
} as const satisfies Record<(typeof ENDED)[number], RunEnd>;

const failedFor = (reason: string): RunEnd => {
  if (reason === RUN_LIMIT) return { key: "timeout", result: "timeout", error: reason };
  const result = HOST_REASONS.some((ofHost) => ofHost === reason) ? "error" : "failure";
  return { key: `${result}:${reason}`, result, error: reason };
};

/** Runs that failed for a reason, by it. */
const FAILED_FOR: Readonly<Record<string, RunEnd>> = Object.fromEntries(
  [TESTS_FAILED, TESTS_MISSING, ...HOST_REASONS].map((reason) => [reason, failedFor(reason)]),
);

export const RUN_ENDS: readonly RunEnd[] = [...Object.values(BY_STATUS), ...Object.values(FAILED_FOR)];

/** The classes of errors besides the loss of a host, which may leave its run to be tried again. */
export const RUN_ERRORS: readonly string[] = RUN_ENDS.flatMap(({ error }) =>
  error === null || error === HOST_LOST ? [] : [error],
);

const cases = (of: readonly (readonly [string, string])[]): string =>
  of.map(([value, then]) => `WHEN '${value}' THEN '${then}'`).join(" ");

const REASONS = Object.entries(FAILED_FOR);

/** SQL for the key of an end by `to_status` and `reason` of a move. */
export const KEY_OF_END = `CASE iif(to_status = 'FAILED', reason, NULL) ${cases(REASONS.map(([reason, { key }]) => [reason, key]))}
  ELSE CASE to_status ${cases(Object.entries(BY_STATUS).map(([status, { key }]) => [status, key]))} END END`;

/** SQL for the class of the error of a run that moved to FAILED, by `reason`. */
export const ERROR_OF_FAILURE = `CASE reason ${cases(REASONS.map(([reason]) => [reason, reason]))} ELSE '${OTHER}' END`;
