import { DurableObject } from "cloudflare:workers";
import { endLostRun } from "../jobs/lost.ts";
import {
  type Ask,
  deadlineOf,
  decideGrant,
  decideRuns,
  holdOf,
  type Judgement,
  judgeReport,
  type Lease,
  type Offer,
  type Report,
} from "./leases.ts";
import type { Moment } from "./moment.ts";
import { type KnownHost, ObjectStore } from "./object-store.ts";

/** `unrecorded` asks the caller to record this window in D1, then to tell it by `recorded`. */
export interface PingReply {
  heard: "recorded" | "unrecorded" | "unknown_host" | "other_guid";
  /** The host's running jobs that someone asked to cancel. */
  cancelRequested: number[];
}

/** `hidden`: jobs that another holds. `expiresAt`: when the leases just given end, null where none was. */
export interface GrantReply {
  hidden: number[];
  expiresAt: number | null;
}

export interface RunLease {
  job: number;
  attempt: number;
  leaseId: string;
  acceptBy: number;
}

export interface RenewReply {
  renewed: boolean;
  expiresAt: number;
  leaseMs: number;
  cancelRequested: boolean;
}

export interface GiveBackReply {
  outcome: "given_back" | "running" | "lease_lost";
  job: number;
  attempt: number;
}

/** When a lease that was given back expired: before whatever is still on its way. Its row stays, so that a repeat is known. */
const GIVEN_BACK = 0;

/** How long after a failure the alarm tries again. */
const ALARM_RETRY_MS = 10_000;

/**
 * One host's present moment: its last contact, its ping window, who was told of which job, who runs one under a
 * lease. Named by the host's id. Every method is synchronous over the object's own SQLite, so that no two calls
 * interleave; every one may be called twice; each answers data and throws nothing. The time and the waiting
 * times come from the caller, the alarm's from what it was set for. Only the alarm touches D1.
 */
