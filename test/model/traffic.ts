import type { Answer } from "../world.ts";
import type { Alarms } from "./alarms.ts";
import type { Beliefs } from "./client-knowledge.ts";
import type { Command } from "./commands.ts";
import { judgeDoubts } from "./doubts.ts";
import type { Flight, Stage } from "./held-requests.ts";
import { demand, isOpen } from "./moves.ts";
import type { Observer } from "./observer.ts";
import { CUT } from "./processes.ts";
import { judgeRows } from "./rows.ts";
import { BATCH_MS, LEASE_MS, type Scene, SHORTEST_LEASE_MS } from "./scene.ts";
import type { Seen, Sendable } from "./sendable.ts";
import type { SocketSteps } from "./socket-steps.ts";
import { heldIn, judgeUnchanged } from "./unchanged.ts";

interface OnItsWay {
  flight: Flight;
  sendable: Sendable;
  /** Since when it is held back. */
  heldAt: number;
}

/** A change whose end is lost is over after so long. */
const CHANGE_MS = 60_000;
interface TrafficParts {
  scene: Scene;
  beliefs: Beliefs;
  observer: Observer;
  sockets: SocketSteps;
  alarms: Alarms;
  count: (what: string) => void;
}

/** The requests and messages of a run: sent, held and judged by what came of them. */
export class Traffic {
  #held: OnItsWay[] = [];
  readonly sent: Sendable[] = [];
  readonly #scene: Scene;
  readonly #beliefs: Beliefs;
  readonly #observer: Observer;
  readonly #sockets: SocketSteps;
  readonly #alarms: Alarms;
  readonly #count: (what: string) => void;

  constructor({ scene, beliefs, observer, sockets, alarms, count }: TrafficParts) {
    this.#scene = scene;
    this.#beliefs = beliefs;
    this.#observer = observer;
    this.#sockets = sockets;
    this.#alarms = alarms;
    this.#count = count;
  }

  get holds(): boolean {
    return this.#held.length > 0;
  }

  /** Nothing is held. */
  get isAlone(): boolean {
    return !this.holds && !this.#alarms.waits && !this.#sockets.work.holdsLook;
  }

  /** Lets a held request go on, or its Worker die. False where none is held. */
  async letGo(command: Extract<Command, { do: "release" | "abandon" }>): Promise<boolean> {
    const chosen = this.#held[command.held % Math.max(1, this.#held.length)];
    if (!chosen) return false;
    const onItsWay = this.#firstOf(chosen.sendable) ?? chosen;
    this.#held = this.#held.filter((each) => each !== onItsWay);
    const { sendable, flight, heldAt } = onItsWay;
    const tooLate =
      sendable.changes && flight.held?.stage === "write" && this.#scene.world.now > heldAt + BATCH_MS;
    const { gate } = this.#scene;
    const { work } = this.#sockets;
    if (command.do === "release" && !tooLate) {
      const goOn = () => (sendable.onSocket ? work.resume(flight) : gate.resume(flight, command.until));
      await this.#judge(onItsWay, await goOn(), false);
    } else {
      await (sendable.onSocket ? work.abandon(flight) : gate.abandon(flight));
      this.#sockets.notSureFor(CHANGE_MS);
      this.#reachedObject(onItsWay, undefined);
    }
    await this.#judgeBehind(sendable);
    return true;
  }

  /** The messages that waited for another of their lease are served once that is, one after the other. */
  async #judgeBehind({ lease }: Sendable): Promise<void> {
    if (lease === undefined) return;
    const behind = this.#held.filter(({ sendable }) => sendable.lease === lease);
    this.#held = this.#held.filter((each) => !behind.includes(each));
    for (const each of behind) await this.#judge(each, await this.#sockets.work.resume(each.flight), false);
  }

  /** The first message of the same lease that is held: the others wait for it. */
  #firstOf({ lease }: Sendable): OnItsWay | undefined {
    return lease === undefined ? undefined : this.#held.find(({ sendable }) => sendable.lease === lease);
  }

  /** Sends a request, which is answered or held before `stopAt`. Returns its answer, if there is one. */
  async send(sendable: Sendable, stopAt: Stage | null = null): Promise<Answer | undefined> {
    const { world, gate } = this.#scene;
    const alone = this.isAlone;
    const compares = this.#scene.places.length > 1 && alone && sendable.moves !== null && !sendable.polls;
    const was = compares
      ? { database: this.#observer.database, objects: await heldIn(this.#scene) }
      : undefined;
    const { flight, answer } = sendable.onSocket
      ? await this.#sockets.work.launch(world.now, sendable.send, {
          isHeld: stopAt !== null,
          waits: this.#firstOf(sendable) !== undefined,
        })
      : await gate.launch(world.now, sendable.send, stopAt);
    if (!this.sent.includes(sendable)) this.sent.push(sendable);
    demand(!gate.isOutOfBounds, "every request ends within its bounds", sendable.moves);
    const objects = was && answer && isRefusal(answer) ? await heldIn(this.#scene) : undefined;
    await this.#judge({ flight, sendable, heldAt: world.now }, answer, alone);
    if (was && answer && objects !== undefined)
      judgeUnchanged(was, { database: this.#observer.database, objects }, answer);
    return answer;
  }

  async #judge(onItsWay: OnItsWay, answer: Answer | undefined, alone: boolean): Promise<void> {
    const { sendable, flight } = onItsWay;
    if (!answer) this.#held.push({ ...onItsWay, heldAt: this.#scene.world.now });
    this.#reachedObject(onItsWay, answer);
    const { before, after, rows, gone } =
      sendable.moves === null ? this.#observer.unchanged() : await this.#observer.observe();
    judgeRows(sendable.moves, { before, rows });
    judgeDoubts(before, after, sendable.doubts === true);
    this.#sockets.saw(rows);
    for (const job of gone) {
      const dropped = job.scheduleId === sendable.drops && job.status === "PLANNED";
      demand(dropped, "only an edit drops jobs, of its schedule, that wait", job);
    }
    for (const [id, was] of before) {
      if (isOpen(was) && !isOpen(after.get(id) ?? was) && sendable.moves === id) {
        this.#beliefs.of(id).takenUntil = flight.at + (sendable.accepts ? SHORTEST_LEASE_MS : LEASE_MS);
      }
    }
    if (!answer || answer.status === CUT) return;
    if (sendable.polls && !flight.reachedD1) this.#count("answered nothing by the object");
    if (sendable.own) this.#beliefs.judged(flight.at, answer.status);
    // A change is not made if its write would come too late.
    const overdue = sendable.changes && answer.status === 503;
    demand(answer.status < 500 || overdue === true, "a request is answered or refused", answer.text);
    const { schedules } = this.#observer;
    const { now } = this.#scene.world;
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
    this.#beliefs.reported(sendable.moves, flight.at, sendable.accepts && (answer?.status ?? 200) < 400);
  }
}

const isRefusal = ({ status }: Answer): boolean => status >= 400 && status < 500;
