import { z } from "zod";
import { parseWireTime } from "../../src/wire/times.ts";
import { lease, leasesIn } from "../lease-client.ts";
import { type Answer, jobsIn, type RequestOptions } from "../world.ts";
import type { Beliefs, KnownLease } from "./client-knowledge.ts";
import type { Client, End } from "./commands.ts";
import { demand, isOpen, isUnderLease, movesIn } from "./moves.ts";
import { ACCEPT_MS, type HistoryRow, type JobRow, LEASE_MS, POLL_MS, type Scene } from "./scene.ts";

/** What is known when a request is answered: how the jobs stood before its last step and after, and what that step wrote. */
export interface Seen {
  sentAt: number;
  now: number;
  /** It was answered without D1. */
  byObject: boolean;
  /** It was never held back, and nothing else is. */
  alone: boolean;
  before: Map<number, JobRow>;
  after: Map<number, JobRow>;
  rows: readonly HistoryRow[];
}

/** A request that can be sent, and sent again just as it was. */
export interface Sendable {
  /** The job that it may move; null: none; "any": a schedule's; "missed": in the clock's name, what was missed. */
  moves: number | "any" | "missed" | "none, but makes" | null;
  /** It takes an open job, or would: the host's object is told. */
  accepts: boolean;
  send: () => Promise<Answer>;
  /** Its write is begun and ended in the host's object. */
  changes?: true;
  /** It asks for jobs, and may be told that there are none without a look at D1. */
  polls?: true;
  /** It carries the host's own token. */
  own?: boolean;
  /** It was answered 2xx. */
  told: (answer: Answer, seen: Seen) => void;
}

let nonces = 0;

const jobOf = (jobs: Map<number, JobRow>, id: number): JobRow => {
  const job = jobs.get(id);
  if (!job) throw new Error(`no job ${id}`);
  return job;
};