export class HostObject extends DurableObject<Env> {
  readonly #store: ObjectStore;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new ObjectStore(state.storage.sql);
  }

  /** Tells the object that D1 has its host, with this guid. Until told, it notes no contact. */
  introduce(guid: string, { now }: Moment): void {
    this.#store.knowHost(guid, now);
  }

  /** The host was retired: the object is as new, but for runs that the alarm has yet to end. */
  forget(): void {
    this.#store.forgetHost();
  }

  /** A ping of the host. */
  ping(guid: string, moment: Moment): PingReply {
    const host = this.#store.host();
    if (!host) return { heard: "unknown_host", cancelRequested: [] };
    if (host.guid !== guid) return { heard: "other_guid", cancelRequested: [] };
    this.#noteContact(host, moment);
    return {
      heard: host.recordedWindow >= moment.window ? "recorded" : "unrecorded",
      cancelRequested: this.#store.cancelRequests(),
    };
  }

  /** D1 has the ping of this window. */
  recorded({ window }: Moment): void {
    this.#store.storeRecorded(window);
  }

  /** A poll of `caller` found these open jobs: hides those of others, leases the due ones to the caller. */
  grant(offers: readonly Offer[], caller: string, moment: Moment): GrantReply {
    this.#noteContact(this.#store.host(), moment);
    const { now, leaseMs } = moment;
    const { hidden, leased } = decideGrant(offers, this.#leasesOf(offers), caller, now, leaseMs);
    if (leased.length > 0) this.#putAll(leased, now);
    return { hidden, expiresAt: leased[0]?.expiresAt ?? null };
  }

  /** Leases due jobs to a host that knows of leases. */
  lease(offers: readonly Offer[], ask: Ask, moment: Moment): RunLease[] {
    this.#noteContact(this.#store.host(), moment);
    const runs = decideRuns(offers, this.#leasesOf(offers), ask, moment.now, () => crypto.randomUUID());
    if (runs.length > 0) this.#putAll(runs, moment.now);
    return runs.map(({ job, attempt, leaseId, expiresAt }) => ({
      job,
      attempt,
      leaseId: leaseId ?? "",
      acceptBy: expiresAt,
    }));
  }

  /** Extends an accepted run; one not accepted yet stays as it is. `renewed` false: the lease is lost. */
  renew(leaseId: string, moment: Moment): RenewReply {
    this.#noteContact(this.#store.host(), moment);
    const lease = this.#store.leaseWithId(leaseId);
    const { now } = moment;
    if (!lease || lease.ending || (!lease.accepted && lease.expiresAt <= now)) {
      return { renewed: false, expiresAt: now, leaseMs: 0, cancelRequested: false };
    }
    const renewed = lease.accepted
      ? {
          ...lease,
          expiresAt: Math.max(lease.expiresAt, now + lease.leaseMs),
          heardAt: Math.max(lease.heardAt, now),
        }
      : lease;
    this.#putRun(renewed);
    return {
      renewed: true,
      expiresAt: renewed.expiresAt,
      leaseMs: renewed.leaseMs,
      cancelRequested: renewed.cancelAt !== null,
    };
  }

  /** Gives a job back before its run began; it can be leased again at once. */
  giveBack(leaseId: string, moment: Moment): GiveBackReply {
    this.#noteContact(this.#store.host(), moment);
    const lease = this.#store.leaseWithId(leaseId);
    if (!lease || lease.ending) return { outcome: "lease_lost", job: 0, attempt: 0 };
    const { job, attempt } = lease;
    if (lease.accepted) return { outcome: "running", job, attempt };
    this.#store.putLeases([{ ...lease, expiresAt: GIVEN_BACK }]);
    return { outcome: "given_back", job, attempt };
  }

  /**
   * Whoever takes a job out of its status in D1 says so here first: it is hidden from polls, which may have read
   * it just before, and the word of a host is judged by the leases.
   */
  hold(report: Report, moment: Moment): Pick<Judgement, "verdict"> {
    if (report.byHost) this.#noteContact(this.#store.host(), moment);
    const { verdict, lease } = judgeReport(
      this.#store.leaseOf(report.job),
      report,
      moment.now,
      moment.leaseMs,
    );
    if (lease) this.#putRun(lease);
    return { verdict };
  }

  /**
   * Asks the host to cancel a run under a lease, in the name of one request. `asked` false: it was asked before, was not heard from lately or
   * has no such run; then the caller cancels at once, and the alarm makes sure of it.
   */
  askToCancel(
    job: number,
    attempt: number,
    asker: string,
    { now, cancelMs, leaseMs }: Moment,
  ): { asked: boolean } {
    const lease = this.#store.leaseOf(job);
    if (!lease?.accepted || lease.attempt !== attempt || lease.ending) return { asked: false };
    const heardAt = Math.max(lease.heardAt, this.#store.host()?.contactAt ?? 0);
    const repeated = lease.cancelAsker === asker;
    const asked = repeated || (lease.cancelAt === null && now - heardAt <= cancelMs);
    this.#putRun({
      ...lease,
      cancelAt: Math.min(lease.cancelAt ?? Infinity, now + (asked ? cancelMs : leaseMs)),
      cancelAsker: asked ? asker : lease.cancelAsker,
    });
    return { asked };
  }

  /** The run ended in D1, or is about to, by another's word: its lease is lost. A poll may have read the job before it ran. */
  dropRun(job: number, attempt: number, { now, leaseMs }: Moment): void {
    this.#store.dropLease(job, attempt);
    if (leaseMs > 0) this.#store.putLeases([holdOf(job, attempt, now + leaseMs)]);
  }

  /** When the host was last heard from, to within CONTACT_SECONDS; null where it never was. */
  lastContact(): { at: number | null } {
    return { at: this.#store.host()?.contactAt ?? null };
  }

  /** Ends the runs whose time is up. What fails is tried again later: an alarm is never given up. */
  override async alarm({ scheduledTime }: AlarmInvocationInfo): Promise<void> {
    const due = this.#store.leasesDue(scheduledTime);
    for (const { job, attempt } of due) this.#store.markEnding(job, attempt, scheduledTime + ALARM_RETRY_MS);
    this.#setAlarm();
    for (const lease of due) {
      const { ended } = await endLostRun(this.env, lease, scheduledTime);
      if (ended) this.#store.dropLease(lease.job, lease.attempt);
    }
    this.#setAlarm();
  }

  #leasesOf(offers: readonly Offer[]): Lease[] {
    return this.#store.leasesOf(offers.map(({ job }) => job));
  }

  #putAll(leases: readonly Lease[], now: number): void {
    this.#store.dropLeasesUntil(now);
    this.#store.putLeases(leases);
  }

  #putRun(lease: Lease): void {
    this.#store.putLeases([lease]);
    if (deadlineOf(lease) !== null) this.#setAlarm();
  }

  /** In the same synchronous turn as the row that it serves: both are stored, or neither. */
  #setAlarm(): void {
    const at = this.#store.nextAlarm();
    if (at === null) this.ctx.storage.deleteAlarm();
    else this.ctx.storage.setAlarm(at);
  }

  #noteContact(host: KnownHost | undefined, { now, contactMs }: Moment): void {
    if (host && now - host.contactAt >= contactMs) this.#store.storeContact(now);
  }
}
