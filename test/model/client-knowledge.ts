import { Cancels } from "./cancels.ts";
import { demand, isOpen, isUnderLease, movesIn } from "./moves.ts";
import { LEASE_MS, LOST_MS } from "./scene.ts";
import { Silences } from "./silences.ts";
import type { HistoryRow, JobRow } from "./stored.ts";

/** A lease as the process that was offered it knows it. */
export interface KnownLease {
  id: string;
  job: number;
  hostId: number;
  attempt: number;
  leaseMs: number;
  acceptBy: number;
  /** When the first RUNNING under it was sent. */
  startedAt: number;
  /** Until when its process may believe that it runs the job; 0 before it was answered so. */
  heldUntil: number;
  /** It was answered as lost, or its process gave it back. */
  over: boolean;
}

/** What the clients of one job were answered, and what follows from it. */
interface ObjectReply {
  /** Who was answered that it runs which attempt. */
  runners: Map<number, string>;
  /** Whom the job was offered to, and until when to nobody else. */
  offer: { attempt: number; caller: string; until: number } | null;
  /** Until when, at least, it is not offered, because it was just taken. */
  takenUntil: number;
  /** Until when, at most, anything hides it. */
  hiddenUntil: number;
  /** From when on a process on a socket is offered it without asking. */
  pushedFrom: number;
  /** An operator's cancel of it was answered 200. */
  cancelled: boolean;
  /** The end that its host was answered for is kept. */
  end: string | null;
}

/** The stored contact may be older than the last one by the time within which none is stored again. */
const CONTACT_MS = 60_000;

/** How long a job that was given back is not offered on a socket. */
const GIVEN_BACK_MS = 5000;

/** How long a good token stays cached as good. */
const TOKEN_MS = 30_000;

/** The reference model: who was answered what, compared with what is stored. */
export class Beliefs {
  readonly leases = new Map<string, KnownLease>();
  /** When each host was last heard. */
  readonly contacts = new Map<number, number>();
  readonly silences = new Silences();
  readonly cancels = new Cancels();
  /** When the host's own token was seen to be revoked; null while it is good. */
  revokedAt: number | null = null;
  readonly #jobs = new Map<number, ObjectReply>();

  of(job: number): ObjectReply {
    const untold = { offer: null, takenUntil: 0, hiddenUntil: 0, pushedFrom: 0, cancelled: false, end: null };
    const known = this.#jobs.get(job) ?? { runners: new Map<number, string>(), ...untold };
    this.#jobs.set(job, known);
    return known;
  }

