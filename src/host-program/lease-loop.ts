import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { jobsIn, leasesIn } from "./answers.ts";
import type { PollPacer } from "./poll-pacer.ts";
import type { KnownAgent } from "./registration.ts";
import type { ServerClock } from "./server-clock.ts";
import { Refused, type ServiceClient, Unanswered } from "./service-client.ts";
import type { Leased, LeaseRequest } from "./service-types.ts";

export interface LeaseLoopParts {
  client: ServiceClient;
  clock: ServerClock;
  pacer: PollPacer;
  hostId: number;
  /** Identifies this process to the service. */
  owner: string;
  leaseSeconds: number;
  agents: () => readonly KnownAgent[];
  /** How many jobs an agent may begin now. */
  freeSlots: (agent: KnownAgent) => number;
  /** How many jobs the host may begin now. */
  freeHostSlots: () => number;
  /** Why no job may be taken now, or null. */
  whyNot: () => Promise<string | null>;
  begin: (leased: Leased, agent: KnownAgent) => void;
  trouble: (message: string | null) => void;
}

/** How long a leased job waits to be accepted: RUNNING follows at once. */
const ACCEPT_SECONDS = 60;
const FULL_MS = 60_000;
/** How far ahead jobs are looked up. */
const AHEAD_MS = 10 * 60_000;

/** Polls for due jobs and begins them while a slot is free, until stopped. */
export class LeaseLoop {
  readonly #parts: LeaseLoopParts;
  #wake = new AbortController();
  #pending: { at: number; body: LeaseRequest; key: string } | undefined;

  constructor(parts: LeaseLoopParts) {
    this.#parts = parts;
  }

  /** A slot is free, or something else changed: polls now. */
  wake(): void {
    this.#wake.abort();
  }

  /** Runs until `stop`. */
  async run(stop: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stop.aborted) {
      let waitMs: number;
      try {
        waitMs = await this.#turn();
        failures = 0;
      } catch (error) {
        if (!(error instanceof Unanswered || error instanceof Refused)) throw error;
        const retryAfterMs = error instanceof Unanswered ? error.retryAfterMs : null;
        waitMs = this.#parts.client.waitAfter(failures++, retryAfterMs);
        this.#parts.trouble(error.message);
      }
      await this.#pause(waitMs, stop);
    }
  }

  /** Polls once and begins the jobs. Returns how many. */
  async pollOnce(): Promise<number> {
    const { agents, client, hostId, owner, leaseSeconds, freeSlots, freeHostSlots, begin, pacer } =
      this.#parts;
    const ready = agents().filter((agent) => freeSlots(agent) > 0);
    const most = Math.min(freeHostSlots(), ...ready.map(freeSlots));
    if (ready.length === 0 || most <= 0) return 0;
    const body: LeaseRequest = {
      owner,
      max_jobs: most,
      agent_server_ids: ready.map(({ id }) => id),
      accept_seconds: ACCEPT_SECONDS,
      lease_seconds: leaseSeconds,
    };
    // A poll without an answer is retried with its idempotency key: the service repeats the leases it gave.
    const isOld = this.#pending && Date.now() - this.#pending.at > ACCEPT_SECONDS * 1000;
    if (!this.#pending || isOld) this.#pending = { at: Date.now(), body, key: randomUUID() };
    const { key } = this.#pending;
    const asked = { param: { host: String(hostId) }, json: this.#pending.body };
    const headers = { "Idempotency-Key": key };
    const polled = client.api.automation.hosts[":host"].leases.$post(asked, { headers });
    const answer = await polled.catch((error: unknown) => {
      if (error instanceof Refused) this.#pending = undefined;
      throw error;
    });
    this.#pending = undefined;
    const leases = await leasesIn(answer);
    pacer.polled(leases.length, most);
    for (const leased of leases) {
      const agent = ready.find(({ id }) => id === leased.job.agent_server_id);
      if (agent) begin(leased, agent);
    }
    return leases.length;
  }

  async #turn(): Promise<number> {
    const { pacer, freeHostSlots, whyNot, trouble } = this.#parts;
    const why = await whyNot();
    if (why !== null) {
      trouble(why);
      return pacer.waitMs(Date.now()) || 1000;
    }
    // A slot that becomes free wakes the loop.
    if (freeHostSlots() <= 0) return FULL_MS;
    const now = Date.now();
    if (!pacer.shouldLookAhead(now) || (await this.#mayBeDue(now))) await this.pollOnce();
    trouble(null);
    return pacer.waitMs(Date.now());
  }

  /** Looks up the jobs that are due and those ahead. Returns whether to poll. */
  async #mayBeDue(now: number): Promise<boolean> {
    const { pacer } = this.#parts;
    try {
      return pacer.lookedAhead(now, await this.#openDues(now));
    } catch (error) {
      if (!(error instanceof Unanswered || error instanceof Refused)) throw error;
      // The poll says what is wrong, or succeeds.
      pacer.lookFailed(now);
      return true;
    }
  }

  /** When the open jobs are due, by this machine's clock, earliest first. */
  async #openDues(now: number): Promise<number[]> {
    const { client, clock, hostId } = this.#parts;
    const to = new Date(clock.serverTime(now) + AHEAD_MS).toISOString();
    const asked = { param: { host: String(hostId) }, query: { end_date: to, lease: "false" as const } };
    const jobs = await jobsIn(await client.api.automation.hosts[":host"].jobs.$get(asked));
    return jobs.map(({ start_date }) => clock.localTimeOf(Date.parse(start_date)));
  }

  async #pause(waitMs: number, stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stop, this.#wake.signal]);
    await sleep(Math.max(waitMs, 0), undefined, { signal }).catch(() => undefined);
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
  }
}
