import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../programs/plain-error.ts";
import type { ServiceClient } from "./service-client.ts";
import type { Troubles } from "./troubles.ts";

const PING_MS = 5 * 60_000;

export interface PingParts {
  client: ServiceClient;
  hostId: number;
  guid: string;
  troubles: Troubles;
  /** Aborted: no more pings. */
  over: AbortSignal;
  /** Whether the host has an open socket, which replaces the pings. */
  isPushed: () => boolean;
}

/** Pings the service, and reports why the host takes no jobs, for the host's page. */
export class PingLoop {
  readonly #parts: PingParts;
  #whyNot: string | null = null;
  /** The trouble that the service received last; undefined before the first ping, which clears an earlier process's. */
  #lastSent: string | null | undefined;
  #wake = new AbortController();

  constructor(parts: PingParts) {
    this.#parts = parts;
  }

  /** Why no job is taken, or null. Sent at once when that begins or ends. */
  takesNoJobs(whyNot: string | null): void {
    const isNews = (whyNot === null) !== (this.#whyNot === null);
    this.#whyNot = whyNot;
    if (isNews) this.#wake.abort();
  }

  async run(): Promise<void> {
    const { troubles, over, isPushed } = this.#parts;
    while (!over.aborted) {
      this.#wake = new AbortController();
      try {
        await this.#ping();
        troubles.has("ping", null);
      } catch (error) {
        if (!over.aborted) troubles.has("ping", reasonOf(error));
      }
      const signal = AbortSignal.any([over, this.#wake.signal]);
      do await sleep(PING_MS, undefined, { signal }).catch(() => undefined);
      while (isPushed() && !signal.aborted);
    }
  }

  async #ping(): Promise<void> {
    const { client, hostId, guid, over } = this.#parts;
    const trouble = this.#whyNot;
    const path = `/automation/hosts/${hostId}/ping`;
    const isPlain = trouble === null && this.#lastSent === null;
    const body = { host_guid: guid, ...(isPlain ? {} : { trouble }) };
    await client.untilAnswered({ method: "POST", path, body }, over);
    this.#lastSent = trouble;
  }
}
