/** Which caller is given a job, and who may run it under a lease (design: "Leases"): pure rules over the object's state. */

/** A job that a read of D1 found open. `dueAt` in epoch milliseconds. */
export interface Offer {
  job: number;
  attempt: number;
  dueAt: number;
  projectId: number;
  schedule?: number;
}

/** The id of a lease: its job's project, then a secret. */
const leaseIdOf = ({ projectId }: Pick<Offer, "projectId">, secret: string): string =>
  `${projectId}-${secret}`;

/** The project in a lease's id; undefined if the id has none. */
export const projectOfLease = (leaseId: string): number | undefined => {
  const [, project] = /^([1-9]\d{0,14})-[0-9a-f]{8}-[0-9a-f-]{27}$/.exec(leaseId) ?? [];
  return project === undefined ? undefined : Number(project);
};

/**
 * A lease hides one attempt of a job from others. `poll`: the caller was given the job. `hold`: hidden from
 * everyone while its status changes. `run`: the lease of a host that uses leases, accepted by its RUNNING.
 */
export interface Lease {
  job: number;
  attempt: number;
  kind: "poll" | "hold" | "run";
  /** Who was given the job; null for a hold. */
  caller: string | null;
  /** Null unless it is a run. */
  leaseId: string | null;
  /**
   * Epoch milliseconds. A run must be accepted before this; once accepted, it must be renewed before this.
   */
  expiresAt: number;
  /** How far a renewal extends a run. */
  leaseMs: number;
  accepted: boolean;
  /** The alarm is ending the run: it cannot be renewed. */
  ending: boolean;
  /** When the run is cancelled unless a report comes first; null: no cancel request. */
  cancelAt: number | null;
  /** The request that asked to cancel. Its retry is not a second cancel. */
  cancelAsker: string | null;
  /** When the run's own process last made contact. */
  heardAt: number;
}

const NOTHING = {
  leaseId: null,
  leaseMs: 0,
  accepted: false,
  ending: false,
  cancelAt: null,
  cancelAsker: null,
  heardAt: 0,
};

export const holdOf = (
  { job, attempt }: Pick<Lease, "job" | "attempt">,
  expiresAt: number,
  heardAt = 0,
): Lease => ({
  ...NOTHING,
  job,
  attempt,
  kind: "hold",
  caller: null,
  expiresAt,
  heardAt,
});

/** The fields that decide whether a lease hides a job. */
export type Hiding = Pick<Lease, "job" | "attempt" | "kind" | "caller" | "expiresAt" | "accepted">;

/** An accepted run hides its attempt until the alarm ends it; any other lease until it expires. */
export const isLive = (lease: Hiding, now: number): boolean => lease.accepted || lease.expiresAt > now;

/**
 * Whether an offer is hidden from `caller`. A lease of an older attempt does not count. An offer of an older
 * attempt was read before the lease was made.
 */
const isHidden = <Known extends Hiding>(
  lease: Known | undefined,
  offer: Offer,
  { mine, now }: { mine: (lease: Known) => boolean; now: number },
) =>
  lease !== undefined &&
  (lease.attempt > offer.attempt || (lease.attempt === offer.attempt && isLive(lease, now) && !mine(lease)));

const byJob = <Known extends Hiding>(leases: readonly Known[]) =>
  new Map(leases.map((lease) => [lease.job, lease]));

export interface Grant {
  /** Leased to another caller. */
  hidden: number[];
  /** Now leased to the caller. */
  leased: Offer[];
}

/** Sorts a poll's offers: leased to another caller is hidden; due within `leaseMs` is leased to `caller`; the rest is only shown. */
export const decideGrant = (
  offers: readonly Offer[],
  leases: readonly Hiding[],
  { caller, now, leaseMs }: { caller: string; now: number; leaseMs: number },
): Grant => {
  const held = byJob(leases);
  const grant: Grant = { hidden: [], leased: [] };
  const mine = (lease: Hiding) => lease.kind === "poll" && lease.caller === caller;
  for (const offer of offers) {
    if (isHidden(held.get(offer.job), offer, { mine, now })) grant.hidden.push(offer.job);
    else if (leaseMs > 0 && offer.dueAt < now + leaseMs) grant.leased.push(offer);
  }
  return grant;
};

