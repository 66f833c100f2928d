import { env } from "cloudflare:workers";
import { z } from "zod";
import { shareClock } from "../push/socket-client.ts";
import type { Beliefs } from "./client-knowledge.ts";
import { demand } from "./moves.ts";
import { ObjectWork } from "./object-work.ts";
import { type Process, Processes } from "./processes.ts";
import type { Scene } from "./scene.ts";
import { SocketRequests } from "./socket-requests.ts";
import type { HistoryRow, JobRow } from "./stored.ts";
import { judgeNews, judgeReady } from "./told.ts";

interface Done {
  after: ReadonlyMap<number, JobRow>;
  /** Nothing is held. */
  alone: boolean;
  isAlarmHeld: boolean;
}

const connections = z.array(z.object({ id: z.int(), connected: z.int() }));

/** What each step of a run means to the processes on sockets. */
export class SocketSteps {
  readonly work = new ObjectWork();
  readonly processes: Processes;
  readonly requests: SocketRequests;
  readonly #scene: Scene;
  readonly #beliefs: Beliefs;
  readonly #hosts = new Set<number>();
  /** Until then a process may be told late: something died, or D1 failed. */
  #notSureUntil = 0;
  /** A Worker may have died between recording a connection and opening its socket. */
  #mayBeNoSocket = false;
  #before: ReadonlyMap<number, JobRow> = new Map();
  #rows: HistoryRow[] = [];
  #there: Process[] = [];
  /** A look was held as the step began: it knows what was so then. */
  #isLate = false;

  constructor(scene: Scene, beliefs: Beliefs) {
    shareClock(scene.world);
    this.#scene = scene;
    this.#beliefs = beliefs;
    this.processes = new Processes(scene);
    this.requests = new SocketRequests(scene, beliefs, this.processes);
  }

  notSureFor(ms: number): void {
    this.#notSureUntil = Math.max(this.#notSureUntil, this.#scene.world.now + ms);
    this.#mayBeNoSocket = true;
  }

  /** The next look for jobs is held. False where no process makes any, or one is held. */
  holdLook(): boolean {
    return this.processes.living().length > 0 && this.work.holdLook();
  }

  leave(number: number, dies: boolean): boolean {
    const living = this.processes.living();
    const process = living[number % Math.max(1, living.length)];
    if (process) this.processes.leave(process, dies);
    return process !== undefined;
  }

  leaveAll(): void {
    for (const process of this.processes.all) this.processes.leave(process, false);
  }

  /** A step begins. */
  begin(before: ReadonlyMap<number, JobRow>): void {
    this.#before = before;
    this.#rows = [];
    this.#there = this.processes.living();
    this.#isLate = this.work.holdsLook;
  }

  saw(rows: readonly HistoryRow[]): void {
    this.#rows.push(...rows);
  }

  /** A step is done: who is on a socket was told of it. */
  async judge({ after, alone, isAlarmHeld }: Done): Promise<void> {
    const { processes, work } = this;
    for (const { hostId } of processes.all) this.#hosts.add(hostId);
    if (processes.all.length === 0) return;
    const { now } = this.#scene.world;
    const alarms = await processes.settle(work, isAlarmHeld);
    const news = processes.news();
    const living = processes.living();
    const there = this.#there.filter((each) => living.includes(each));
    const { offered } = this.requests;
    judgeNews(
      { now, alone: alone && !this.#isLate, before: this.#before, after, rows: this.#rows, news, there },
      { beliefs: this.#beliefs, offered },
    );
    if (!alone) return;
    await this.#judgeConnections();
    if (now < this.#notSureUntil) return;
    const ready = living.filter(({ hostId }) => (alarms.get(hostId) ?? Number.POSITIVE_INFINITY) > now);
    judgeReady({ now, after }, ready, this.#beliefs);
  }

  /** D1 knows which hosts have sockets. */
  async #judgeConnections(): Promise<void> {
    const { results } = await env.DB.prepare(
      "SELECT id, connected_at IS NOT NULL AS connected FROM hosts WHERE id IN (SELECT value FROM json_each(?))",
    )
      .bind(JSON.stringify([...this.#hosts]))
      .all();
    for (const { id, connected } of connections.parse(results)) {
      const open = this.processes.all.filter(({ hostId }) => hostId === id);
      demand(open.length === 0 || connected === 1, "a host with a socket is connected", id);
      demand(
        open.length > 0 || connected === 0 || this.#mayBeNoSocket,
        "a host without a socket is not connected",
        id,
      );
    }
  }
}
