import { z } from "zod";
import { parseWireTime } from "../../src/wire/times.ts";
import type { Answer, RequestOptions } from "../world.ts";
import type { Beliefs, KnownLease } from "./client-knowledge.ts";
import type { Client, End } from "./commands.ts";
import { demand, isEnded, isOpen, isUnderLease, movesIn } from "./moves.ts";
import type { Scene } from "./scene.ts";
import type { Seen, Sendable } from "./sendable.ts";
import type { JobRow } from "./stored.ts";

let nonces = 0;

const jobOf = (jobs: Map<number, JobRow>, id: number): JobRow => {
  const job = jobs.get(id);
  if (!job) throw new Error(`no job ${id}`);
  return job;
};

/** What a process says of its run; `status` of a report. */
type SaidOfRun = { type: "accept" } | { type: "renew" } | { type: "report"; status: End };

/** How a process says something of a run under a lease. */
export type Say = (known: KnownLease, said: SaidOfRun) => Promise<Answer>;

/** The requests of one scene's clients about their runs, each with what its answer proves. */
export class RunRequests {
  readonly scene: Scene;
  readonly beliefs: Beliefs;

  constructor(scene: Scene, beliefs: Beliefs) {
    this.scene = scene;
    this.beliefs = beliefs;
  }

  /** What a client sends with its requests, and by what its runs are known. */
  protected from(
    client: Client,
    own = false,
  ): { options: RequestOptions; markOf: (answer: Answer) => string } {
    const { token, tokenId } = own ? this.scene : this.scene.ground;
    const nonce = `n${++nonces}`;
    const once = (answer: Answer) => `once:${answer.headers.get("x-request-id")}`;
    if (client === "nothing") return { options: { token }, markOf: once };
    return client === "nonce"
      ? { options: { token, headers: { "x-qtest-nonce": nonce } }, markOf: () => `key:${tokenId}:${nonce}` }
      : { options: { token, headers: { "Lease-Owner": client } }, markOf: () => `owner:${client}` };
  }

  start(client: Client, job: number): Sendable {
    const { scene } = this;
    const { options, markOf } = this.from(client);
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
    const { options } = this.from(client);
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

  accept(known: KnownLease, say: Say = this.#byHttp): Sendable {
    const { scene } = this;
    return {
      moves: known.job,
      accepts: true,
      send: () => {
        known.startedAt = Math.min(known.startedAt, scene.world.now);
        this.beliefs.cancels.reported(known.job);
        return say(known, { type: "accept" });
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

  finish(known: KnownLease, status: End, say: Say = this.#byHttp): Sendable {
    const { job } = known;
    return {
      moves: job,
      accepts: false,
      send: () => {
        this.beliefs.cancels.reported(job);
        return say(known, { type: "report", status });
      },
      answered: (_, seen) =>
        this.#wasEnded(job, status, { seen, mayEnd: (holder) => holder === `lease:${known.id}` }),
    };
  }

  readonly #byHttp: Say = ({ id, job, hostId }, said) => {
    const { world, ground } = this.scene;
    const options = { token: ground.token };
    if (said.type === "renew")
      return world.put(`/api/v3/automation/hosts/${hostId}/leases/${id}`, undefined, options);
    const status = said.type === "accept" ? "RUNNING" : said.status;
    const path = `/api/v3/projects/${ground.projectId}/automation/jobs/${job}/status`;
    return world.put(path, { status, lease_id: id }, options);
  };

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

  renew(known: KnownLease, say: Say = this.#byHttp): Sendable {
    return {
      moves: null,
      accepts: false,
      send: () => say(known, { type: "renew" }),
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
        if (after.get(known.job)?.attempt === known.attempt) this.beliefs.givenBack(known.job, world.now);
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