/** What a host that uses leases requests. */
export interface LeaseRequest {
  /** Identifies one request: its retry gets the same leases. */
  caller: string;
  most: number;
  acceptMs: number;
  leaseMs: number;
}

/**
 * Leases at most `request.most` of the offers, in their order. A retry of the same request gets the same leases.
 */
export const decideRuns = (
  offers: readonly Offer[],
  leases: readonly Lease[],
  { request, now, newId }: { request: LeaseRequest; now: number; newId: () => string },
): Lease[] => {
  const held = byJob(leases);
  const runs: Lease[] = [];
  const mine = (lease: Lease) => lease.kind === "run" && lease.caller === request.caller && !lease.accepted;
  for (const offer of offers) {
    if (runs.length === request.most) break;
    const { job, attempt } = offer;
    const lease = held.get(job);
    if (isHidden(lease, offer, { mine, now })) continue;
    const repeated = lease !== undefined && lease.attempt === attempt && isLive(lease, now);
    runs.push(
      repeated
        ? lease
        : {
            ...NOTHING,
            job,
            attempt,
            kind: "run",
            caller: request.caller,
            leaseId: leaseIdOf(offer, newId()),
            expiresAt: now + request.acceptMs,
            leaseMs: request.leaseMs,
            heardAt: now,
          },
    );
  }
  return runs;
};
/** A leased run as the host sees it. */
export const runLeaseOf = ({ job, attempt, leaseId, expiresAt }: Lease) => ({
  job,
  attempt,
  leaseId: leaseId ?? "",
  acceptBy: expiresAt,
});

/** A run's lease after a renewal at `now`; unchanged if it is not accepted yet. Null: the lease is lost. */
export const renewRun = (lease: Lease | undefined, now: number): Lease | null => {
  if (!lease || lease.ending || (!lease.accepted && lease.expiresAt <= now)) return null;
  if (!lease.accepted) return lease;
  return {
    ...lease,
    expiresAt: Math.max(lease.expiresAt, now + lease.leaseMs),
    heardAt: Math.max(lease.heardAt, now),
  };
};

/** Leases are renewed after a third of their time, so that two renewals may be lost. */
const RENEWALS_PER_LEASE = 3;

export const renewAfterSeconds = (leaseMs: number): number => Math.floor(leaseMs / RENEWALS_PER_LEASE / 1000);

/** A lease's caller ends with this if it was offered on a socket. */
const OFFERED = /^ key:\d+:socket \S+ \d+$/;

/** Whether a lease that is not accepted was offered to `owner` on a socket. */
export const isOfferTo = (owner: string, { caller, accepted }: Lease): boolean =>
  !accepted && caller?.startsWith(owner) === true && OFFERED.test(caller.slice(owner.length));

/** When the first of these leases expires; null if there is none. */
export const firstExpiry = (leases: readonly Pick<Lease, "expiresAt">[]): number | null =>
  leases.length === 0 ? null : Math.min(...leases.map(({ expiresAt }) => expiresAt));

/** A request to cancel an accepted run. `asked`: the host had recent contact, and has `cancelMs` to end the run itself. */
export const cancelRun = (
  lease: Lease,
  { contactAt, asker }: { contactAt: number; asker: string },
  { now, cancelMs, leaseMs }: { now: number; cancelMs: number; leaseMs: number },
): { lease: Lease; asked: boolean } => {
  const heardAt = Math.max(lease.heardAt, contactAt);
  const repeated = lease.cancelAsker === asker;
  const asked = repeated || (lease.cancelAt === null && now - heardAt <= cancelMs);
  const cancelAt = Math.min(lease.cancelAt ?? Infinity, now + (asked ? cancelMs : leaseMs));
  return { lease: { ...lease, cancelAt, cancelAsker: asked ? asker : lease.cancelAsker }, asked };
};

/**
 * The expiry of a lease that was given back, or of a hold that is over: before any call that is under way.
 * The row stays, so that a retry finds it.
 */
export const EXPIRED = 0;

/** The alarm's delay before a retry. */
export const ALARM_RETRY_MS = 10_000;

export const jobsOf = (offers: readonly Offer[]): number[] => offers.map(({ job }) => job);

/** When the alarm must check a lease; null: never. */
export const deadlineOf = ({ accepted, expiresAt, cancelAt }: Lease): number | null =>
  accepted ? Math.min(expiresAt, cancelAt ?? expiresAt) : null;
