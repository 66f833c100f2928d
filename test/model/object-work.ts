import type { SocketWork } from "../../src/host-object/socket-work.ts";
import { socketWork } from "../../src/push/socket-work.ts";
import { standingAround } from "../fault-injection.ts";
import type { Answer } from "../world.ts";
import { DIED, type Flight, type Held, stageOf } from "./held-requests.ts";
import { SETTINGS } from "./scene.ts";

const PLAIN: SocketWork = { ...socketWork };

export const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/**
 * What the objects do in D1 for their sockets: how much of it is under way. One message may be held before it writes, one
 * look for jobs after it read. The object and the test may not settle each other's promises: each polls what the other
 * has set.
 */
export class ObjectWork {
  #underWay = 0;
  /** Of it, what serves messages. */
  #messages = 0;
  #held = 0;
  #heldMessages = 0;
  #armed: "write" | "look" | null = null;
  #arrived: Held | null = null;
  #look: Held | null = null;

  constructor() {
    Object.assign(socketWork, this.#watched());
  }

  /** Nothing is under way but what is held. */
  get rests(): boolean {
    return this.#underWay === this.#held;
  }

  get holds(): boolean {
    return this.#held > 0;
  }

  get holdsLook(): boolean {
    return this.#look !== null || this.#armed === "look";
  }

  /** The next look for jobs is held once it has read them. */
  holdLook(): boolean {
    if (this.holdsLook) return false;
    this.#armed = "look";
    return true;
  }

  /** The held look goes on, or none is held. */
  letLookGo(): boolean {
    const look = this.#look;
    if (this.#armed === "look") this.#armed = null;
    this.#look = null;
    look?.resume();
    return look !== null;
  }

  /**
   * Says something on a socket. Gives its answer, or undefined where it is held before its write, or `waits` behind what
   * is held.
   */
  async launch(
    at: number,
    send: () => Promise<Answer>,
    { isHeld, waits }: { isHeld: boolean; waits: boolean },
  ) {
    this.#armed = isHeld && !waits ? "write" : this.#armed;
    const flight: Flight = { at, answer: send(), held: null, reachedD1: true };
    if (waits) return { flight, answer: undefined };
    const answer = await this.#follow(flight);
    if (this.#armed === "write") this.#armed = null;
    return { flight, answer };
  }

  /** What was held goes on, to its answer. */
  resume(flight: Flight): Promise<Answer | undefined> {
    const { held } = flight;
    flight.held = null;
    held?.resume();
    return this.#finish(flight);
  }

  /** D1 fails what was held. */
  async abandon(flight: Flight): Promise<void> {
    flight.held?.fail(DIED);
    flight.held = null;
    await this.#finish(flight);
  }

  /** A socket may be closed before the answer: what was said on it is done anyway. */
  async #finish(flight: Flight): Promise<Answer | undefined> {
    const answer = await this.#follow(flight);
    while (this.#messages > this.#heldMessages) await aMoment();
    return answer;
  }

  async #follow(flight: Flight): Promise<Answer | undefined> {
    let isAnswered = false;
    const done = flight.answer.finally(() => {
      isAnswered = true;
    });
    while (!isAnswered) {
      if (this.#arrived) {
        flight.held = this.#arrived;
        this.#arrived = null;
        done.catch(() => undefined);
        return undefined;
      }
      await aMoment();
    }
    return done;
  }

  #watched(): SocketWork {
    return {
      findToken: (env, digest, now) => this.#during(() => PLAIN.findToken(this.#around(env), digest, now)),
      report: (call, said) =>
        this.#serving(() => PLAIN.report({ ...call, env: this.#around(call.env) }, said)),
      appendLog: (call, said) =>
        this.#serving(() => PLAIN.appendLog({ ...call, env: this.#around(call.env) }, said)),
      look: (call, look) =>
        this.#during(() => PLAIN.look({ ...call, env: this.#aroundLook(call.env) }, look)),
      connected: (env, hostId, at) => this.#during(() => PLAIN.connected(env, hostId, at)),
      disconnected: (env, hostId, at) => this.#during(() => PLAIN.disconnected(env, hostId, at)),
    };
  }

  async #during<Found>(work: () => Promise<Found>): Promise<Found> {
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
    }
  }

  async #serving<Found>(work: () => Promise<Found>): Promise<Found> {
    this.#messages++;
    try {
      return await this.#during(work);
    } finally {
      this.#messages--;
    }
  }

  #around(env: Env): Env {
    return standingAround(async (trip, go) => {
      if (this.#armed === "write" && stageOf(trip) === "write") {
        this.#armed = null;
        await this.#hold("message", (held) => {
          this.#arrived = held;
        });
      }
      return go();
    })({ ...env, ...SETTINGS });
  }

  #aroundLook(env: Env): Env {
    return standingAround(async (trip, go) => {
      const answer = await go();
      if (this.#armed === "look" && trip.to === "d1") {
        this.#armed = null;
        await this.#hold("look", (held) => {
          this.#look = held;
        });
      }
      return answer;
    })({ ...env, ...SETTINGS });
  }

  /** What is let go is no longer held from that moment on. */
  async #hold(what: "message" | "look", tell: (held: Held) => void): Promise<void> {
    let outcome: "goes on" | Error | undefined;
    const count = (by: 1 | -1) => {
      this.#held += by;
      if (what === "message") this.#heldMessages += by;
    };
    const letGo = (how: "goes on" | Error) => {
      if (outcome === undefined) count(-1);
      outcome = how;
    };
    count(1);
    tell({ stage: "write", resume: () => letGo("goes on"), fail: letGo });
    while (outcome === undefined) await aMoment();
    if (outcome !== "goes on") throw outcome;
  }
}
