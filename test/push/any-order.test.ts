import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { FAR_START, fireAlarms, lease, leasesIn } from "../lease-client.ts";
import { MINUTE, type Ready, World } from "../world.ts";
import { HostSocket, type Offered, shareClock } from "./socket-client.ts";

/* A host whose sockets die, whose object is evicted and whose messages come twice or late, in any order. */

type Step =
  | { step: "schedule" | "connect" | "connect another" | "drop" | "evict" | "lease by HTTP" }
  | { step: "accept" | "accept twice" | "renew" | "complete" | "complete twice"; which: number }
  | { step: "wait"; seconds: number };

const which = fc.nat({ max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>(
    { step: "schedule" },
    { step: "connect" },
    { step: "connect another" },
    { step: "drop" },
    { step: "evict" },
    { step: "lease by HTTP" },
  ),
  fc.record({
    step: fc.constantFrom("accept" as const, "accept twice" as const, "complete" as const),
    which,
  }),
  fc.record({ step: fc.constantFrom("accept" as const, "renew" as const, "complete twice" as const), which }),
  fc.record({ step: fc.constant("wait" as const), seconds: fc.constantFrom(1, 20, 61, 150) }),
);

const OWNERS = ["process 1", "process 2"] as const;

/** One host of the test, with all that its processes know. */
class Play {
  readonly world = shareClock(new World({ now: FAR_START }));
  readonly sockets = new Map<string, HostSocket>();
  readonly offers: Offered[] = [];
  /** The leases under which a RUNNING was answered 200, by job and attempt. */
  readonly begun = new Map<string, Set<string>>();
  readonly jobs: number[] = [];
  ready: Ready | undefined;

  async begin(): Promise<void> {
    this.ready = await this.world.ready();
  }

  get host(): Ready {
    if (!this.ready) throw new Error("the play has not begun");
    return this.ready;
  }

  /** Messages from any socket that were not read yet. */
  gather(): void {
    for (const socket of this.sockets.values())
      for (const offered of socket.takeOffers())
        if (!this.offers.some(({ lease_id }) => lease_id === offered.lease_id)) this.offers.push(offered);
  }

  async connect(owner: string): Promise<void> {
    const running = this.offers.map(({ lease_id, attempt, job }) => ({ lease_id, attempt, job: job.job_id }));
    const socket = await HostSocket.open(this.world, this.host.hostId);
    this.sockets.set(owner, socket);
    await socket.ask("hello", { owner, slots: 2, running });
  }

  async say(offer: Offered, status: "RUNNING" | "COMPLETED", times: number): Promise<void> {
    const [socket] = [...this.sockets.values()].filter(({ closed }) => !closed);
    const { lease_id, job } = offer;
    const path = { lease_id, job_id: job.job_id, project_id: job.project_id };
    const asked = Array.from({ length: times }, () =>
      socket
        ? socket.ask(status === "RUNNING" ? "accept" : "report", { ...path, status })
        : this.world.put(`/api/v3/projects/${job.project_id}/automation/jobs/${job.job_id}/status`, {
            status,
            lease_id,
          }),
    );
    for (const answer of await Promise.all(asked)) {
      if (status !== "RUNNING" || answer.status !== 200) continue;
      const attempt = `${job.job_id} ${offer.attempt}`;
      this.begun.set(attempt, (this.begun.get(attempt) ?? new Set()).add(lease_id));
    }
  }

  async do(each: Step): Promise<void> {
    const { world, sockets, offers } = this;
    const { hostId, projectId, agentId } = this.host;
    const offer = "which" in each ? offers[each.which % Math.max(1, offers.length)] : undefined;
    if (each.step === "schedule") this.jobs.push((await world.schedule(projectId, agentId)).jobId);
    if (each.step === "connect") await this.connect(OWNERS[0]);
    if (each.step === "connect another") await this.connect(OWNERS[1]);
    if (each.step === "drop") for (const socket of sockets.values()) socket.socket.close(3000, "dropped");
    if (each.step === "evict")
      await evictDurableObject(env.HOST.getByName(String(hostId))).catch(() => undefined);
    if (each.step === "lease by HTTP") await lease(world, hostId, { owner: OWNERS[0] });
    if (each.step === "wait") {
      world.advance(each.seconds * 1000);
      await fireAlarms(world, hostId);
    }
    if (!offer) return;
    if (each.step === "accept") await this.say(offer, "RUNNING", 1);
    if (each.step === "accept twice") await this.say(offer, "RUNNING", 2);
    if (each.step === "complete") await this.say(offer, "COMPLETED", 1);
    if (each.step === "complete twice") await this.say(offer, "COMPLETED", 2);
    if (each.step === "renew") await world.put(`/api/v3/automation/hosts/${hostId}/leases/${offer.lease_id}`);
  }

  /** Lets all leases end, and takes every open job. */
  async drain(): Promise<void> {
    const { hostId } = this.host;
    for (let turn = 0; turn < 6; turn++) {
      this.world.advance(3 * MINUTE);
      await fireAlarms(this.world, hostId);
      for (const { lease_id, job, attempt } of leasesIn(await lease(this.world, hostId, { max_jobs: 100 }))) {
        const offer = { lease_id, attempt, job: { ...job, project_id: this.host.projectId } };
        await this.say(offer, "RUNNING", 1);
        await this.say(offer, "COMPLETED", 1);
      }
    }
  }
}

test(
  "whatever becomes of its sockets, each attempt is begun once and each job ends",
  { timeout: 300_000 },
  () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        const play = new Play();
        await play.begin();
        for (const each of steps) {
          await play.do(each);
          play.gather();
        }
        await play.drain();
        for (const [attempt, leases] of play.begun) expect([attempt, leases.size]).toEqual([attempt, 1]);
        for (const job of play.jobs) {
          const { status, history } = await play.world.job(play.host.projectId, job);
          expect(["COMPLETED", "FAILED"]).toContain(status);
          expect(history.filter(({ to, from }) => to === "RUNNING" && from !== to)).toHaveLength(1);
        }
      }),
      { numRuns: 12, seed: 7 },
    ),
);
