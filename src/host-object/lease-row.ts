import type { Lease } from "./lease-rules.ts";

/** The columns of a lease's row, in the order that `valuesOf` and `leaseIn` use. */
export const LEASE_COLUMNS = [
  "job",
  "attempt",
  "kind",
  "caller",
  "lease_id",
  "expires_at",
  "lease_ms",
  "accepted",
  "ending",
  "cancel_at",
  "cancel_asker",
  "heard_at",
] as const;

export type LeaseValues = [
  job: number,
  attempt: number,
  kind: Lease["kind"],
  caller: string | null,
  leaseId: string | null,
  expiresAt: number,
  leaseMs: number,
  accepted: number,
  ending: number,
  cancelAt: number | null,
  cancelAsker: string | null,
  heardAt: number,
];

export const valuesOf = (lease: Lease): LeaseValues => [
  lease.job,
  lease.attempt,
  lease.kind,
  lease.caller,
  lease.leaseId,
  lease.expiresAt,
  lease.leaseMs,
  Number(lease.accepted),
  Number(lease.ending),
  lease.cancelAt,
  lease.cancelAsker,
  lease.heardAt,
];

export const leaseIn = (values: LeaseValues): Lease => {
  const [job, attempt, kind, caller, leaseId, expiresAt, leaseMs, accepted, ending, ...rest] = values;
  const [cancelAt, cancelAsker, heardAt] = rest;
  return {
    job,
    attempt,
    kind,
    caller,
    leaseId,
    expiresAt,
    leaseMs,
    accepted: accepted === 1,
    ending: ending === 1,
    cancelAt,
    cancelAsker,
    heardAt,
  };
};
