import { z } from "zod";
import type { Beliefs, KnownLease } from "./client-knowledge.ts";
import type { LogPlace, Owner } from "./commands.ts";
import { demand, isOpen } from "./moves.ts";
import { asAnswer, CUT, type Process, type Processes } from "./processes.ts";
import type { Say } from "./run-requests.ts";
import type { Place, Scene } from "./scene.ts";
import type { Sendable } from "./sendable.ts";

const ON_SOCKET = { onSocket: true, accepts: false } as const;

/** A lease as it was offered on a socket. */
export interface Offered {
  owner: Owner;
  hostId: number;
  leaseId: string;
  job: number;
  attempt: number;
}

/** Whom a job is offered to on a socket, as the model of its clients calls it. */
export const offerOf = (leaseId: string): string => `offer ${leaseId}`;

const states = z.object({
  running: z.array(z.object({ lease_id: z.string(), in_force: z.boolean(), cancel_requested: z.boolean() })),
});
const appended = z.object({ next_offset: z.int() });

/** What the processes of one scene say on their sockets, each with what its answer proves. */
export class SocketRequests {
  readonly scene: Scene;
  readonly beliefs: Beliefs;
  readonly processes: Processes;
  readonly offered: Offered[] = [];
  /** How many bytes each run's log has. */
  readonly #logs = new Map<string, number>();

  constructor(scene: Scene, beliefs: Beliefs, processes: Processes) {
    this.scene = scene;
    this.beliefs = beliefs;
    this.processes = processes;
  }

  /** A process opens a socket; it `keeps` its runs, or has forgotten all. */
  connect(owner: Owner, { slots, keeps, place }: { slots: number; keeps: boolean; place: Place }): Sendable {
    const { beliefs, processes } = this;
    const { hostId } = place;
    let running: readonly { lease_id: string; job: number; attempt: number }[] = [];
    return {
      moves: null,
      accepts: false,
      send: () => {
        const own = this.offered.filter((each) => each.owner === owner && each.hostId === hostId);
        running = own
          .filter(({ leaseId }) => keeps && beliefs.leases.get(leaseId)?.over === false)
          .map(({ leaseId, job, attempt }) => ({ lease_id: leaseId, job, attempt }));
        return processes.connect(place, { owner, slots, running });
      },
      answered: ({ body }, { after, sentAt, now }) => {
        beliefs.heard(hostId, sentAt);
        for (const { lease_id, in_force } of states.parse(body).running)
          demand(!in_force || !beliefs.leases.get(lease_id)?.over, "a lost lease stays lost", lease_id);
        const kept = new Set(running.map(({ lease_id }) => lease_id));
        for (const { leaseId, job, attempt, ...each } of this.offered) {
          const is = after.get(job);
          if (each.owner !== owner || each.hostId !== hostId || kept.has(leaseId)) continue;
          if (is?.attempt !== attempt || !isOpen(is)) continue;
          // It ran out, and the job was offered to another since.
          if (beliefs.of(job).offer?.caller !== offerOf(leaseId)) continue;
          const known = beliefs.leases.get(leaseId);
          if (known && known.startedAt !== Number.POSITIVE_INFINITY) beliefs.mayBeFreed(job);
          else {
            if (known) known.over = true;
            beliefs.givenBack(job, now);
          }
        }
      },
    };
  }

  /** A process says how many jobs it may begin. */
  makeRoom(process: Process, slots: number): Sendable {
    return {
      ...ON_SOCKET,
      moves: null,
      send: () => {
        process.slots = slots;
        process.offered = 0;
        return this.processes.say(process, "ready", { slots });
      },
      answered: (_, { sentAt }) => this.beliefs.heard(process.hostId, sentAt),
    };
  }

  /** Says something of a run on a socket of its host, once or twice. */
  say(isTwice: boolean): Say {
    return async ({ id, job, hostId }, { type, ...facts }) => {
      const [process] = this.processes.living(hostId);
      if (!process) return asAnswer(CUT);
      this.beliefs.heard(hostId, this.scene.world.now);
      const ofJob = { project_id: this.scene.ground.projectId, job_id: job, lease_id: id };
      return this.processes.say(process, type, { ...ofJob, ...facts }, isTwice ? 2 : 1);
    };
  }

  /** A process sends a chunk of its run's log. */
  log({ id, job, hostId, attempt }: KnownLease, from: LogPlace, isTwice: boolean): Sendable {
    const run = `${job} ${attempt}`;
    const text = "äö\n";
    const bytes = 5;
    const end = () => this.#logs.get(run) ?? 0;
    let offset = 0;
    return {
      ...ON_SOCKET,
      moves: null,
      send: async () => {
        const [process] = this.processes.living(hostId);
        if (!process) return asAnswer(CUT);
        this.beliefs.heard(hostId, this.scene.world.now);
        offset = from === "start" ? 0 : end() + (from === "gap" ? 1 : 0);
        const ofJob = { project_id: this.scene.ground.projectId, job_id: job, lease_id: id, attempt };
        return this.processes.say(process, "log", { ...ofJob, offset, text }, isTwice ? 2 : 1);
      },
      answered: ({ body }, { after }) => {
        const { next_offset: next } = appended.parse(body);
        demand(
          from !== "gap" && next === Math.max(end(), offset + bytes),
          "a log goes on where it ended",
          run,
          next,
        );
        const is = after.get(job);
        const mayWrite = is?.attempt !== attempt || is.holder === `lease:${id}`;
        demand(mayWrite, "only its holder writes a run's log", is, id);
        this.#logs.set(run, next);
      },
    };
  }
}
