import { evictDurableObject } from "cloudflare:test";
import { type Answer, MINUTE } from "../world.ts";
import { Alarms } from "./alarms.ts";
import { chosen } from "./chosen.ts";
import { Beliefs } from "./client-knowledge.ts";
import type { AlarmFault, Command } from "./commands.ts";
import type { Stage } from "./held-requests.ts";
import { demand, isOpen } from "./moves.ts";
import { Observer } from "./observer.ts";
import { cancelSchedule } from "./operators.ts";
import { judgePlans } from "./plans.ts";
import { Requests } from "./requests.ts";
import { type Ground, Scene, WINDOW_MS } from "./scene.ts";
import { deleteSchedule } from "./schedules.ts";
import type { Sendable } from "./sendable.ts";
import { SocketSteps } from "./socket-steps.ts";
import type { JobRow, ScheduleRow } from "./stored.ts";
import { Traffic } from "./traffic.ts";

/** An alarm that failed is set again so much later. */
const ALARM_RETRY_MS = 10_000;

/** How many of each command were carried out. */
export type Tally = Map<string, number>;

const MAX_CALL_SECONDS = 30;

/** One run of the model: runs commands step by step, and checks what each step did. */
export class Run {
  readonly scene: Scene;
  readonly beliefs = new Beliefs();
  readonly requests: Requests;
  readonly alarms: Alarms;
  readonly observer: Observer;
  readonly sockets: SocketSteps;
  readonly traffic: Traffic;
  /** Which job each rerun made. */
  readonly reruns = new Map<string, number>();

  readonly tally: Tally;

  constructor(ground: Ground, tally: Tally) {
    this.tally = tally;
    this.scene = new Scene(ground);
    this.requests = new Requests(this.scene, this.beliefs);
    this.alarms = new Alarms(this.scene);
    this.observer = new Observer(this.scene, this.beliefs);
    this.sockets = new SocketSteps(this.scene, this.beliefs);
    const { scene, beliefs, observer, sockets, alarms } = this;
    const count = (what: string) => this.#count(what);
    this.traffic = new Traffic({ scene, beliefs, observer, sockets, alarms, count });
  }

  async begin(): Promise<void> {
    await this.scene.build();
    await this.observer.begin();
  }

  get jobs(): Map<number, JobRow> {
    return this.observer.jobs;
  }

  get schedules(): Map<number, ScheduleRow> {
    return this.observer.schedules;
  }

  /** Whether the run has schedules and a second host. */
  get isPlanned(): boolean {
    return this.scene.places.length > 1;
  }

  async end(): Promise<void> {
    await this.scene.end();
  }

  async perform(command: Command): Promise<void> {
    await this.#step(async () => {
      const done = await this.#act(command);
      if (done) this.#count(command.do);
    });
  }

  /** Whatever is done, the processes on sockets are told of it. */
  async #step(act: () => Promise<void>): Promise<void> {
    this.sockets.begin(this.jobs);
    await act();
    await this.sockets.judge({
      after: this.jobs,
      alone: this.traffic.isAlone,
      isAlarmHeld: this.alarms.waits,
    });
  }

  #count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  /** False if the command found nothing to do. */
  async #act(command: Command): Promise<boolean> {
    const { world } = this.scene;
    switch (command.do) {
      case "advance":
        // No call to D1 is under way for as long as a lease lasts.
        if (command.seconds > MAX_CALL_SECONDS && this.sockets.work.holds) return false;
        world.advance(command.seconds * 1000);
        await this.sockets.processes.keepAlive();
        if (command.alarms) await this.fireAlarms();
        return true;
      case "alarms":
        return this.fireAlarms(command.fault);
      case "tick":
        await this.tick(world.now - command.late * WINDOW_MS);
        if (command.twice) {
          await this.#tickWithin(world.now - command.late * WINDOW_MS);
          const { rows } = await this.observer.observe(windowOf(world.now - command.late * WINDOW_MS));
          demand(rows.length === 0, "a tick run twice does nothing twice", rows);
        }
        return true;
      case "second host":
        if (this.isPlanned) return false;
        await this.scene.addHost();
        return true;
      case "disconnect":
        return this.sockets.leave(command.process, command.dies);
      case "hold look":
        return this.sockets.holdLook();
      case "let look go":
        return this.sockets.work.letLookGo();
      case "evict":
        if (this.alarms.waits || this.sockets.work.holds) return false;
        return evictDurableObject(this.scene.object).then(
          () => true,
          () => false,
        );
      case "release":
      case "abandon":
        return this.traffic.letGo(command);
      case "clear":
        return this.#clear();
      default: {
        const sendable = chosen(this, command);
        if (!sendable) return false;
        await this.send(sendable, "hold" in command ? command.hold : null);
        return true;
      }
    }
  }

  get sent(): readonly Sendable[] {
    return this.traffic.sent;
  }

  /** Sends a request, which is answered or held before `stopAt`. Returns its answer, if there is one. */
  send(sendable: Sendable, stopAt: Stage | null = null): Promise<Answer | undefined> {
    return this.traffic.send(sendable, stopAt);
  }

  /** Cancels everything that waits and lets a minute pass: the host's object may soon know that nothing is due. */
  async #clear(): Promise<boolean> {
    if (this.isPlanned) await this.#deleteAll();
    const schedules = new Map([...this.jobs.values()].filter(isOpen).map((job) => [job.scheduleId, job]));
    for (const job of schedules.values()) await this.send(cancelSchedule(this.scene, job));
    this.scene.world.advance(MINUTE);
    return true;
  }

  async #deleteAll(): Promise<void> {
    for (const schedule of this.schedules.values()) await this.send(deleteSchedule(this.scene, schedule));
  }

  /** False where no alarm was due. */
  async fireAlarms(fault: AlarmFault = "none"): Promise<boolean> {
    // An alarm waits for the look that is under way.
    this.sockets.work.letLookGo();
    const fired = await this.alarms.fire(fault);
    if (fault !== "none") this.sockets.notSureFor(ALARM_RETRY_MS);
    if (fired) this.sockets.saw((await this.observer.judgeClock()).rows);
    return fired;
  }

  async tick(at: number): Promise<void> {
    await this.#tickWithin(at);
    const { after, rows } = await this.observer.judgeClock(windowOf(at));
    this.sockets.saw(rows);
    if (!this.isPlanned || this.traffic.holds) return;
    await judgePlans(this.scene, { after, schedules: this.schedules, now: windowOf(at) });
  }

  async #tickWithin(at: number): Promise<void> {
    const { gate, world } = this.scene;
    gate.begin();
    const failed = await world.tick(at).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    demand(!gate.isOutOfBounds, "every tick ends within its bounds", failed);
    demand(failed === undefined, "no step of a tick fails", failed);
  }

  /** Releases every held request. */
  async settle(): Promise<void> {
    await this.#step(async () => {
      this.sockets.work.letLookGo();
    });
    await this.#step(() => this.#releaseAll());
    await this.#step(async () => this.sockets.leaveAll());
    await this.fireAlarms();
  }

  async #releaseAll(): Promise<void> {
    for (let more = true; more; ) more = await this.traffic.letGo({ do: "release", held: 0, until: null });
  }
}

/** The time that a tick goes by. */
const windowOf = (at: number): number => at - (at % WINDOW_MS);
