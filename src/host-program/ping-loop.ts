import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../programs/plain-error.ts";
import type { LowDisk } from "./free-disk.ts";
import { isNews, isPlain, type News, newsOf, waitingReports } from "./host-news.ts";
import type { Journal } from "./journal.ts";
import type { ServerClock } from "./server-clock.ts";
import type { ServiceClient } from "./service-client.ts";
import type { Troubles } from "./troubles.ts";

const PING_MS = 5 * 60_000;

export interface PingParts {
  client: ServiceClient;
  clock: ServerClock;
  journal: Journal;
  hostId: number;
  guid: string;
  troubles: Troubles;
  /** Aborted: no more pings. */
  over: AbortSignal;
  /** Whether the host has an open socket, which replaces the pings that have no news. */
  isPushed: () => boolean;
}

/** Pings the service, and reports what is wrong with this machine, for the host's page and for alarms. */
export class PingLoop {
  readonly #parts: PingParts;
  #lowDisk: LowDisk | null = null;
  /** What the service received last; undefined before the first ping, which clears what an earlier process said. */
  #lastSent: News | undefined;
  #wake = new AbortController();

  constructor(parts: PingParts) {
    this.#parts = parts;
  }

  /** The disk on which there is too little room for jobs, or null. Sent at once when that begins or ends. */
  takesNoJobs(lowDisk: LowDisk | null): void {
    const began = (lowDisk === null) !== (this.#lowDisk === null);
    this.#lowDisk = lowDisk;
    if (began) this.#wake.abort();
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
      while (isPushed() && !signal.aborted && !this.#hasNews());
    }
  }

  #news(): News {
    const { clock, journal } = this.#parts;
    const waiting = waitingReports(journal, clock.serverTime(Date.now()));
    return newsOf({ lowDisk: this.#lowDisk, waiting, aheadMs: clock.offsetMs });
  }

  #hasNews(): boolean {
    return this.#lastSent === undefined || isNews(this.#news(), this.#lastSent);
  }

  async #ping(): Promise<void> {
    const { client, hostId, guid, over } = this.#parts;
    const news = this.#news();
    const hasNone = isPlain(news) && this.#lastSent !== undefined && isPlain(this.#lastSent);
    const { ping } = client.api.automation.hosts[":host"];
    const said = { param: { host: String(hostId) }, json: { host_guid: guid, ...(hasNone ? {} : news) } };
    await client.untilAnswered(() => ping.$post(said), over);
    this.#lastSent = news;
  }
}
