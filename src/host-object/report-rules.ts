import { EXPIRED, holdOf, isLive, type Lease } from "./lease-rules.ts";

/** A report, before it is applied in D1. */
export interface Report {
  job: number;
  attempt: number;
  /** The lease that the report names; null if it names none. */
  leaseId: string | null;
  /** The report says RUNNING, not an end. */
  starts: boolean;
  /** A host reports, not an operator. */
  byHost: boolean;
}

/** What a report changed here before D1 was asked. `releaseOf` undoes it if D1 refuses. */
export interface Taken {
  /** `heardAt` as the report left it. Any later report changes it. */
  mark: number;
  /** The lease before the report; null if there was none. */
  before: Lease | null;
}

export interface Judgement {
  verdict: "go" | "lease_lost" | "lease_required";
  /** The lease to store; null: no change. */
  lease: Lease | null;
  /** Null if there is nothing to undo. */
  taken: Taken | null;
}

const refused = (verdict: "lease_lost" | "lease_required"): Judgement => ({
  verdict,
  lease: null,
  taken: null,
});
const LEFT_TO_D1: Judgement = { verdict: "go", lease: null, taken: null };

/** A `heardAt` that no earlier report of this job has left. */
const markAfter = (lease: Lease | undefined, now: number): number => Math.max(now, (lease?.heardAt ?? 0) + 1);

/**
 * Judges a report. RUNNING under a lease needs that lease alive, and accepts it. A job under a live lease is
 * reported only with that lease. An end under a lease is left to D1, which knows who holds the run. A report
 * of an operator, or of a host without a lease, puts a hold on the job for `holdMs`.
 */
export const judgeReport = (
  lease: Lease | undefined,
  { job, attempt, leaseId, starts, byHost }: Report,
  { now, holdMs }: { now: number; holdMs: number },
): Judgement => {
  const present = lease && lease.attempt >= attempt ? lease : undefined;
  const run = present?.kind === "run" && present.attempt === attempt ? present : undefined;
  if (leaseId !== null && starts) {
    const alive =
      run !== undefined && run.leaseId === leaseId && !run.ending && (run.accepted || run.expiresAt > now);
    if (!alive) return refused("lease_lost");
    const heardAt = markAfter(run, now);
    // The report that accepted the lease may be under way and win, so it is not undone any more.
    if (run.accepted) return { verdict: "go", lease: { ...run, heardAt }, taken: null };
    const accepted = { ...run, accepted: true, expiresAt: now + run.leaseMs, heardAt };
    return { verdict: "go", lease: accepted, taken: { mark: heardAt, before: run } };
  }
  if (leaseId !== null) return LEFT_TO_D1;
  if (byHost && run && isLive(run, now)) return refused("lease_required");
  if (holdMs === 0 || run?.accepted) return LEFT_TO_D1;
  const mark = markAfter(present, now);
  const before = present?.attempt === attempt ? present : null;
  return { verdict: "go", lease: holdOf({ job, attempt }, now + holdMs, mark), taken: { mark, before } };
};

/**
 * The lease after D1 refused a report: the lease from before it, or the report's hold, which is over. It
 * keeps its mark, which no later report may leave again. Null if nothing changes: someone reported, renewed
 * or asked to cancel since.
 */
export const releaseOf = (
  lease: Lease | undefined,
  attempt: number,
  { mark, before }: Taken,
): Lease | null => {
  if (lease?.attempt !== attempt || lease.heardAt !== mark) return null;
  if (lease.ending || lease.cancelAt !== null) return null;
  return before ? { ...before, heardAt: mark } : { ...lease, expiresAt: EXPIRED };
};
