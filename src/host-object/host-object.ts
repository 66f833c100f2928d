import { ContactObject } from "./contact-object.ts";
import {
  ALARM_RETRY_MS,
  type Ask,
  cancelRun,
  deadlineOf,
  decideGrant,
  decideRuns,
  holdOf,
  jobsOf,
  type Lease,
  type Offer,
  OVER,
  projectOfLease,
  renewRun,
  toldOf,
} from "./lease-rules.ts";
import {
  type GiveBackReply,
  type GrantReply,
  type HostProtocol,
  NOBODY,
  type RenewReply,
  type RunLease,
  type Tickets,
  type TokenReply,
} from "./protocol.ts";
import { type Judgement, judgeReport, type Report, releaseOf, type Taken } from "./report-rules.ts";
import type { Timing } from "./timing.ts";

/** How soon a job that was given back is offered again. */
const GIVEN_BACK_MS = 5000;

/** Ends, in D1, a run under a lease whose time is up at `now` (epoch milliseconds). */
export type EndLostRun = (env: Env, lease: Lease, now: number) => Promise<{ ended: boolean }>;

/** Whether a secret's token is known, and may know of the project that a lease names. */
const mayRenew = ({ token }: TokenReply, leaseId: string): boolean => {
  const project = projectOfLease(leaseId);
  return token !== null && (token.projectIds === null || token.projectIds.some((id) => id === project));
};

/**
 * One host's present moment: its last contact, its ping window, who was told of which job, who runs one under a
 * lease. Named by the host's id. Every method is synchronous over the object's own SQLite, so that no two calls
 * interleave; every one may be called twice; each answers data and throws nothing. The time and the waiting
 * times come from the caller, the alarm's from what it was set for. Only the alarm and the sockets touch D1, by ways
 * that are handed in.
 */
export abstract class HostMoment extends ContactObject implements Omit<HostProtocol, keyof Tickets> {
  /** The alarm's one way to D1. `ended` false: D1 did not answer, to be tried again. */
  protected abstract readonly endLostRun: EndLostRun;
  /** What the alarm was last set for while the object is awake: to set it again for the same is a row. */
  #alarmAt: number | null | undefined;

  /** When the alarm is needed for something else; null where it is not. */
  protected abstract otherDeadline(): number | null;
  /** Tells the host's processes what becomes of one of its runs. */
  protected abstract tell(what: "cancel" | "lease_lost", lease: Lease): void;
  /** Jobs may be due `inMs` from now. */
  protected abstract expectJobs(inMs: number): void;

  /** A poll of `caller` found these open jobs: hides those of others, leases the due ones to the caller. */
  grant(all: Offer[], caller: string, timing: Timing): GrantReply {
    const host = this.leases.host();
    this.noteContact(host, timing);
    const { now, leaseMs } = timing;
    const { early, offers } = this.tooEarly(all, caller, now);
    const held = this.leases.hidingOf(jobsOf(offers));
    const { hidden, leased } = decideGrant(offers, held, caller, now, leaseMs);
    const told = {
      known: host !== undefined,
      hidden: [...early, ...hidden],
      cancelRequested: this.cancelRequests(now),
    };
    if (leased.length === 0) return { ...told, expiresAt: null };
    const expiresAt = now + leaseMs;
    this.leases.dropLeasesUntil(now);
    this.leases.putPolled(leased, caller, expiresAt);
    return { ...told, expiresAt };
  }

  /** Leases due jobs to a host that knows of leases. */
  lease(offers: readonly Offer[], ask: Ask, timing: Timing): RunLease[] {
    this.noteContact(this.leases.host(), timing);
    const leases = this.leases.leasesOf(jobsOf(offers));
    const runs = decideRuns(offers, leases, ask, timing.now, () => crypto.randomUUID());
    if (runs.length > 0) this.leases.dropLeasesUntil(timing.now);
    for (const run of runs) this.leases.putLease(run);
    return runs.map(toldOf);
  }

  /** Extends an accepted run; one not accepted yet stays as it is. For a token that nobody has judged yet, with the digest of its secret. */
  renew(leaseId: string, timing: Timing, digest?: string): RenewReply {
    const { now } = timing;
    const host = this.leases.host();
    const judged = host && digest !== undefined ? this.cache.judge(digest, now) : NOBODY;
    const nothing = { ...judged, renewed: false, expiresAt: now, leaseMs: 0, cancelRequested: false };
    if (digest !== undefined && !mayRenew(judged, leaseId)) return nothing;
    this.noteContact(host, timing);
    const renewed = renewRun(this.leases.leaseWithId(leaseId), now);
    if (!renewed) return nothing;
    this.#putRun(renewed);
    const { expiresAt, leaseMs, cancelAt } = renewed;
    return { ...judged, renewed: true, expiresAt, leaseMs, cancelRequested: cancelAt !== null };
  }

