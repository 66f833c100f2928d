import type { StatusReason } from "../database/enums.ts";
import type { RunOutcome } from "./note.ts";
import type { Barring } from "./report-store.ts";
import { failureOf, isExcused, TESTS_FAILED } from "./result-counts.ts";
import { isEnded, isLate, type Mover, type Reported, sourcesOf } from "./status.ts";
import type { JobView } from "./store.ts";

/** A report in progress. */
export interface Reporting {
  status: Reported;
  movers: readonly Mover[];
  byHost: boolean;
  leaseId: string | null;
  /** Who holds the job if this RUNNING wins. */
  holder: string;
  /** How long after its RUNNING the tests began, by the host's report; null: not reported. */
  begunAfterMs: number | null;
  note: string | null;
  outcome: RunOutcome;
  /** What in the results keeps it from being COMPLETED: nothing, if the host judged each test itself. */
  barring: Barring;
  /** Why the status differs from the reported one, or why the run failed by its host. */
  because: StatusReason | null;
}

/**
 * A run that its host reports as COMPLETED has failed if its test reports say so and the host did not judge them itself.
 * One that failed for its tests alone is COMPLETED if each of them is under quarantine.
 */
export const judged = (job: JobView, reporting: Reporting): Reporting => {
  const { byHost, status, barring, because } = reporting;
  if (!byHost) return reporting;
  if (status === "FAILED" && because === TESTS_FAILED && isExcused(job))
    return { ...reporting, status: "COMPLETED", because: null, barring: "failed" };
  const isHeeded = status === "COMPLETED" && job.status !== "COMPLETED" && barring !== "nothing";
  const failure = isHeeded ? failureOf(job) : null;
  return failure === null ? reporting : { ...reporting, status: "FAILED", because: failure };
};

/** The job already is as reported: the same end, or a run that this caller holds. An assumed failure is no end yet. */
export const isDone = (
  job: JobView,
  attempt: number,
  { status, holder, byHost, leaseId }: Reporting,
): boolean =>
  job.status === status &&
  (leaseId === null || job.holder === holder) &&
  (isEnded(status) ? !(byHost && isLate(job, status)) : job.attempt === attempt && job.holder === holder);

export const mayMove = (
  job: JobView,
  { status, movers, byHost }: Pick<Reporting, "status" | "movers" | "byHost">,
): boolean => sourcesOf(status, movers).includes(job.status) || (byHost && isLate(job, status));