/** A poll was told by the host's object that there is nothing: so it was, when it asked. */
const toldNothing = (offered: readonly number[], { before, sentAt }: Seen): void => {
  demand(offered.length === 0, "who did not ask D1 knows of no job", offered);
  const there = [...before.values()].filter(
    (job) => isOpen(job) && job.handedOut && job.dueAt < sentAt + POLL_MS,
  );
  demand(there.length === 0, "no poll is told that there is nothing where an open job was before", there);
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

  poll(client: Client, own: boolean): Sendable {
    const { scene } = this;
    const { options, markOf } = this.#from(client, own);
    return {
      polls: true,
      own,
      moves: null,
      accepts: false,
      send: () => scene.world.poll(scene.hostId, options),
      told: (answer, seen) => {
        const offered = jobsIn(answer);
        if (seen.byObject) toldNothing(offered, seen);
        for (const id of offered) {
          const job = jobOf(seen.after, id);
          if (job.dueAt >= seen.sentAt + LEASE_MS) continue;
          this.beliefs.offered(markOf(answer), job, seen.now, seen.sentAt + LEASE_MS);
        }
        this.#leftOut(offered, seen);
      },
    };
  }

  lease(process: string, most: number, seconds: number, lost: boolean): Sendable {
    const { scene } = this;
    const { options, markOf } = this.#from(process === "p" ? "nonce" : "nothing");
    const body = { owner: process, max_jobs: most, lease_seconds: seconds, accept_seconds: ACCEPT_MS / 1000 };
    return {
      moves: null,
      accepts: false,
      send: () => lease(scene.world, scene.hostId, body, options),
      told: (answer, seen) => {
        const leases = leasesIn(answer);
        for (const { lease_id: id, attempt, accept_by, job: found } of leases) {
          const job = jobOf(seen.after, found.job_id);
          demand(job.dueAt <= seen.sentAt, "only a due job is leased", job);
          const acceptBy = parseWireTime(accept_by) ?? 0;
          this.beliefs.offered(`${process} ${markOf(answer)}`, job, seen.now, acceptBy);
          if (!lost) this.beliefs.learnLease({ id, job: job.id, attempt, acceptBy, leaseMs: seconds * 1000 });
        }
        if (leases.length < most) {
          this.#leftOut(
            leases.map(({ job }) => job.job_id),
            seen,
          );
        }
      },
    };
  }

  #leftOut(offered: readonly number[], { alone, after, sentAt }: Seen): void {
    if (!alone) return;
    for (const job of after.values()) {
      if (isOpen(job) && job.handedOut && job.dueAt <= sentAt && !offered.includes(job.id))
        this.beliefs.notOffered(job, sentAt);
    }
  }

  start(client: Client, job: number): Sendable {
    const { scene, beliefs } = this;
    const { options, markOf } = this.#from(client);
    return {
      moves: job,
      accepts: false,
      send: () => scene.world.report(scene.ground.projectId, job, "RUNNING", options),
      told: (answer, { after, now }) => beliefs.toldRunning(markOf(answer), jobOf(after, job), now),
    };
  }

  end(client: Client, job: number, status: End): Sendable {
    const { scene } = this;
    const { options } = this.#from(client);
    return {
      moves: job,
      accepts: false,
      send: () => scene.world.report(scene.ground.projectId, job, status, options),
      told: (_, seen) => this.#toldEnd(job, status, seen, (holder) => !isUnderLease(holder)),
    };
  }

  accept(known: KnownLease): Sendable {
    const { scene, beliefs } = this;
    return {
      moves: known.job,
      accepts: true,
      send: () => {
        known.startedAt = Math.min(known.startedAt, scene.world.now);
        return this.#under(known, "RUNNING");
      },
      told: (_, { after, now }) => {
        demand(known.startedAt < known.acceptBy, "a lease is accepted before accept_by", known);
        beliefs.toldRunning(`lease:${known.id}`, jobOf(after, known.job), now);
        known.heldUntil = Math.max(known.heldUntil, known.startedAt + known.leaseMs);
      },
    };
  }

  finish(known: KnownLease, status: End): Sendable {
    const { job } = known;
    return {
      moves: job,
      accepts: false,
      send: () => this.#under(known, status),
      told: (_, seen) => this.#toldEnd(job, status, seen, (holder) => holder === `lease:${known.id}`),
    };
  }

  #under({ id, job }: KnownLease, status: string): Promise<Answer> {
    const { world, ground } = this.scene;
    const path = `/api/v3/projects/${ground.projectId}/automation/jobs/${job}/status`;
    return world.put(path, { status, lease_id: id }, { token: ground.token });
  }

  #toldEnd(id: number, status: End, seen: Seen, mayEnd: (holder: string | null) => boolean): void {
    const [before, after] = [jobOf(seen.before, id), jobOf(seen.after, id)];
    demand(after.status === status, "an acknowledged end is in the history", status, after);
    if (movesIn(seen.rows).length === 0) return;
    demand(mayEnd(before.holder), "only its holder ends a run under a lease", before, seen.rows);
    this.beliefs.of(id).end = status;
  }

  renew(known: KnownLease): Sendable {
    const { world, hostId, ground } = this.scene;
    const path = `/api/v3/automation/hosts/${hostId}/leases/${known.id}`;
    return {
      moves: null,
      accepts: false,
      send: () => world.put(path, undefined, { token: ground.token }),
      told: (answer) => {
        demand(!known.over, "a lost lease stays lost", known);
        const { expires_at } = z.object({ expires_at: z.string() }).parse(answer.body);
        const until = parseWireTime(expires_at) ?? 0;
        if (known.heldUntil > 0 || until > known.acceptBy) known.heldUntil = Math.max(known.heldUntil, until);
      },
    };
  }

  giveBack(known: KnownLease): Sendable {
    const { world, hostId, ground } = this.scene;
    const path = `/api/v3/automation/hosts/${hostId}/leases/${known.id}`;
    return {
      moves: null,
      accepts: false,
      send: () => world.delete(path, { token: ground.token }),
      told: (_, { after }) => {
        known.over = true;
        if (jobOf(after, known.job).attempt === known.attempt) this.beliefs.freed(known.job);
      },
    };
  }

  ping(own: boolean): Sendable {
    const { world, hostId, guid, ground, token } = this.scene;
    return {
      own,
      moves: null,
      accepts: false,
      send: () => world.ping(hostId, guid, { token: own ? token : ground.token }),
      told: (_, { sentAt }) => {
        this.beliefs.lastContact = Math.max(this.beliefs.lastContact, sentAt);
      },
    };
  }
}
