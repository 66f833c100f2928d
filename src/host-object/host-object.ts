import { endLostRun } from "../jobs/end-lost-run.ts";
import { CacheTable } from "./cache-table.ts";
import {
  ALARM_RETRY_MS,
  type Ask,
  cancelRun,
  deadlineOf,
  decideGrant,
  decideRuns,
  holdOf,
  type Judgement,
  jobsOf,
  judgeReport,
  type Lease,
  type Offer,
  OVER,
  type Report,
  releaseOf,
  renewRun,
  type Taken,
  toldOf,
} from "./lease-rules.ts";
import { type KnownHost, LeaseTable } from "./lease-table.ts";
import {
  type CompactPingReply,
  type CompactQuietReply,
  type GiveBackReply,
  type GrantReply,
  type KnownToken,
  NOBODY,
  type RenewReply,
  type RunLease,
} from "./protocol.ts";
import type { Changed, Span } from "./quiet-rules.ts";
import { type Outside, SignsObject } from "./signs-object.ts";
import type { Timing } from "./timing.ts";

/**
 * One host's present moment: its last contact, its ping window, who was told of which job, who runs one under a
 * lease. Named by the host's id. Every method is synchronous over the object's own SQLite, so that no two calls
 * interleave; every one may be called twice; each answers data and throws nothing. The time and the waiting
 * times come from the caller, the alarm's from what it was set for. Only the alarm touches D1.
 */
