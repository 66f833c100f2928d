import { firstExpiry } from "./lease-rules.ts";
import { NO_LOWER_BOUND } from "./quiet-rules.ts";
import type { OpenSocket } from "./socket-list.ts";
import type { SocketParts } from "./socket-parts.ts";
import { freeSlots, isReady } from "./socket-session.ts";
import type { SocketTokens } from "./socket-tokens.ts";
import type { LookedUp } from "./socket-work.ts";

/** When to look again for a job that waits behind another of its schedule. */
const HELD_MS = 15_000;
/** When to look again while a schedule is planned no further than now. The tick that plans it notifies the object. */
const UNPLANNED_MS = 60_000;
/** When to look again if D1 did not answer. */
const RETRY_MS = 5000;

/** Looks for due jobs and offers them to the processes that are ready. One look runs at a time. */
export class SocketLooks {
  readonly #parts: SocketParts;
  readonly #tokens: SocketTokens;
  #looking: Promise<void> | undefined;

  constructor(parts: SocketParts, tokens: SocketTokens) {
    this.#parts = parts;
    this.#tokens = tokens;
  }

  /** Jobs may be due from `at` on, for every process. */
  expectAt(at: number): void {
    const { list } = this.#parts;
    for (const { socket, session } of list.open())
      if (session.hello && session.lookAt > at) list.change(socket, { lookAt: at });
  }

  /** A run ended: jobs that waited behind it may be due. */
  runEnded(): void {
    const { list, clock } = this.#parts;
    for (const { socket, session } of list.open()) if (session.held) list.change(socket, { lookAt: clock() });
  }

  /** Jobs that were offered and not accepted in time are due again. */
  expire(now: number): void {
    const { leases } = this.#parts;
    if ((firstExpiry(leases.unaccepted()) ?? Infinity) > now) return;
    leases.dropLeasesUntil(now);
    this.expectAt(now);
  }

  /** Looks for every ready process whose time has come, then sets the alarm for the next. */
  async look(): Promise<void> {
    const before = this.#looking;
    const looking = (async () => {
      await before;
      for (let next = this.#next(); next; next = this.#next()) await this.#lookFor(next);
      this.#parts.setAlarm();
    })();
    this.#looking = looking;
    await looking;
    if (this.#looking === looking) this.#looking = undefined;
  }

  #next(): OpenSocket | undefined {
    const now = this.#parts.clock();
    return this.#parts.list.open().find(({ session }) => isReady(session) && session.lookAt <= now);
  }

  async #lookFor(open: OpenSocket): Promise<void> {
    const { list, cache, clock } = this.#parts;
    const now = clock();
    if (list.isSilent(open, now)) {
      list.close(open.socket, "silent");
      return;
    }
    const quietUntil = cache.quietUntil({ from: NO_LOWER_BOUND, until: now + 1 }, now);
    // A change during this look sets an earlier time.
    list.change(open.socket, { lookAt: quietUntil ?? Infinity });
    if (quietUntil !== undefined) return;
    try {
      if (await this.#tokens.check(open)) this.#offer(open, await this.#ask(open, now), now);
    } catch {
      this.#lookAgainAt(open, now + RETRY_MS);
    }
  }

  #ask({ session }: OpenSocket, now: number): Promise<LookedUp> {
    const { env, object, work, clock } = this.#parts;
    const { hostId, token, hello, agents, id, nextId } = session;
    return work.look(
      {
        ...{ env: env(), object, hostId, token, now, clock },
        owner: hello?.owner ?? "",
        key: `socket ${id} ${nextId}`,
      },
      { most: freeSlots(session), agents, leaseSeconds: hello?.leaseSeconds ?? 0 },
    );
  }

  /** Offers the leased jobs. If the socket was closed meanwhile, gives them back for others. */
  #offer(open: OpenSocket, { leases, more, held, nextAt }: LookedUp, now: number): void {
    const { list, object, timingAt } = this.#parts;
    if (leases.length > 0) {
      const id = list.send(open.socket, { type: "offer", leases });
      if (id === undefined) {
        for (const { lease_id } of leases) object.giveBack(lease_id, timingAt(now));
        this.expectAt(now);
      } else {
        const { unanswered = [] } = list.of(open.socket)?.session ?? {};
        list.change(open.socket, { unanswered: [...unanswered, { id, jobs: leases.length }] });
      }
    }
    list.change(open.socket, { held });
    const next = nextAt > now ? nextAt : now + UNPLANNED_MS;
    this.#lookAgainAt(open, more ? now : held ? Math.min(next, now + HELD_MS) : next);
  }

  #lookAgainAt({ socket }: OpenSocket, at: number): void {
    const { list } = this.#parts;
    const { lookAt } = list.of(socket)?.session ?? {};
    if (lookAt !== undefined && at < lookAt) list.change(socket, { lookAt: at });
  }
}