  /** Gives a job back before its run began; it can be leased again at once. */
  giveBack(leaseId: string, timing: Timing): GiveBackReply {
    this.noteContact(this.leases.host(), timing);
    const lease = this.leases.leaseWithId(leaseId);
    if (!lease || lease.ending) return { outcome: "lease_lost", job: 0, attempt: 0 };
    const { job, attempt } = lease;
    if (lease.accepted) return { outcome: "running", job, attempt };
    this.leases.putLease({ ...lease, expiresAt: OVER });
    // Not at once: who gave it back may be the one who would be offered it again.
    this.expectJobs(GIVEN_BACK_MS);
    return { outcome: "given_back", job, attempt };
  }

  /**
   * Whoever takes a job out of its status in D1 says so here first: it is hidden from polls, which may have read
   * it just before, and the word of a host is judged by the leases.
   */
  hold(report: Report, timing: Timing): Pick<Judgement, "verdict" | "taken"> {
    if (report.byHost) {
      this.noteContact(this.leases.host(), timing);
      this.heardOfCancel(report.job);
    }
    const { verdict, lease, taken } = judgeReport(
      this.leases.leaseOf(report.job),
      report,
      timing.now,
      timing.leaseMs,
    );
    if (lease) this.#putRun(lease);
    return { verdict, taken };
  }

  /** D1 refused what `hold` let through, and the job waits as before: so does its lease. */
  release(job: number, attempt: number, taken: Taken): void {
    const lease = releaseOf(this.leases.leaseOf(job), attempt, taken);
    if (!lease) return;
    this.leases.putLease(lease);
    this.setAlarm();
  }

  /**
   * Asks the host to cancel a run under a lease, in the name of one request. `asked` false: it was asked before, was not heard from lately or
   * has no such run; then the caller cancels at once, and the alarm makes sure of it.
   */
  askToCancel(job: number, attempt: number, asker: string, timing: Timing): { asked: boolean } {
    const lease = this.leases.leaseOf(job);
    if (!lease?.accepted || lease.attempt !== attempt || lease.ending) return { asked: false };
    const cancelling = cancelRun(lease, this.lastContact().at ?? 0, asker, timing);
    this.#putRun(cancelling.lease);
    if (cancelling.asked) this.tell("cancel", lease);
    return { asked: cancelling.asked };
  }

  /** The run ended in D1, or is about to, by another's word: its lease is lost. A poll may have read the job before it ran. */
  dropRun(job: number, attempt: number, { now, leaseMs }: Timing): void {
    const lease = this.leases.leaseOf(job);
    if (lease?.attempt === attempt) this.tell("lease_lost", lease);
    this.leases.dropLease(job, attempt);
    if (leaseMs > 0) this.leases.putLease(holdOf(job, attempt, now + leaseMs));
  }

  /** Ends the runs whose time is up. What fails is tried again later: an alarm is never given up. */
  override async alarm({ scheduledTime }: AlarmInvocationInfo): Promise<void> {
    this.#alarmAt = undefined;
    const due = this.leases.leasesDue(scheduledTime);
    for (const { job, attempt } of due) this.leases.markEnding(job, attempt, scheduledTime + ALARM_RETRY_MS);
    this.setAlarm();
    const isEnding = due.length > 0 || (this.leases.host() && this.cache.isAlarmLeft(scheduledTime));
    const change = isEnding && this.leases.host() && this.cache.beginAlarm(scheduledTime);
    let left = false;
    for (const lease of due) {
      const { ended } = await this.endLostRun(this.env, lease, scheduledTime);
      if (ended) {
        this.tell("lease_lost", lease);
        this.leases.dropLease(lease.job, lease.attempt);
      } else left = true;
    }
    if (due.length > 0) this.expectJobs(0);
    // What others begin and learn is timed by the clock; this is too, where it runs on.
    const now = Math.max(scheduledTime, Date.now());
    if (change && this.leases.host()) this.cache.endAlarm(now, left || change.left);
    this.setAlarm();
  }

  #putRun(lease: Lease): void {
    this.leases.putLease(lease);
    if (deadlineOf(lease) !== null) this.setAlarm();
  }

  /** In the same synchronous turn as the row that it serves: both are stored, or neither. */
  protected setAlarm(): void {
    const [ofLeases, other] = [this.leases.nextAlarm(), this.otherDeadline()];
    const at = ofLeases === null || other === null ? (ofLeases ?? other) : Math.min(ofLeases, other);
    if (at === this.#alarmAt) return;
    this.#alarmAt = at;
    if (at === null) this.ctx.storage.deleteAlarm();
    else this.ctx.storage.setAlarm(at);
  }
}
