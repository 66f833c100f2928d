import { z } from "zod";
import { parseWireTime } from "../../src/wire/times.ts";
import { leasesIn, leasesOf } from "../lease-client.ts";
import { type Answer, jobsIn, type RequestOptions } from "../world.ts";
import type { Beliefs, KnownLease } from "./client-knowledge.ts";
import type { Client, End, Look } from "./commands.ts";
import { judgeSaid } from "./doubts.ts";
import { demand, isEnded, isOpen, isUnderLease, movesIn } from "./moves.ts";
import { canBeHandedOut, inWindow, judgeOffers, type Offers, type Window } from "./offers.ts";
import { ACCEPT_MS, type JobRow, LEASE_MS, type Place, POLL_MS, type Scene } from "./scene.ts";
import type { Seen, Sendable } from "./sendable.ts";

/** How far ahead a wide poll looks: further than a host's object knows of. */
const WIDE_MS = 25 * 60 * 60_000;

let nonces = 0;

const jobOf = (jobs: Map<number, JobRow>, id: number): JobRow => {
  const job = jobs.get(id);
  if (!job) throw new Error(`no job ${id}`);
  return job;
};

/** How a poll looks: an hour ahead; only half a minute ahead, and not back; a day and more ahead. */
const windowOf = (look: Look) => (now: number) => {
  if (look === "sliding") return { from: now, to: now + LEASE_MS / 2 };
  return { from: undefined, to: now + (look === "wide" ? WIDE_MS : POLL_MS) };
};

/** The token of a host's call, and what its process says that it runs. */
interface Says {
  own: boolean;
  running?: readonly number[] | undefined;
}

const saying = (running: readonly number[] | undefined): Record<string, string> =>
  running ? { "Jobs-Running": running.join(",") } : {};

/** The host's object answered a poll that there is nothing: that was so when the poll asked. */
const toldNothing = (
  offered: readonly number[],
  { before, sentAt }: Seen,
  { hostId, window }: { hostId: number; window: Window },
): void => {
  demand(offered.length === 0, "who did not ask D1 knows of no job", offered);
  const there = [...before.values()].filter(
    (job) => canBeHandedOut(job, sentAt) && job.hostId === hostId && inWindow(job, window),
  );
  demand(there.length === 0, "no poll is answered nothing where an open job was before", there);
};

/** The requests of one scene's clients, each with what its answer proves. */
export class Requests {
  readonly scene: Scene;
  readonly beliefs: Beliefs;

  constructor(scene: Scene, beliefs: Beliefs) {
    this.scene = scene;
    this.beliefs = beliefs;
  }

