/** Who is told of a job, and who may run it under a lease (design: "Leases"): pure rules over what the host's object remembers. */

/** A job that was found open in D1; `dueAt` in epoch milliseconds. */
export interface Offer {
  job: number;
  attempt: number;
  dueAt: number;
  projectId: number;
  schedule?: number;
}

/** The id of a lease: a secret of its own, behind the project of its job. */
const leaseIdOf = ({ projectId }: Pick<Offer, "projectId">, secret: string): string =>
  `${projectId}-${secret}`;

/** The project in such an id; undefined where there is none. */
export const projectOfLease = (leaseId: string): number | undefined => {
  const [, project] = /^([1-9]\d{0,14})-[0-9a-f]{8}-[0-9a-f-]{27}$/.exec(leaseId) ?? [];
  return project === undefined ? undefined : Number(project);
};

/**
 * What hides one attempt of a job from others. A `poll` told its caller of it; a `hold` hides it from everyone
 * while it is being moved; a `run` is the lease of a host that knows of leases, accepted by its RUNNING.
 */
export interface Lease {
  job: number;
  attempt: number;
  kind: "poll" | "hold" | "run";
  /** Who was told; null for a hold. */
  caller: string | null;
  /** Only of a run. */
  leaseId: string | null;
  /** Epoch milliseconds. Of a run: until when it may be accepted; once accepted, until when it must be renewed. */
  expiresAt: number;
  /** By how much a renewal extends a run. */
  leaseMs: number;
  accepted: boolean;
  /** The alarm is ending it: no renewal brings it back. */
  ending: boolean;
  /** When the run is cancelled if nothing is reported before; null where nobody asked. */
  cancelAt: number | null;
  /** The request that asked first; its repeat is no second cancel. */
  cancelAsker: string | null;
  /** When a run's own process was last heard from. */
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

export const holdOf = (job: number, attempt: number, expiresAt: number, heardAt = 0): Lease => ({
  ...NOTHING,
  job,
  attempt,
  kind: "hold",
  caller: null,
  expiresAt,
  heardAt,
});

/** What of a lease tells whether it hides a job. */
export type Hiding = Pick<Lease, "job" | "attempt" | "kind" | "caller" | "expiresAt" | "accepted">;

/** An accepted run hides its attempt until the alarm ends it; everything else until it expires. */
export const isLive = (lease: Hiding, now: number): boolean => lease.accepted || lease.expiresAt > now;

/** Whether an offer is not for `caller`. A lease of an older attempt counts for nothing; an offer older than a lease was read before that lease was made. */
const isHidden = <Known extends Hiding>(
  lease: Known | undefined,
  offer: Offer,
  mine: (lease: Known) => boolean,
  now: number,
) =>
  lease !== undefined &&
  (lease.attempt > offer.attempt || (lease.attempt === offer.attempt && isLive(lease, now) && !mine(lease)));

const byJob = <Known extends Hiding>(leases: readonly Known[]) =>
  new Map(leases.map((lease) => [lease.job, lease]));

export interface Grant {
  /** Held by another: not to be told of. */
  hidden: number[];
  /** Now the caller's, until they expire. */
  leased: Offer[];
}

/** Sorts a poll's offers: what another holds is hidden, what is due within `leaseMs` is leased to `caller`, the rest is free to look at. */
export const decideGrant = (
  offers: readonly Offer[],
  leases: readonly Hiding[],
  caller: string,
  now: number,
  leaseMs: number,
): Grant => {
  const held = byJob(leases);
  const grant: Grant = { hidden: [], leased: [] };
  const mine = (lease: Hiding) => lease.kind === "poll" && lease.caller === caller;
  for (const offer of offers) {
    if (isHidden(held.get(offer.job), offer, mine, now)) grant.hidden.push(offer.job);
    else if (leaseMs > 0 && offer.dueAt < now + leaseMs) grant.leased.push(offer);
  }
  return grant;
};

/** What a host that knows of leases asks for. */
export interface Ask {
  /** One request: its repeat gets the same leases. */
  caller: string;
  most: number;
  acceptMs: number;
  leaseMs: number;
}

/** Leases at most `ask.most` of the offers, in their order; a repeat of the same request gets what it got before. */
export const decideRuns = (
  offers: readonly Offer[],
  leases: readonly Lease[],
  ask: Ask,
  now: number,
  newId: () => string,
): Lease[] => {
  const held = byJob(leases);
  const runs: Lease[] = [];
  const mine = (lease: Lease) => lease.kind === "run" && lease.caller === ask.caller && !lease.accepted;
  for (const offer of offers) {
    if (runs.length === ask.most) break;
    const { job, attempt } = offer;
    const lease = held.get(job);
    if (isHidden(lease, offer, mine, now)) continue;
    const repeated = lease !== undefined && lease.attempt === attempt && isLive(lease, now);
    runs.push(
      repeated
        ? lease
        : {
            ...NOTHING,
            job,
            attempt,
            kind: "run",
            caller: ask.caller,
            leaseId: leaseIdOf(offer, newId()),
            expiresAt: now + ask.acceptMs,
            leaseMs: ask.leaseMs,
            heardAt: now,
          },
    );
  }
  return runs;
};
/** A leased run as its process is told of it. */
export const toldOf = ({ job, attempt, leaseId, expiresAt }: Lease) => ({
  job,
  attempt,
  leaseId: leaseId ?? "",
  acceptBy: expiresAt,
});

/** A run whose lease is renewed at `now`; one not accepted yet stays as it is. Null: the lease is lost. */
export const renewRun = (lease: Lease | undefined, now: number): Lease | null => {
  if (!lease || lease.ending || (!lease.accepted && lease.expiresAt <= now)) return null;
  if (!lease.accepted) return lease;
  return {
    ...lease,
    expiresAt: Math.max(lease.expiresAt, now + lease.leaseMs),
    heardAt: Math.max(lease.heardAt, now),
  };
};

/** A lease is renewed when a third of its time has passed, so that two renewals may be lost. */
const RENEWALS_A_LEASE = 3;

export const renewAfterSeconds = (leaseMs: number): number => Math.floor(leaseMs / RENEWALS_A_LEASE / 1000);

/** The key of an offer on a socket, as the caller of its lease ends with it. */
const OFFERED = /^ key:\d+:socket \S+ \d+$/;

/** Whether a lease that nobody accepted yet was offered to a process on a socket. */
export const isOfferTo = (owner: string, { caller, accepted }: Lease): boolean =>
  !accepted && caller?.startsWith(owner) === true && OFFERED.test(caller.slice(owner.length));

/** When the first of these leases runs out; null where there is none. */
export const firstExpiry = (leases: readonly Pick<Lease, "expiresAt">[]): number | null =>
  leases.length === 0 ? null : Math.min(...leases.map(({ expiresAt }) => expiresAt));

/** A request to cancel an accepted run. `asked`: its host was heard lately, and has `cancelMs` to end the run itself. */
export const cancelRun = (
  lease: Lease,
  contactAt: number,
  asker: string,
  { now, cancelMs, leaseMs }: { now: number; cancelMs: number; leaseMs: number },
): { lease: Lease; asked: boolean } => {
  const heardAt = Math.max(lease.heardAt, contactAt);
  const repeated = lease.cancelAsker === asker;
  const asked = repeated || (lease.cancelAt === null && now - heardAt <= cancelMs);
  const cancelAt = Math.min(lease.cancelAt ?? Infinity, now + (asked ? cancelMs : leaseMs));
  return { lease: { ...lease, cancelAt, cancelAsker: asked ? asker : lease.cancelAsker }, asked };
};

/** When a lease that was given back expired, or a hold that is over: before whatever is still on its way. The row of a lease stays, so that a repeat is known. */
export const OVER = 0;

/** How long after a failure the alarm tries again. */
export const ALARM_RETRY_MS = 10_000;

export const jobsOf = (offers: readonly Offer[]): number[] => offers.map(({ job }) => job);

/** When the alarm must look at a lease; null where it never must. */
export const deadlineOf = ({ accepted, expiresAt, cancelAt }: Lease): number | null =>
  accepted ? Math.min(expiresAt, cancelAt ?? expiresAt) : null;
