import { CacheTable } from "./cache-table.ts";
import { type KnownHost, LeaseTable } from "./lease-table.ts";
import {
  type CompactPingReply,
  type CompactQuietReply,
  type KnownToken,
  NOBODY,
  type ShownMoment,
} from "./protocol.ts";
import type { Changed, Span } from "./quiet-rules.ts";
import { type Outside, SignsObject } from "./signs-object.ts";
import type { Timing } from "./timing.ts";

/** The part of a host's object that knows its host: its last contact, its ping window, and what is known of D1. */
export class ContactObject extends SignsObject {
  protected readonly leases: LeaseTable;
  protected readonly cache: CacheTable;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.leases = new LeaseTable(state.storage.sql);
    this.cache = new CacheTable(state.storage.sql, () => crypto.randomUUID());
  }

  /** Tells the object that D1 has its host, with this guid. Until told, it notes no contact. */
  introduce(guid: string, timing: Timing): void {
    this.noteContact(this.leases.host(), timing);
    this.leases.knowHost(guid, timing.now);
    this.cache.start(timing.now);
  }

  /** The host was retired: the object is as new, but for runs that the alarm has yet to end. */
  forget(): void {
    this.leases.forgetHost();
    this.cache.forget();
    this.forgetSigns();
  }

  /** A ping of the host; of a token that nobody has judged yet, with the digest of its secret. */
  ping(guid: string, now: number, window: number, contactMs: number, digest?: string): CompactPingReply {
    const host = this.leases.host();
    const judged = host && digest !== undefined ? this.cache.judge(digest, now) : NOBODY;
    if (digest !== undefined && !judged.token)
      return { ...judged, heard: "unknown_token", cancelRequested: [] };
    if (!host) return { ...judged, heard: "unknown_host", cancelRequested: [] };
    if (host.guid !== guid) return { ...judged, heard: "other_guid", cancelRequested: [] };
    this.noteContact(host, { now, contactMs });
    const heard = host.recordedWindow >= window ? "recorded" : "unrecorded";
    const cancelRequested = this.cancelRequests(now);
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
    const host = this.leases.host();
    const judged = host && digest !== undefined ? this.cache.judge(digest, now) : NOBODY;
    if (digest !== undefined && !judged.token)
      return { ...judged, told: "unknown_token", cancelRequested: [], silentUntil: null, outside: 0 };
    if (!host) return { ...judged, told: "not_known", cancelRequested: [], silentUntil: null, outside: 0 };
    this.noteContact(host, { now, contactMs });
    const { epoch, quiet } = this.cache.ask({ from, until }, now);
    const told = quiet ? "nothing" : "not_known";
    const cancelRequested = this.cancelRequests(now);
    if (told === "nothing" && digest === undefined && cancelRequested.length === 0) return told;
    if (quiet) this.toldAll();
    const { silentUntil, outside } = this.signs();
    return { token: judged.token, epoch, told, cancelRequested, silentUntil, outside: outside?.jobs ?? 0 };
  }

  /** A poll that asked under `epoch` found nothing in D1 that is, or will be, in `span`. */
  learnNothingDue(epoch: string, span: Span, { now }: Timing): void {
    if (this.leases.host()) this.cache.learn(epoch, span, now);
  }

  /** A call that asked under `epoch` found in D1 whom a secret speaks for. */
  learnToken(epoch: string, digest: string, token: KnownToken, { now }: Timing): void {
    if (this.leases.host()) this.cache.learnToken(epoch, digest, token, now);
  }

  /** D1 is about to be changed: what was known of it is not known any more, and nothing is learned, till the end. */
  beginChange(id: string, changed: Changed, { now }: Timing): void {
    if (this.leases.host()) this.cache.begin(id, changed, now);
  }

  /** Nothing of the change is on its way any more. */
  endChange(id: string, changed: Changed, { now }: Timing): void {
    if (this.leases.host()) this.cache.end(id, changed, now);
  }

  /** D1 has the ping of this window; how far the host's clock went from ours then, in milliseconds, null where it did not say. */
  recorded({ window }: Timing, clockOffsetMs: number | null): void {
    this.leases.storeRecorded(window);
    if (this.leases.host()) this.noteClock(clockOffsetMs);
  }

  /** A poll left out of its window what is due, or does so no more (null). */
  missedOutside(outside: Outside | null): void {
    if (this.leases.host()) this.noteOutside(outside);
  }

  /** The host says what keeps it from asking for jobs, or that nothing does (null). */
  noteTrouble(message: string | null, now: number): void {
    if (this.leases.host()) this.keepTrouble(message, now);
  }

  /** What the page of the host shows of this moment. */
  shown(): ShownMoment {
    const { clockOffsetMs, outside, trouble, socketLostAt } = this.signs();
    const contactAt = this.leases.host()?.contactAt ?? null;
    return { contactAt, clockOffsetMs, outside, trouble, sockets: 0, socketLostAt };
  }

  /** The host called in a way that asks nothing of its object. `known` false: the object was never told of its host. */
  heard(timing: Timing): { known: boolean; silentUntil: number | null } {
    const host = this.leases.host();
    this.noteContact(host, timing);
    return { known: host !== undefined, silentUntil: this.signs().silentUntil };
  }

  /** The host may be retired from here on: its next ping asks D1 whether it is still there. */
  doubt(): void {
    if (this.leases.host()) this.leases.forgetRecorded();
  }

  /** When the host was last heard from, to within CONTACT_SECONDS; null where it never was. */
  lastContact(): { at: number | null } {
    return { at: this.leases.host()?.contactAt ?? null };
  }

  protected cancelRequests(now: number): number[] {
    return this.withCancelled(this.leases.cancelRequests(), now);
  }

  protected noteContact(
    host: KnownHost | undefined,
    { now, contactMs }: Pick<Timing, "now" | "contactMs">,
  ): void {
    if (!host || now - host.contactAt < contactMs) return;
    this.noteSilence(host.contactAt, now, contactMs);
    this.leases.storeContact(now);
  }
}
