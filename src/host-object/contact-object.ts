import type { SignKind } from "../database/enums.ts";
import { CacheTable } from "./cache-table.ts";
import { type KnownHost, LeaseTable } from "./lease-table.ts";
import {
  type CompactPingReply,
  type CompactQuietReply,
  type FoundToken,
  type KnownSigns,
  NOBODY,
  type ShownMoment,
} from "./protocol.ts";
import type { Changed, Span } from "./quiet-rules.ts";
import { type Outside, SignsObject } from "./signs-object.ts";
import type { Timing } from "./timing.ts";

/** The part of a host's object with its contact: last contact, ping window, and the cache of D1. */
export class ContactObject extends SignsObject {
  protected readonly leases: LeaseTable;
  protected readonly cache: CacheTable;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.leases = new LeaseTable(state.storage.sql);
    this.cache = new CacheTable(state.storage.sql, () => crypto.randomUUID());
  }

  /** D1 has this host. Until introduced, the object records no contact. */
  introduce(guid: string, timing: Timing): void {
    this.noteContact(this.leases.host(), timing);
    this.leases.knowHost(guid, timing.now);
    this.cache.start(timing.now);
  }

  /** The host was retired: clears everything but the runs that the alarm still has to end. */
  forget(): void {
    this.leases.forgetHost();
    this.cache.forget();
    this.forgetSigns();
  }

  /** A ping of the host. `digest` is the secret's, if the token is not checked yet. */
  ping(guid: string, now: number, window: number, contactMs: number, digest?: string): CompactPingReply {
    const host = this.leases.host();
    const lookup = host && digest !== undefined ? this.cache.findToken(digest, now) : NOBODY;
    if (digest !== undefined && !lookup.token)
      return { ...lookup, heard: "unknown_token", cancelRequested: [] };
    if (!host) return { ...lookup, heard: "unknown_host", cancelRequested: [] };
    if (host.guid !== guid) return { ...lookup, heard: "other_guid", cancelRequested: [] };
    this.noteContact(host, { now, contactMs });
    const heard = host.recordedWindow >= window ? "recorded" : "unrecorded";
    const cancelRequested = this.cancelRequests(now);
    if (heard === "recorded" && digest === undefined && cancelRequested.length === 0) return heard;
    return { ...lookup, heard, cancelRequested };
  }

  /** Asked by a poll before it reads D1. `digest` is the secret's, if the token is not checked yet. */
  nothingDue(
    from: number,
    until: number,
    now: number,
    contactMs: number,
    digest?: string,
  ): CompactQuietReply {
    const host = this.leases.host();
    const lookup = host && digest !== undefined ? this.cache.findToken(digest, now) : NOBODY;
    if (digest !== undefined && !lookup.token)
      return { ...lookup, found: "unknown_token", cancelRequested: [], silentUntil: null, outside: 0 };
    if (!host) return { ...lookup, found: "not_known", cancelRequested: [], silentUntil: null, outside: 0 };
    this.noteContact(host, { now, contactMs });
    const { epoch, quiet } = this.cache.ask({ from, until }, now);
    const found = quiet ? "nothing" : "not_known";
    const cancelRequested = this.cancelRequests(now);
    if (found === "nothing" && digest === undefined && cancelRequested.length === 0) return found;
    if (quiet) this.markAllNotified();
    const { silentUntil, outside } = this.signs();
    return { token: lookup.token, epoch, found, cancelRequested, silentUntil, outside: outside?.jobs ?? 0 };
  }

  /** A poll under `epoch` found no job in D1 that is or will be due in `span`. */
  learnNothingDue(epoch: string, span: Span, { now }: Timing): void {
    if (this.leases.host()) this.cache.learn(epoch, span, now);
  }

  /** A call under `epoch` found the token of a secret in D1. */
  learnToken(epoch: string, found: FoundToken, { now }: Timing): void {
    if (this.leases.host()) this.cache.learnToken(epoch, found, now);
  }

  /** A change of D1 begins: the cache is cleared, and nothing is cached until it ends. */
  beginChange(id: string, changed: Changed, { now }: Timing): void {
    if (this.leases.host()) this.cache.begin(id, changed, now);
  }

  /** The change ended: none of its writes is under way. */
  endChange(id: string, changed: Changed, { now }: Timing): void {
    if (this.leases.host()) this.cache.end(id, changed, now);
  }

  /** D1 has the ping of this window. `clockOffsetMs`: how far the host's clock was ahead then; null if it sent no time. */
  recorded({ window }: Timing, clockOffsetMs: number | null): KnownSigns {
    this.leases.storeRecorded(window);
    if (this.leases.host()) this.noteClock(clockOffsetMs);
    return this.knownSigns();
  }

  /** A poll's window left out due jobs, or no longer does (null). */
  missedOutside(outside: Outside | null): void {
    if (this.leases.host()) this.noteOutside(outside);
  }

  /** The host reports why it does not poll, or that it polls again (null). */
  noteTrouble(message: string | null, now: number): KnownSigns {
    if (this.leases.host()) this.keepTrouble(message, now);
    return this.knownSigns();
  }

  /** Which of what the host said of itself D1 has. */
  knownSigns(): KnownSigns {
    return { signs: this.signs().stored };
  }

  /** D1 has these signs of the host. */
  storedSigns(signs: readonly SignKind[]): void {
    if (this.leases.host()) this.keepStored(signs);
  }

  /** What the host's page shows. */
  shown(): ShownMoment {
    const { clockOffsetMs, outside, trouble, socketLostAt } = this.signs();
    const contactAt = this.leases.host()?.contactAt ?? null;
    return { contactAt, clockOffsetMs, outside, trouble, sockets: 0, freeSlots: 0, socketLostAt };
  }

  /** The host made a call that needs nothing of the object. `known` is false if the object was never introduced; `silentUntil` as of a poll. */
  heard(timing: Timing): { known: boolean; silentUntil: number | null } {
    const host = this.leases.host();
    this.noteContact(host, timing);
    return { known: host !== undefined, silentUntil: this.signs().silentUntil };
  }

  /** The host may be retired from now on: its next ping reads D1. */
  doubt(): void {
    if (this.leases.host()) this.leases.forgetRecorded();
  }

  /** The last contact, at CONTACT_SECONDS precision; null: never. */
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