  #leaseOf(holder: string | null): KnownLease | undefined {
    return this.leases.get((holder ?? "").replace(/^lease:/, ""));
  }

  learnLease(facts: Pick<KnownLease, "id" | "job" | "hostId" | "attempt" | "leaseMs" | "acceptBy">): void {
    if (this.leases.has(facts.id)) return;
    const unstarted = { startedAt: Number.POSITIVE_INFINITY, heldUntil: 0, over: false };
    this.leases.set(facts.id, { ...facts, ...unstarted });
  }

  /** A request of a host, sent at `sentAt`, was answered. */
  heard(hostId: number, sentAt: number): void {
    this.contacts.set(hostId, Math.max(this.contacts.get(hostId) ?? 0, sentAt));
    this.silences.heard(hostId, sentAt);
  }

  /** A host was retired: its object forgets everything, also that `jobs` of the host are held. */
  left(hostId: number, jobs: Iterable<JobRow>): void {
    this.cancels.left(hostId);
    for (const job of jobs) if (job.hostId === hostId) this.freed(job.id);
    for (const lease of this.leases.values()) {
      if (lease.hostId !== hostId) continue;
      lease.over = true;
      this.freed(lease.job);
    }
  }

  /** A request with the host's own token, sent at `sentAt`, was answered with `status`. */
  judged(sentAt: number, status: number): void {
    const refused = status === 401;
    const gone = this.revokedAt !== null && sentAt > this.revokedAt + TOKEN_MS;
    demand(refused || !gone, "a revoked token is refused within 30 s", sentAt, this.revokedAt);
    demand(!refused || this.revokedAt !== null, "a good token is not refused", sentAt);
  }

  /** `caller` was answered 200 for RUNNING. */
  toldRunning(caller: string, job: JobRow, now: number): void {
    demand(job.status === "RUNNING", "a 200 for RUNNING is of a running job", caller, job);
    demand(job.holder === caller, "only its holder is answered that it runs a job", caller, job);
    const { runners } = this.of(job.id);
    const earlier = runners.get(job.attempt) ?? caller;
    demand(earlier === caller, "one caller is answered that it runs an attempt", earlier, caller, job);
    for (const [attempt, runner] of runners) {
      const until = attempt === job.attempt ? 0 : (this.#leaseOf(runner)?.heldUntil ?? 0);
      demand(until <= now, "one holder of a job at a time", runner, caller, job);
    }
    runners.set(job.attempt, caller);
  }

  /** `caller` is answered now with a job that is to be offered to no other `until` then. */
  offered(caller: string, job: JobRow, { now, until }: { now: number; until: number }): void {
    const known = this.of(job.id);
    demand(
      isOpen(job) || now >= known.takenUntil,
      "what was just taken is offered to nobody",
      caller,
      job,
      known,
    );
    if (!isOpen(job)) return;
    const { offer } = known;
    const free = !offer || offer.caller === caller || offer.attempt < job.attempt || offer.until <= now;
    demand(free, "a due job is offered to one caller at a time", caller, offer, job);
    known.offer = { attempt: job.attempt, caller, until };
    known.hiddenUntil = Math.max(known.hiddenUntil, until);
  }

  /** An answer to a request sent at `sentAt`, and not held back, left out an open due job. */
  notOffered(job: JobRow, sentAt: number): void {
    const known = this.of(job.id);
    demand(sentAt < known.hiddenUntil, "a due job is offered again within the lease time", job, known);
  }

  /** A report of a job, sent at `sentAt`, may have reached the host's object, and hides the job; one that `starts` under a lease does until the alarm ends it. */
  reported(job: number, sentAt: number, acceptsLease: boolean): void {
    const known = this.of(job);
    known.takenUntil = Math.min(known.takenUntil, sentAt + LEASE_MS);
    // A hold replaces an offer, and may end sooner.
    if (known.offer) known.offer.until = Math.min(known.offer.until, sentAt + LEASE_MS);
    const until = acceptsLease ? Number.POSITIVE_INFINITY : sentAt + LEASE_MS;
    known.hiddenUntil = Math.max(known.hiddenUntil, until);
  }

  /** Nothing hides the job from now on; who is on a socket is offered it after a moment. */
  givenBack(job: number, now: number): void {
    this.freed(job);
    this.of(job).pushedFrom = now + GIVEN_BACK_MS;
  }

  /** Who is offered the job from now on is the first, or nothing has changed. */
  mayBeFreed(job: number): void {
    const known = this.of(job);
    known.offer = null;
    known.takenUntil = 0;
  }

  /** Nothing hides the job from now on. */
  freed(job: number): void {
    const known = this.of(job);
    known.offer = null;
    known.takenUntil = 0;
    known.hiddenUntil = 0;
  }

  /** What a step did to a job, compared with what was answered before. */
  moved(before: JobRow, after: JobRow, rows: readonly HistoryRow[]): void {
    const known = this.of(before.id);
    for (const { to, reason, at } of movesIn(rows)) {
      demand(to !== "PLANNED" || !known.cancelled, "what an operator cancelled is not run again", before);
      if (reason !== "host_lost") continue;
      if (isUnderLease(before.holder)) {
        const lease = this.#leaseOf(before.holder);
        demand((lease?.heldUntil ?? 0) <= at, "a lease is not lost before its time", lease, rows);
      } else {
        const silentFor = at - (this.contacts.get(before.hostId) ?? 0);
        demand(
          silentFor > LOST_MS - CONTACT_MS,
          "the run of a host that was heard is not lost",
          before,
          rows,
        );
      }
    }
    if (after.attempt > before.attempt) this.freed(before.id);
    else if (rows.some(({ by }) => by === "clock")) known.takenUntil = 0;
    demand(known.end === null || known.end === after.status, "an acknowledged end is kept", known, after);
  }
}
