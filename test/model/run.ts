import { evictDurableObject } from "cloudflare:test";
import { type Answer, MINUTE } from "../world.ts";
import { Alarms } from "./alarms.ts";
import { chosen } from "./chosen.ts";
import { Beliefs } from "./client-knowledge.ts";
import type { AlarmFault, Command } from "./commands.ts";
import { judgeDoubts } from "./doubts.ts";
import type { Flight, Stage } from "./held-requests.ts";
import { demand, isEnded, isOpen, judgeMoves } from "./moves.ts";
import { Openings } from "./openings.ts";
import { cancelSchedule } from "./operators.ts";
import { judgePlans } from "./plans.ts";
import { Requests } from "./requests.ts";
import { judgeRows } from "./rows.ts";
import {
  BATCH_MS,
  type Ground,
  type HistoryRow,
  type JobRow,
  LEASE_MS,
  RETENTION_MS,
  Scene,
  type ScheduleRow,
  SHORTEST_LEASE_MS,
  WINDOW_MS,
} from "./scene.ts";
import { deleteSchedule } from "./schedules.ts";
import type { Seen, Sendable } from "./sendable.ts";
import { heldIn, judgeUnchanged, type Whole } from "./unchanged.ts";

interface OnItsWay {
  flight: Flight;
  sendable: Sendable;
  /** Since when it is held back. */
  heldAt: number;
}

/** How many of each command were carried out. */
export type Tally = Map<string, number>;

/** One run of the model: runs commands step by step, and checks what each step did. */
export class Run {
  readonly scene: Scene;
  readonly beliefs = new Beliefs();
  readonly requests: Requests;
  readonly alarms: Alarms;
  jobs = new Map<number, JobRow>();
  schedules = new Map<number, ScheduleRow>();
  readonly openings = new Openings();
  /** All that D1 held when it was last read. */
  #database = "";
  #held: OnItsWay[] = [];
  readonly sent: Sendable[] = [];
  /** Which job each rerun made. */
  readonly reruns = new Map<string, number>();

  readonly tally: Tally;

  constructor(ground: Ground, tally: Tally) {
    this.tally = tally;
    this.scene = new Scene(ground);
    this.requests = new Requests(this.scene, this.beliefs);
    this.alarms = new Alarms(this.scene);
  }

  async begin(): Promise<void> {
    await this.scene.build();
    const { jobs, schedules, whole } = await this.scene.read();
    this.#database = whole;
    this.jobs = byId(jobs);
    this.schedules = byId(schedules);
  }

  /** Whether the run has schedules and a second host. */
  get isPlanned(): boolean {
    return this.scene.places.length > 1;
  }

  async end(): Promise<void> {
    await this.scene.end();
  }

  async perform(command: Command): Promise<void> {
    const done = await this.#act(command);
    if (done) this.#count(command.do);
  }

