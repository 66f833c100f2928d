import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../programs/plain-error.ts";
import { aborted } from "./aborted.ts";
import { leasesOffered, runsAnswered } from "./answers.ts";
import type { LeaseLoop, LeaseLoopParts } from "./lease-loop.ts";
import { type Again, reconnectWaitMs } from "./reconnect-wait.ts";
import type { RenewerNews } from "./renewer-thread.ts";
import type { Request } from "./service-client.ts";
import { type Answered, ServiceSocket } from "./service-socket.ts";
import type { FromService } from "./service-types.ts";
import { socketMessageOf } from "./socket-message.ts";

export interface PushLoopParts
  extends Pick<
    LeaseLoopParts,
    | "client"
    | "hostId"
    | "owner"
    | "leaseSeconds"
    | "agents"
    | "freeSlots"
    | "freeHostSlots"
    | "whyNot"
    | "begin"
    | "trouble"
  > {
  token: () => string;
  /** Polls while there is no socket. */
  polling: LeaseLoop;
  /** The runs of this process. */
  running: () => { lease_id: string; job: number; attempt: number }[];
  onNews: (news: RenewerNews) => void;
}

/** How often the free disk space is checked. */
const ROOM_MS = 10_000;

/**
 * Receives jobs over a socket. Without one, or if a proxy breaks it, it polls, and retries the socket with a
 * growing, jittered wait.
 */
export class PushLoop {
  readonly #parts: PushLoopParts;
  /** The last `ready` offered no slot, because something keeps this host from jobs. */
  #isBlocked = false;
  #socket: ServiceSocket | undefined;
  #why = "it was not tried yet";
  #again: Again = { afterMs: 0, withinMs: 0 };

  constructor(parts: PushLoopParts) {
    this.#parts = parts;
  }

  /** For `status`: how jobs arrive, and why there is no socket. */
  shown(): { way: "socket" | "http"; no_socket?: string } {
    return this.isPushed() ? { way: "socket" } : { way: "http", no_socket: this.#why };
  }

  /** Whether the socket is open, so that the service pushes jobs. */
  isPushed(): boolean {
    return this.#socket?.isOpen === true;
  }

  /** The free slots or the settings changed: polls now, or sends `ready` again. */
  wake(): void {
    this.#parts.polling.wake();
    void this.#sendReady();
  }

  /** Sends a request over the socket; undefined if it is closed or has no message for the request. */
  overSocket(request: Request): Promise<Answered> | undefined {
    const message = this.isPushed() ? socketMessageOf(request) : undefined;
    return message && this.#socket?.request(message);
  }

  /** Runs until `stop`. */
  async run(stop: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stop.aborted) {
      const stopPolling = new AbortController();
      const polling = this.#parts.polling.run(AbortSignal.any([stop, stopPolling.signal]));
      const closed = new AbortController();
      try {
        await this.#connect(() => closed.abort());
        failures = 0;
        stopPolling.abort();
        await polling;
        await this.#sendReady();
        await this.#stayReady(AbortSignal.any([stop, closed.signal]));
      } catch (error) {
        failures += 1;
        this.#why = reasonOf(error);
      }
      this.#socket?.close();
      if (stopPolling.signal.aborted) await this.#pollFor(this.#waitMs(failures), stop);
      else {
        await sleep(this.#waitMs(failures), undefined, { signal: stop }).catch(() => undefined);
        stopPolling.abort();
        await polling;
      }
    }
    this.#socket?.close();
  }

  /** Polls for `waitMs`, or until `stop`. */
  async #pollFor(waitMs: number, stop: AbortSignal): Promise<void> {
    const enough = new AbortController();
    const polling = this.#parts.polling.run(AbortSignal.any([stop, enough.signal]));
    await sleep(waitMs, undefined, { signal: stop }).catch(() => undefined);
    enough.abort();
    this.#parts.polling.wake();
    await polling;
  }

  #waitMs(failures: number): number {
    const again = this.#again;
    this.#again = { afterMs: 0, withinMs: 0 };
    const { retryMs } = this.#parts.client.settings;
    return reconnectWaitMs({ failures, retryMs, again }, Math.random);
  }

  /** Opens a socket and sends `hello`. Throws `Unanswered`. */
  async #connect(onClosed: () => void): Promise<void> {
    const { client, hostId, token, owner, leaseSeconds, running, onNews } = this.#parts;
    const socket = await ServiceSocket.open(
      client.settings,
      { hostId, token: token() },
      {
        onMessage: (message) => this.#receive(message),
        onClosed: (why) => {
          this.#why = why;
          onClosed();
        },
      },
    );
    this.#socket = socket;
    const hello = {
      type: "hello",
      owner,
      slots: 0,
      lease_seconds: leaseSeconds,
      running: running(),
    } as const;
    for (const { lease_id: leaseId, in_force, cancel_requested } of runsAnswered(
      await socket.request(hello),
    )) {
      if (!in_force) onNews({ news: "lost", leaseId });
      else if (cancel_requested) onNews({ news: "cancel", leaseId });
    }
  }

  /** Sends `ready` again at intervals while the disk is too full. */
  async #stayReady(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await Promise.race([aborted(over), sleep(ROOM_MS, undefined, { ref: false })]);
      if (over.aborted) return;
      if (((await this.#parts.whyNot()) !== null) !== this.#isBlocked) await this.#sendReady();
    }
  }

  async #sendReady(): Promise<void> {
    const socket = this.#socket;
    if (!socket?.isOpen) return;
    const { agents, freeSlots, freeHostSlots, whyNot, trouble } = this.#parts;
    const why = await whyNot();
    trouble(why);
    this.#isBlocked = why !== null;
    const ready = why === null ? agents().filter((agent) => freeSlots(agent) > 0) : [];
    const slots = Math.max(0, Math.min(freeHostSlots(), ...ready.map(freeSlots)));
    const message = { type: "ready", slots: ready.length === 0 ? 0 : slots } as const;
    await socket.request({ ...message, agents: ready.map(({ id }) => id) }).catch(() => undefined);
  }

  #receive(message: Exclude<FromService, { type: "answer" }>): void {
    const { agents, begin, onNews } = this.#parts;
    if (message.type === "offer") {
      const known = new Map(agents().map((agent) => [agent.id, agent]));
      for (const leased of leasesOffered(message.leases)) {
        const agent = known.get(leased.job.agent_server_id);
        if (agent) begin(leased, agent);
      }
    } else if (message.type === "cancel") onNews({ news: "cancel", leaseId: message.lease_id });
    else if (message.type === "lease_lost") onNews({ news: "lost", leaseId: message.lease_id });
    else if (message.type === "settings") {
      this.#socket?.keepAliveEvery(message.keep_alive_seconds * 1000);
      this.#again = { afterMs: 0, withinMs: message.again_within_seconds * 1000 };
    } else if (message.type === "goodbye")
      this.#again = { afterMs: message.again_after_seconds * 1000, withinMs: 0 };
    this.#socket?.answer(message.id);
    if (message.type === "offer") void this.#sendReady();
  }
}