export class HostObject extends SignsObject {
  readonly #store: LeaseTable;
  readonly #knowledge: CacheTable;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new LeaseTable(state.storage.sql);
    this.#knowledge = new CacheTable(state.storage.sql, () => crypto.randomUUID());
  }

  /** Tells the object that D1 has its host, with this guid. Until told, it notes no contact. */
  introduce(guid: string, timing: Timing): void {
    this.#noteContact(this.#store.host(), timing);
    this.#store.knowHost(guid, timing.now);
    this.#knowledge.start(timing.now);
  }

  /** The host was retired: the object is as new, but for runs that the alarm has yet to end. */
  forget(): void {
    this.#store.forgetHost();
    this.#knowledge.forget();
    this.forgetSigns();
  }

  /** A ping of the host; of a token that nobody has judged yet, with the digest of its secret. */
  ping(guid: string, now: number, window: number, contactMs: number, digest?: string): CompactPingReply {
    const host = this.#store.host();
    const judged = host && digest !== undefined ? this.#knowledge.judge(digest, now) : NOBODY;
    if (digest !== undefined && !judged.token)
      return { ...judged, heard: "unknown_token", cancelRequested: [] };
    if (!host) return { ...judged, heard: "unknown_host", cancelRequested: [] };
    if (host.guid !== guid) return { ...judged, heard: "other_guid", cancelRequested: [] };
    this.#noteContact(host, { now, contactMs });
    const heard = host.recordedWindow >= window ? "recorded" : "unrecorded";
    const cancelRequested = this.#cancelRequests(now);
    if (heard === "recorded" && digest === undefined && cancelRequested.length === 0) return heard;
    return { ...judged, heard, cancelRequested };
  }

  /** A poll asks before it reads D1; of a token that nobody has judged yet, with the digest of its secret. */
  nothingDue(
    from: number,
    until: number,
    now: number,
    contactMs: number,
    digest?: string,
  ): CompactQuietReply {
    const host = this.#store.host();
    const judged = host && digest !== undefined ? this.#knowledge.judge(digest, now) : NOBODY;
    if (digest !== undefined && !judged.token)
      return { ...judged, told: "unknown_token", cancelRequested: [], silentUntil: null, outside: 0 };
    if (!host) return { ...judged, told: "not_known", cancelRequested: [], silentUntil: null, outside: 0 };
    this.#noteContact(host, { now, contactMs });
    const { epoch, quiet } = this.#knowledge.ask({ from, until }, now);
    const told = quiet ? "nothing" : "not_known";
    const cancelRequested = this.#cancelRequests(now);
    if (told === "nothing" && digest === undefined && cancelRequested.length === 0) return told;
    if (quiet) this.toldAll();
    const { silentUntil, outside } = this.signs();
    return { token: judged.token, epoch, told, cancelRequested, silentUntil, outside: outside?.jobs ?? 0 };
  }

  /** A poll that asked under `epoch` found nothing in D1 that is, or will be, in `span`. */
  learnNothingDue(epoch: string, span: Span, { now }: Timing): void {
    if (this.#store.host()) this.#knowledge.learn(epoch, span, now);
  }

  /** A call that asked under `epoch` found in D1 whom a secret speaks for. */
  learnToken(epoch: string, digest: string, token: KnownToken, { now }: Timing): void {
    if (this.#store.host()) this.#knowledge.learnToken(epoch, digest, token, now);
  }

  /** D1 is about to be changed: what was known of it is not known any more, and nothing is learned, till the end. */
  beginChange(id: string, changed: Changed, { now }: Timing): void {
    if (this.#store.host()) this.#knowledge.begin(id, changed, now);
  }

  /** Nothing of the change is on its way any more. */
  endChange(id: string, changed: Changed, { now }: Timing): void {
    if (this.#store.host()) this.#knowledge.end(id, changed, now);
  }

  /** D1 has the ping of this window; how far the host's clock went from ours then, in milliseconds, null where it did not say. */
  recorded({ window }: Timing, clockOffsetMs: number | null): void {
    this.#store.storeRecorded(window);
    if (this.#store.host()) this.noteClock(clockOffsetMs);
  }

  /** A poll left out of its window what is due, or does so no more (null). */
  missedOutside(outside: Outside | null): void {
    if (this.#store.host()) this.noteOutside(outside);
  }

  /** What the page of the host shows of this moment. */
  shown(): { contactAt: number | null; clockOffsetMs: number | null; outside: Outside | null } {
    const { clockOffsetMs, outside } = this.signs();
    return { contactAt: this.#store.host()?.contactAt ?? null, clockOffsetMs, outside };
  }

  /** The host called in a way that asks nothing of its object. `known` false: the object was never told of its host. */
  heard(timing: Timing): { known: boolean } {
    const host = this.#store.host();
    this.#noteContact(host, timing);
    return { known: host !== undefined };
  }

  /** The host may be retired from here on: its next ping asks D1 whether it is still there. */
  doubt(): void {
    if (this.#store.host()) this.#store.forgetRecorded();
  }

  /** A poll of `caller` found these open jobs: hides those of others, leases the due ones to the caller. */
  grant(all: Offer[], caller: string, timing: Timing): GrantReply {
    this.#noteContact(this.#store.host(), timing);
    const { now, leaseMs } = timing;
    const { early, offers } = this.tooEarly(all, caller, now);
    const held = this.#store.hidingOf(jobsOf(offers));
    const { hidden, leased } = decideGrant(offers, held, caller, now, leaseMs);
    const told = { hidden: [...early, ...hidden], cancelRequested: this.#cancelRequests(now) };
    if (leased.length === 0) return { ...told, expiresAt: null };
    const expiresAt = now + leaseMs;
    this.#store.dropLeasesUntil(now);
    this.#store.putPolled(leased, caller, expiresAt);
    return { ...told, expiresAt };
  }

  /** Leases due jobs to a host that knows of leases. */
  lease(offers: readonly Offer[], ask: Ask, timing: Timing): RunLease[] {
    this.#noteContact(this.#store.host(), timing);
    const leases = this.#store.leasesOf(jobsOf(offers));
    const runs = decideRuns(offers, leases, ask, timing.now, () => crypto.randomUUID());
    if (runs.length > 0) this.#store.dropLeasesUntil(timing.now);
    for (const run of runs) this.#store.putLease(run);
    return runs.map(toldOf);
  }

  /** Extends an accepted run; one not accepted yet stays as it is. `renewed` false: the lease is lost. */
  renew(leaseId: string, timing: Timing): RenewReply {
    this.#noteContact(this.#store.host(), timing);
    const { now } = timing;
    const renewed = renewRun(this.#store.leaseWithId(leaseId), now);
    if (!renewed) return { renewed: false, expiresAt: now, leaseMs: 0, cancelRequested: false };
    this.#putRun(renewed);
    const { expiresAt, leaseMs, cancelAt } = renewed;
    return { renewed: true, expiresAt, leaseMs, cancelRequested: cancelAt !== null };
  }

  /** Gives a job back before its run began; it can be leased again at once. */
  giveBack(leaseId: string, timing: Timing): GiveBackReply {
    this.#noteContact(this.#store.host(), timing);
    const lease = this.#store.leaseWithId(leaseId);
    if (!lease || lease.ending) return { outcome: "lease_lost", job: 0, attempt: 0 };
    const { job, attempt } = lease;
    if (lease.accepted) return { outcome: "running", job, attempt };
    this.#store.putLease({ ...lease, expiresAt: OVER });
    return { outcome: "given_back", job, attempt };
  }

  /**
   * Whoever takes a job out of its status in D1 says so here first: it is hidden from polls, which may have read
   * it just before, and the word of a host is judged by the leases.
   */
  hold(report: Report, timing: Timing): Pick<Judgement, "verdict" | "taken"> {
    if (report.byHost) {
      this.#noteContact(this.#store.host(), timing);
      this.heardOfCancel(report.job);
    }
    const { verdict, lease, taken } = judgeReport(
      this.#store.leaseOf(report.job),
      report,
      timing.now,
      timing.leaseMs,
    );
    if (lease) this.#putRun(lease);
    return { verdict, taken };
  }

  /** D1 refused what `hold` let through, and the job waits as before: so does its lease. */
  release(job: number, attempt: number, taken: Taken): void {
    const lease = releaseOf(this.#store.leaseOf(job), attempt, taken);
    if (!lease) return;
    this.#store.putLease(lease);
    this.#setAlarm();
  }

  /**
   * Asks the host to cancel a run under a lease, in the name of one request. `asked` false: it was asked before, was not heard from lately or
   * has no such run; then the caller cancels at once, and the alarm makes sure of it.
   */
  askToCancel(job: number, attempt: number, asker: string, timing: Timing): { asked: boolean } {
    const lease = this.#store.leaseOf(job);
    if (!lease?.accepted || lease.attempt !== attempt || lease.ending) return { asked: false };
    const cancelling = cancelRun(lease, this.#store.host()?.contactAt ?? 0, asker, timing);
    this.#putRun(cancelling.lease);
    return { asked: cancelling.asked };
  }

  /** The run ended in D1, or is about to, by another's word: its lease is lost. A poll may have read the job before it ran. */
  dropRun(job: number, attempt: number, { now, leaseMs }: Timing): void {
    this.#store.dropLease(job, attempt);
    if (leaseMs > 0) this.#store.putLease(holdOf(job, attempt, now + leaseMs));
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
    const change = this.#store.host() && this.#knowledge.beginAlarm(scheduledTime);
    let left = false;
    for (const lease of due) {
      const { ended } = await endLostRun(this.env, lease, scheduledTime);
      if (ended) this.#store.dropLease(lease.job, lease.attempt);
      else left = true;
    }
    // What others begin and learn is timed by the clock; this is too, where it runs on.
    const now = Math.max(scheduledTime, Date.now());
    if (change && this.#store.host()) this.#knowledge.endAlarm(now, left || change.left);
    this.#setAlarm();
  }

  #putRun(lease: Lease): void {
    this.#store.putLease(lease);
    if (deadlineOf(lease) !== null) this.#setAlarm();
  }

  /** In the same synchronous turn as the row that it serves: both are stored, or neither. */
  #setAlarm(): void {
    const at = this.#store.nextAlarm();
    if (at === null) this.ctx.storage.deleteAlarm();
    else this.ctx.storage.setAlarm(at);
  }

  #cancelRequests(now: number): number[] {
    return this.withCancelled(this.#store.cancelRequests(), now);
  }

  #noteContact(host: KnownHost | undefined, { now, contactMs }: Pick<Timing, "now" | "contactMs">): void {
    if (!host || now - host.contactAt < contactMs) return;
    this.noteSilence(host.contactAt, now, contactMs);
    this.#store.storeContact(now);
  }
}