  #count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  /** False if the command found nothing to do. */
  async #act(command: Command): Promise<boolean> {
    const { world } = this.scene;
    switch (command.do) {
      case "advance":
        world.advance(command.seconds * 1000);
        if (command.alarms) await this.fireAlarms();
        return true;
      case "alarms":
        return this.fireAlarms(command.fault);
      case "tick":
        await this.tick(world.now - command.late * WINDOW_MS);
        if (command.twice) {
          await this.#tickWithin(world.now - command.late * WINDOW_MS);
          const { rows } = await this.#observe(windowOf(world.now - command.late * WINDOW_MS));
          demand(rows.length === 0, "a tick run twice does nothing twice", rows);
        }
        return true;
      case "second host":
        if (this.isPlanned) return false;
        await this.scene.addHost();
        return true;
      case "evict":
        if (this.alarms.waits) return false;
        return evictDurableObject(this.scene.object).then(
          () => true,
          () => false,
        );
      case "release":
      case "abandon":
        return this.#letGo(command);
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

  async #letGo(command: Extract<Command, { do: "release" | "abandon" }>): Promise<boolean> {
    const onItsWay = this.#held[command.held % Math.max(1, this.#held.length)];
    if (!onItsWay) return false;
    this.#held = this.#held.filter((each) => each !== onItsWay);
    const { sendable, flight, heldAt } = onItsWay;
    const tooLate =
      sendable.changes && flight.held?.stage === "write" && this.scene.world.now > heldAt + BATCH_MS;
    if (command.do === "release" && !tooLate) {
      await this.#judge(onItsWay, await this.scene.gate.resume(onItsWay.flight, command.until), false);
      return true;
    }
    await this.scene.gate.abandon(onItsWay.flight);
    this.#reachedObject(onItsWay, undefined);
    return true;
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

  /** Sends a request, which is answered or held before `stopAt`. Returns its answer, if there is one. */
  async send(sendable: Sendable, stopAt: Stage | null = null): Promise<Answer | undefined> {
    const { world, gate } = this.scene;
    const alone = this.#held.length === 0 && !this.alarms.waits;
    const compares = this.isPlanned && alone && sendable.moves !== null && !sendable.polls;
    const was = compares ? { database: this.#database, objects: await heldIn(this.scene) } : undefined;
    const { flight, answer } = await gate.launch(world.now, sendable.send, stopAt);
    if (!this.sent.includes(sendable)) this.sent.push(sendable);
    demand(!gate.isOutOfBounds, "every request ends within its bounds", sendable.moves);
    const objects = was && answer && isRefusal(answer) ? await heldIn(this.scene) : undefined;
    await this.#judge({ flight, sendable, heldAt: world.now }, answer, alone);
    if (was && answer && objects !== undefined) this.#judgeUnchanged(was, objects, answer);
    return answer;
  }

  #judgeUnchanged(was: Whole, objects: string, answer: Answer): void {
    judgeUnchanged(was, { database: this.#database, objects }, answer);
  }

  async #judge(onItsWay: OnItsWay, answer: Answer | undefined, alone: boolean): Promise<void> {
    const { sendable, flight } = onItsWay;
    if (!answer) this.#held.push({ ...onItsWay, heldAt: this.scene.world.now });
    this.#reachedObject(onItsWay, answer);
    const { before, after, rows, gone } = sendable.moves === null ? this.#unchanged() : await this.#observe();
    judgeRows(sendable.moves, { before, rows });
    judgeDoubts(before, after, sendable.doubts === true);
    for (const job of gone) {
      const dropped = job.scheduleId === sendable.drops && job.status === "PLANNED";
      demand(dropped, "only an edit drops jobs, of its schedule, that wait", job);
    }
    for (const [id, was] of before) {
      if (isOpen(was) && !isOpen(after.get(id) ?? was) && sendable.moves === id) {
        this.beliefs.of(id).takenUntil = flight.at + (sendable.accepts ? SHORTEST_LEASE_MS : LEASE_MS);
      }
    }
    if (!answer) return;
    if (sendable.polls && !flight.reachedD1) this.#count("answered nothing by the object");
    if (sendable.own) this.beliefs.judged(flight.at, answer.status);
    // A change is not made if its write would come too late.
    const overdue = sendable.changes && answer.status === 503;
    demand(answer.status < 500 || overdue === true, "a request is answered or refused", answer.text);
    const { schedules } = this;
    const { now } = this.scene.world;
    const byObject = !flight.reachedD1;
    const seen: Seen = { before, after, rows, schedules, sentAt: flight.at, now, alone, byObject };
    if (answer.status < 400) {
      sendable.answered(answer, seen);
      if (alone) await sendable.judged?.(answer, seen);
    } else {
      sendable.refused?.(answer, seen);
      const moved = rows.filter(({ from, to, reason }) => from !== to || reason === "late");
      demand(moved.length === 0, "a refused request moves nothing", answer.text, moved);
    }
  }

  #reachedObject({ flight, sendable }: OnItsWay, answer: Answer | undefined): void {
    if (typeof sendable.moves !== "number") return;
    this.beliefs.reported(sendable.moves, flight.at, sendable.accepts && (answer?.status ?? 200) < 400);
  }

  /** False where no alarm was due. */
  async fireAlarms(fault: AlarmFault = "none"): Promise<boolean> {
    const fired = await this.alarms.fire(fault);
    if (fired) await this.judgeClock();
    return fired;
  }

  async tick(at: number): Promise<void> {
    await this.#tickWithin(at);
    const { after } = await this.judgeClock(windowOf(at));
    if (!this.isPlanned || this.#held.length > 0) return;
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

  async judgeClock(at = this.scene.world.now) {
    const observed = await this.#observe(at);
    const { before, after, rows, gone } = observed;
    for (const row of rows) demand(row.by === "clock", "the clock is nobody else", rows);
    judgeRows("any", { before, rows });
    judgeDoubts(before, after, false);
    const { now } = this.scene.world;
    const early = gone.filter((job) => !isEnded(job) || pastSince(job) >= now - RETENTION_MS);
    demand(early.length === 0, "the clock drops no job so soon", early);
    return observed;
  }

  /** Releases every held request. */
  async settle(): Promise<void> {
    for (let more = true; more; ) more = await this.#letGo({ do: "release", held: 0, until: null });
    await this.fireAlarms();
  }

  /** Checks now what a request that moves nothing left behind: otherwise the next step would be blamed for it. */
  #unchanged(): Observed {
    return { before: this.jobs, after: this.jobs, rows: [], gone: [] };
  }

  /** Reads what D1 holds now, and checks that a step at the time `at` may have made it. */
  async #observe(at = this.scene.world.now): Promise<Observed> {
    const before = this.jobs;
    const { jobs, rows, schedules, revoked, whole } = await this.scene.read();
    this.#database = whole;
    if (revoked) this.beliefs.revokedAt ??= this.scene.world.now;
    const after = byId(jobs);
    const rowsOf = Map.groupBy(rows, ({ jobId }) => jobId);
    for (const [id, is] of after) {
      const was = before.get(id);
      const own = rowsOf.get(id) ?? [];
      judgeMoves(was ?? asMade(is), is, own);
      if (was) this.beliefs.moved(was, is, own);
      this.openings.judge(was, is, { rows: own, now: at });
    }
    this.jobs = after;
    this.schedules = byId(schedules);
    this.openings.judgeMadeUp(after.values(), this.schedules);
    return { before, after, rows, gone: [...before.values()].filter(({ id }) => !after.has(id)) };
  }
}

interface Observed {
  before: Map<number, JobRow>;
  after: Map<number, JobRow>;
  rows: HistoryRow[];
  /** The jobs that are no longer there. */
  gone: JobRow[];
}

const byId = <Row extends { id: number }>(rows: readonly Row[]): Map<number, Row> =>
  new Map(rows.map((row) => [row.id, row]));

/** A job as each one begins. */
const asMade = (job: JobRow): JobRow => ({
  ...job,
  status: "PLANNED",
  attempt: 1,
  holder: null,
  reason: null,
  startedAt: null,
  begun: 0,
});

/** Since when a job is past. */
const pastSince = ({ changedAt, dueAt }: JobRow): number => Math.max(changedAt, dueAt);

/** The time that a tick goes by. */
const windowOf = (at: number): number => at - (at % WINDOW_MS);

const isRefusal = ({ status }: Answer): boolean => status >= 400 && status < 500;
