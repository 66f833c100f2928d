import { DurableObject } from "cloudflare:workers";
import { decideGrant, type Offer } from "./leases.ts";
import type { Moment } from "./moment.ts";
import { type KnownHost, ObjectStore } from "./object-store.ts";

/** `unrecorded` asks the caller to record this window in D1, then to tell it by `recorded`. */
export interface PingReply {
  heard: "recorded" | "unrecorded" | "unknown_host" | "other_guid";
}

/** `hidden`: jobs that another holds. `expiresAt`: when the leases just given end, null where none was. */
export interface GrantReply {
  hidden: number[];
  expiresAt: number | null;
}

/**
 * One host's present moment: its last contact, its ping window, who was told of which job. Named by the host's
 * id. Every method is synchronous over the object's own SQLite, so that no two calls interleave; every one may
 * be called twice; each answers data and throws nothing. The time and the waiting times come from the caller.
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

  /** The host was retired: the object is as new. */
  forget(): void {
    this.#store.forgetHost();
  }

  /** A ping of the host. */
  ping(guid: string, moment: Moment): PingReply {
    const host = this.#store.host();
    if (!host) return { heard: "unknown_host" };
    if (host.guid !== guid) return { heard: "other_guid" };
    this.#noteContact(host, moment);
    return { heard: host.recordedWindow >= moment.window ? "recorded" : "unrecorded" };
  }

  /** D1 has the ping of this window. */
  recorded({ window }: Moment): void {
    this.#store.storeRecorded(window);
  }

  /** A poll of `caller` found these open jobs: hides those of others, leases the due ones to the caller. */
  grant(offers: readonly Offer[], caller: string, moment: Moment): GrantReply {
    this.#noteContact(this.#store.host(), moment);
    const { now, leaseMs } = moment;
    const leases = this.#store.leasesOf(offers.map(({ job }) => job));
    const { hidden, leased } = decideGrant(offers, leases, caller, now, leaseMs);
    if (leased.length > 0) {
      this.#store.dropLeasesUntil(now);
      this.#store.putLeases(leased);
    }
    return { hidden, expiresAt: leased[0]?.expiresAt ?? null };
  }

  /**
   * Hides one attempt of a job from all polls for a lease's time: whoever takes it out of the open statuses
   * says so here first, since a poll may have read it just before. `byHost`: the caller is the host itself.
   */
  hold(job: number, attempt: number, byHost: boolean, moment: Moment): void {
    if (byHost) this.#noteContact(this.#store.host(), moment);
    const { now, leaseMs } = moment;
    if (leaseMs > 0) this.#store.putLeases([{ job, attempt, caller: null, expiresAt: now + leaseMs }]);
  }

  /** When the host was last heard from, to within CONTACT_SECONDS; null where it never was. */
  lastContact(): number | null {
    return this.#store.host()?.contactAt ?? null;
  }

  #noteContact(host: KnownHost | undefined, { now, contactMs }: Moment): void {
    if (host && now - host.contactAt >= contactMs) this.#store.storeContact(now);
  }
}