  #from(client: Client, own = false): { options: RequestOptions; markOf: (answer: Answer) => string } {
    const { token, tokenId } = own ? this.scene : this.scene.ground;
    const nonce = `n${++nonces}`;
    const once = (answer: Answer) => `once:${answer.headers.get("x-request-id")}`;
    if (client === "nothing") return { options: { token }, markOf: once };
    return client === "nonce"
      ? { options: { token, headers: { "x-qtest-nonce": nonce } }, markOf: () => `key:${tokenId}:${nonce}` }
      : { options: { token, headers: { "Lease-Owner": client } }, markOf: () => `owner:${client}` };
  }

  poll(
    client: Client,
    { own, look = "hour", running }: Says & { look?: Look | undefined },
    { hostId }: Place = this.scene.place(),
  ): Sendable {
    const { scene } = this;
    const { cancels } = this.beliefs;
    const { options, markOf } = this.#from(client, own);
    const headers = { ...options.headers, ...saying(running) };
    const windowAt = windowOf(look);
    return {
      polls: true,
      own,
      ...(running ? { doubts: true } : {}),
      moves: running || scene.places.length > 1 ? "missed" : null,
      accepts: false,
      send: () => {
        cancels.polled(hostId);
        return scene.world.poll(hostId, { ...options, headers, ...windowAt(scene.world.now) });
      },
      answered: (answer, seen) => {
        const offered = jobsIn(answer);
        const window = windowAt(seen.sentAt);
        if (seen.byObject) toldNothing(offered, seen, { hostId, window });
        if (seen.alone) this.#judgeOffers({ hostId, window, offered, headers: answer.headers }, seen);
        this.beliefs.heard(hostId, seen.sentAt);
        if (seen.alone) this.beliefs.silences.polled(hostId, seen.after.values());
        if (seen.alone) cancels.judgeTold(hostId, answer, seen.sentAt);
        if (seen.alone)
          cancels.judgeOffered(
            hostId,
            { caller: markOf(answer), at: seen.sentAt },
            offered.flatMap((id) => seen.after.get(id) ?? []),
          );
        if (seen.alone && running) judgeSaid(seen.before, seen.after, { hostId, running, at: seen.sentAt });
        for (const id of offered) {
          const job = seen.after.get(id);
          demand(job !== undefined || !seen.alone, "only what is there is offered", id);
          // An edit dropped it after this poll had read it.
          if (!job) continue;
          if (job.dueAt >= seen.sentAt + LEASE_MS) continue;
          this.beliefs.offered(markOf(answer), job, { now: seen.now, until: seen.sentAt + LEASE_MS });
        }
      },
    };
  }

  lease(
    process: string,
    most: number,
    {
      seconds,
      lost,
      place: { hostId } = this.scene.place(),
    }: { seconds: number; lost: boolean; place?: Place },
  ): Sendable {
    const { scene } = this;
    const { options, markOf } = this.#from(process === "p" ? "nonce" : "nothing");
    const body = { owner: process, max_jobs: most, lease_seconds: seconds, accept_seconds: ACCEPT_MS / 1000 };
    return {
      moves: scene.places.length > 1 ? "missed" : null,
      accepts: false,
      send: () => {
        this.beliefs.cancels.polled(hostId);
        return scene.world.post(leasesOf(hostId), body, options);
      },
      answered: (answer, seen) => {
        this.beliefs.heard(hostId, seen.sentAt);
        const leases = leasesIn(answer);
        for (const { lease_id: id, attempt, accept_by, job: found } of leases) {
          const job = seen.after.get(found.job_id);
          if (!job) continue;
          demand(job.dueAt <= seen.sentAt, "only a due job is leased", job);
          const acceptBy = parseWireTime(accept_by) ?? 0;
          this.beliefs.offered(`${process} ${markOf(answer)}`, job, { now: seen.now, until: acceptBy });
          const leaseMs = seconds * 1000;
          if (!lost) this.beliefs.learnLease({ id, job: job.id, hostId, attempt, acceptBy, leaseMs });
        }
        if (leases.length < most && seen.alone) {
          const window = { from: undefined, to: seen.sentAt + 1 };
          const offered = leases.map(({ job }) => job.job_id);
          this.#judgeOffers({ hostId, window, offered, headers: undefined }, seen);
        }
      },
    };
  }

  #judgeOffers(offers: Offers, seen: Seen): void {
    judgeOffers(offers, seen, (job) => this.beliefs.notOffered(job, seen.sentAt));
  }

  start(client: Client, job: number): Sendable {
    const { scene } = this;
    const { options, markOf } = this.#from(client);
    return {
      moves: job,
      accepts: false,
      send: () => {
        this.beliefs.cancels.reported(job);
        return scene.world.report(scene.ground.projectId, job, { status: "RUNNING", ...options });
      },
      answered: (answer, seen) => this.#wasBegun(markOf(answer), job, seen),
    };
  }

  end(client: Client, job: number, status: End): Sendable {
    const { scene } = this;
    const { options } = this.#from(client);
    return {
      moves: job,
      accepts: false,
      send: () => {
        this.beliefs.cancels.reported(job);
        return scene.world.report(scene.ground.projectId, job, { status, ...options });
      },
      answered: (_, seen) => this.#wasEnded(job, status, { seen, mayEnd: (holder) => !isUnderLease(holder) }),
    };
  }

  accept(known: KnownLease): Sendable {
    const { scene } = this;
    return {
      moves: known.job,
      accepts: true,
      send: () => {
        known.startedAt = Math.min(known.startedAt, scene.world.now);
        return this.#under(known, "RUNNING");
      },
      refused: (answer, seen) => this.#refusedAccept(known, answer, seen),
      answered: (_, seen) => {
        demand(known.startedAt < known.acceptBy, "a lease is accepted before accept_by", known);
        this.#wasBegun(`lease:${known.id}`, known.job, seen);
        known.heldUntil = Math.max(known.heldUntil, known.startedAt + known.leaseMs);
      },
    };
  }

  #wasBegun(holder: string, id: number, { after, now, sentAt, schedules, alone }: Seen): void {
    const job = jobOf(after, id);
    // Its starter was answered by what was read: before the answer the run ended, or was lost and planned again.
    const ranEarlier = [...this.beliefs.of(id).runners].some(
      ([attempt, runner]) => attempt < job.attempt && runner === holder,
    );
    const isOver = ranEarlier || (isEnded(job) && job.holder === holder);
    if (alone || !isOver) this.beliefs.toldRunning(holder, job, now);
    this.beliefs.heard(job.hostId, sentAt);
    this.beliefs.silences.judgeBegun(job, after.values(), schedules.get(job.scheduleId));
  }

  /** A lease that holds is not answered as lost. */
  #refusedAccept(known: KnownLease, answer: Answer, { before, alone, sentAt }: Seen): void {
    const job = before.get(known.job);
    const holds =
      job !== undefined &&
      isOpen(job) &&
      job.attempt === known.attempt &&
      !known.over &&
      known.startedAt === sentAt &&
      sentAt < known.acceptBy;
    const code = z.looseObject({ code: z.string() }).safeParse(answer.body).data?.code;
    demand(!alone || !holds || code !== "lease_lost", "a lease that holds is not lost", known, answer.text);
    if (alone && holds) known.startedAt = Number.POSITIVE_INFINITY;
  }

  finish(known: KnownLease, status: End): Sendable {
    const { job } = known;
    return {
      moves: job,
      accepts: false,
      send: () => this.#under(known, status),
      answered: (_, seen) =>
        this.#wasEnded(job, status, { seen, mayEnd: (holder) => holder === `lease:${known.id}` }),
    };
  }

  #under({ id, job }: KnownLease, status: string): Promise<Answer> {
    const { world, ground } = this.scene;
    this.beliefs.cancels.reported(job);
    const path = `/api/v3/projects/${ground.projectId}/automation/jobs/${job}/status`;
    return world.put(path, { status, lease_id: id }, { token: ground.token });
  }

  #wasEnded(
    id: number,
    status: End,
    { seen, mayEnd }: { seen: Seen; mayEnd: (holder: string | null) => boolean },
  ): void {
    const [before, after] = [jobOf(seen.before, id), jobOf(seen.after, id)];
    demand(after.status === status, "an acknowledged end is in the history", status, after);
    if (movesIn(seen.rows).length === 0) return;
    demand(mayEnd(before.holder), "only its holder ends a run under a lease", before, seen.rows);
    this.beliefs.of(id).end = status;
  }

  renew(known: KnownLease): Sendable {
    const { world, ground } = this.scene;
    const path = `/api/v3/automation/hosts/${known.hostId}/leases/${known.id}`;
    return {
      moves: null,
      accepts: false,
      send: () => world.put(path, undefined, { token: ground.token }),
      answered: (answer) => {
        demand(!known.over, "a lost lease stays lost", known);
        const { expires_at } = z.object({ expires_at: z.string() }).parse(answer.body);
        const until = parseWireTime(expires_at) ?? 0;
        if (known.heldUntil > 0 || until > known.acceptBy) known.heldUntil = Math.max(known.heldUntil, until);
      },
    };
  }

  giveBack(known: KnownLease): Sendable {
    const { world, ground } = this.scene;
    const path = `/api/v3/automation/hosts/${known.hostId}/leases/${known.id}`;
    return {
      moves: null,
      accepts: false,
      send: () => world.delete(path, { token: ground.token }),
      answered: (_, { after }) => {
        known.over = true;
        if (after.get(known.job)?.attempt === known.attempt) this.beliefs.freed(known.job);
      },
    };
  }

  ping({ own, running }: Says, { hostId, guid }: Place = this.scene.place()): Sendable {
    const { world, ground, token } = this.scene;
    const options = { token: own ? token : ground.token, headers: saying(running) };
    return {
      own,
      ...(running ? { doubts: true } : {}),
      moves: running ? "missed" : null,
      accepts: false,
      send: () => world.ping(hostId, guid, options),
      // The object forgets a host that is gone.
      refused: ({ status }, { after }) => {
        if (status === 404) this.beliefs.left(hostId, after.values());
      },
      answered: (answer, { sentAt, alone, before, after }) => {
        this.beliefs.heard(hostId, sentAt);
        if (alone) this.beliefs.cancels.judgeTold(hostId, answer, sentAt);
        if (alone && running) judgeSaid(before, after, { hostId, running, at: sentAt });
      },
    };
  }

  /** A caller limited to another project that knows the id of a lease. */
  stranger({ hostId, id }: KnownLease, gives: boolean): Sendable {
    const { world, ground } = this.scene;
    const path = `/api/v3/automation/hosts/${hostId}/leases/${id}`;
    const options = { token: ground.strangersToken };
    return {
      moves: "none, but makes",
      accepts: false,
      send: () => (gives ? world.delete(path, options) : world.put(path, undefined, options)),
      refused: ({ status, text }) => demand(status === 404, "another project's lease is not there", text),
      answered: ({ text }) => demand(false, "another project's lease is not there", text),
    };
  }
}
