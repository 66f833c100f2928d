import { CopyObject } from "./copy-object.ts";
import {
  ALARM_RETRY_MS,
  cancelRun,
  deadlineOf,
  decideGrant,
  decideRuns,
  EXPIRED,
  holdOf,
  jobsOf,
  type Lease,
  type LeaseRequest,
  type Offer,
  projectOfLease,
  renewRun,
  runLeaseOf,
} from "./lease-rules.ts";
import type { LogSegment } from "./log-table.ts";
import {
  type GiveBackReply,
  type GrantReply,
  type HostProtocol,
  NOBODY,
  type RenewReply,
  type Run,
  type RunLease,
  type SocketCalls,
  type TokenReply,
} from "./protocol.ts";
import { type Judgement, judgeReport, type Report, releaseOf, type Taken } from "./report-rules.ts";
import type { Timing } from "./timing.ts";

/** When a job that was given back is offered again. */
const GIVEN_BACK_MS = 5000;

/** Ends a run in D1 whose lease expired at `now` (epoch milliseconds). `ended` is false if D1 did not answer: retry. */
export type EndLostRun = (env: Env, lease: Lease, now: number) => Promise<{ ended: boolean }>;

/** Whether the token is known and may access the project that the lease names. */
const mayRenew = ({ token }: TokenReply, leaseId: string): boolean => {
  const project = projectOfLease(leaseId);
  return token !== null && (token.projectIds === null || token.projectIds.some((id) => id === project));
};
/** Writes a segment of a log to R2. `stored` is false if that failed: retry. */
export type StoreLog = (env: Env, segment: LogSegment, now: number) => Promise<{ stored: boolean }>;

/**
 * One host's current state: its last contact, its ping window, which caller was given which job, and its
 * leases. Named by the host's id. Every method is synchronous over the object's own SQLite, so calls never
 * interleave; every method may be called twice; each returns data and never throws. The time and the timeouts
 * come from the caller; the alarm uses its scheduled time. Only the alarm and the sockets reach D1 and R2, by
 * functions that are passed in.
 */
export abstract class HostMoment extends CopyObject implements Omit<HostProtocol, keyof SocketCalls> {
  protected abstract readonly endLostRun: EndLostRun;
  protected abstract readonly storeLog: StoreLog;
  /** What the alarm was last set for, while the object is awake. Setting it again would write a row. */
  #alarmAt: number | null | undefined;
  /** After a failed store, idle logs are not tried again before this; epoch milliseconds. */
  #logsAgainAt = 0;

  /** When the alarm is needed for anything else; null: never. */
  protected abstract otherDeadline(): number | null;
  /** Sends a run's change to the host's processes. */
  protected abstract notify(what: "cancel" | "lease_lost", lease: Lease): void;
  /** Jobs may be due `inMs` milliseconds from now. */
  protected abstract expectJobs(inMs: number): void;

  /**
   * `caller` polled and found these open jobs: hides those leased to others, and leases the due ones to it.
   */
  grant(all: Offer[], caller: string, timing: Timing): GrantReply {
    const host = this.leases.host();
    this.noteContact(host, timing);
    const { now, leaseMs } = timing;
    const { hidden: tooSoon, offers } = this.withoutTooSoon(all, caller, now);
    const held = this.leases.hidingOf(jobsOf(offers));
    const { hidden, leased } = decideGrant(offers, held, { caller, now, leaseMs });
    const reply = {
      known: host !== undefined,
      hidden: [...tooSoon, ...hidden],
      cancelRequested: this.cancelRequests(now),
    };
    if (leased.length === 0) return { ...reply, expiresAt: null };
    const expiresAt = now + leaseMs;
    this.leases.dropLeasesUntil(now);
    this.leases.putPolled(leased, caller, expiresAt);
    return { ...reply, expiresAt };
  }

  /** Leases due jobs to a host that uses leases. */
  lease(offers: readonly Offer[], request: LeaseRequest, timing: Timing): RunLease[] {
    this.noteContact(this.leases.host(), timing);
    const leases = this.leases.leasesOf(jobsOf(offers));
    const runs = decideRuns(offers, leases, {
      request,
      now: timing.now,
      newId: () => crypto.randomUUID(),
    });
    if (runs.length > 0) this.leases.dropLeasesUntil(timing.now);
    for (const run of runs) this.leases.putLease(run);
    return runs.map(runLeaseOf);
  }

  /**
   * Extends an accepted run; a run that is not accepted keeps its lease as it was. `digest` is the secret's,
   * if the token is not checked yet.
   */
  renew(leaseId: string, timing: Timing, digest?: string): RenewReply {
    const { now } = timing;
    const host = this.leases.host();
    const lookup = host && digest !== undefined ? this.cache.findToken(digest, now) : NOBODY;
    const nothing = { ...lookup, renewed: false, expiresAt: now, leaseMs: 0, cancelRequested: false };
    if (digest !== undefined && !mayRenew(lookup, leaseId)) return nothing;
    this.noteContact(host, timing);
    const renewed = renewRun(this.leases.leaseWithId(leaseId), now);
    if (!renewed) return nothing;
    this.#putRun(renewed);
    const { expiresAt, leaseMs, cancelAt } = renewed;
    return { ...lookup, renewed: true, expiresAt, leaseMs, cancelRequested: cancelAt !== null };
  }

