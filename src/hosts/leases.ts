/** Who is told of a job (design: "Leases"): pure rules over what the host's object remembers. */

/** A job that a poll found in D1; `dueAt` in epoch milliseconds. */
export interface Offer {
  job: number;
  attempt: number;
  dueAt: number;
}

/** What hides a job from polls until `expiresAt`; `caller` null is a hold: hidden from everyone. */
export interface Lease {
  job: number;
  attempt: number;
  caller: string | null;
  expiresAt: number;
}

export interface Grant {
  /** Held by another: not to be told of. */
  hidden: number[];
  /** Now the caller's, until `expiresAt`. */
  leased: Lease[];
}

/**
 * Sorts a poll's offers: what another caller holds is hidden, what is due within `leaseMs` is leased to
 * `caller`, the rest is free to look at. A lease of an older attempt counts for nothing; an offer older than a
 * lease was read before that lease was made, and is hidden.
 */
export const decideGrant = (
  offers: readonly Offer[],
  leases: readonly Lease[],
  caller: string,
  now: number,
  leaseMs: number,
): Grant => {
  const held = new Map(leases.filter((lease) => lease.expiresAt > now).map((lease) => [lease.job, lease]));
  const grant: Grant = { hidden: [], leased: [] };
  for (const { job, attempt, dueAt } of offers) {
    const lease = held.get(job);
    const hidden =
      lease !== undefined &&
      (lease.attempt > attempt || (lease.attempt === attempt && lease.caller !== caller));
    if (hidden) grant.hidden.push(job);
    else if (leaseMs > 0 && dueAt < now + leaseMs) grant.leased.push({ job, attempt, caller, expiresAt: now + leaseMs });
  }
  return grant;
};