  /** Gives a job back before its run began, so that it can be leased again. */
  giveBack(leaseId: string, timing: Timing): GiveBackReply {
    this.noteContact(this.leases.host(), timing);
    const lease = this.leases.leaseWithId(leaseId);
    if (!lease || lease.ending) return { outcome: "lease_lost", job: 0, attempt: 0 };
    const { job, attempt } = lease;
    if (lease.accepted) return { outcome: "running", job, attempt };
    this.leases.putLease({ ...lease, expiresAt: EXPIRED });
    // Not at once: the process that gave it back may be offered it again.
    this.expectJobs(GIVEN_BACK_MS);
    return { outcome: "given_back", job, attempt };
  }

  /**
   * Called before any report changes a job's status in D1. It hides the job from polls that may have read it
   * just before, and checks a host's report against the leases.
   */
  hold(report: Report, timing: Timing): Pick<Judgement, "verdict" | "taken"> {
    if (report.byHost) {
      this.noteContact(this.leases.host(), timing);
      this.forgetCancelled(report.job);
    }
    const { verdict, lease, taken } = judgeReport(this.leases.leaseOf(report.job), report, {
      now: timing.now,
      holdMs: timing.leaseMs,
    });
    if (lease) this.#putRun(lease);
    return { verdict, taken };
  }

  /** D1 refused the report that `hold` let through: the lease is restored. */
  release(job: number, attempt: number, taken: Taken): void {
    const lease = releaseOf(this.leases.leaseOf(job), attempt, taken);
    if (!lease) return;
    this.leases.putLease(lease);
    this.setAlarm();
  }

  /**
   * Asks the host to cancel a run under a lease, for one request. `asked` is false if another request asked
   * before, the host had no recent contact, or it has no such run; the caller then cancels at once, and the
   * alarm enforces it.
   */
  askToCancel({ job, attempt }: Run, asker: string, timing: Timing): { asked: boolean } {
    const lease = this.leases.leaseOf(job);
    if (!lease?.accepted || lease.attempt !== attempt || lease.ending) return { asked: false };
    const cancelling = cancelRun(lease, { contactAt: this.lastContact().at ?? 0, asker }, timing);
    this.#putRun(cancelling.lease);
    if (cancelling.asked) this.notify("cancel", lease);
    return { asked: cancelling.asked };
  }

  /**
   * The run ended in D1, or is about to, by someone other than the host: its lease is lost. A poll may have
   * read the job before its run began.
   */
  dropRun(job: number, attempt: number, { now, leaseMs }: Timing): void {
    const lease = this.leases.leaseOf(job);
    if (lease?.attempt === attempt) this.notify("lease_lost", lease);
    this.leases.dropLease(job, attempt);
    if (leaseMs > 0) this.leases.putLease(holdOf({ job, attempt }, now + leaseMs));
  }

  /** Ends the runs whose leases expired. Failures are retried later, without limit. */
  override async alarm({ scheduledTime }: AlarmInvocationInfo): Promise<void> {
    const due = this.leases.leasesDue(scheduledTime);
    for (const { job, attempt } of due) this.leases.markEnding(job, attempt, scheduledTime + ALARM_RETRY_MS);
    this.setAlarm();
    const isEnding = due.length > 0 || (this.leases.host() && this.cache.isAlarmLeft(scheduledTime));
    const change = isEnding && this.leases.host() && this.cache.beginAlarm(scheduledTime);
    let left = false;
    for (const lease of due) {
      const { ended } = await this.endLostRun(this.env, lease, scheduledTime);
      if (ended) {
        this.notify("lease_lost", lease);
        this.leases.dropLease(lease.job, lease.attempt);
      } else left = true;
    }
    if (due.length > 0) this.expectJobs(0);
    // Other changes use the real time; so does this if it is later.
    const now = Math.max(scheduledTime, Date.now());
    if (change && this.leases.host()) this.cache.endAlarm(now, left || change.left);
    await this.#storeIdleLogs(scheduledTime);
    this.setAlarm();
  }

  /** Writes to R2 what is left of logs that have ended or paused. */
  async #storeIdleLogs(now: number): Promise<void> {
    for (const { job, attempt } of this.logs.idle(now)) {
      const segment = this.logs.seal(job, attempt);
      const { stored } = segment ? await this.storeLog(this.env, segment, now) : { stored: false };
      if (segment && stored) this.logs.storedTo(job, attempt, segment.to);
      else this.#logsAgainAt = now + ALARM_RETRY_MS;
    }
  }

  #putRun(lease: Lease): void {
    this.leases.putLease(lease);
    if (deadlineOf(lease) !== null) this.setAlarm();
  }

  /** The alarm has fired, so none is set. */
  protected forgetAlarm(): void {
    this.#alarmAt = undefined;
  }

  /** Runs in the same synchronous turn as the row's write: both are stored, or neither. */
  protected override setAlarm(): void {
    const idle = this.logs.nextIdle();
    const needed = [this.leases.nextAlarm(), this.otherDeadline(), idle && Math.max(idle, this.#logsAgainAt)];
    const at = needed.reduce((first, each) => (each === null ? first : Math.min(first ?? each, each)), null);
    if (at === this.#alarmAt) return;
    this.#alarmAt = at;
    if (at === null) this.ctx.storage.deleteAlarm();
    else this.ctx.storage.setAlarm(at);
  }
}
