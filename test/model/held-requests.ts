import { type Seam, standingAround, type Trip } from "../fault-injection.ts";
import type { Answer } from "../world.ts";

/** Where a request may be held back: before a call of the host's object, or before it writes to D1 what may be handed out, and to whom. */
export const STAGES = ["object", "write"] as const;
export type Stage = (typeof STAGES)[number];

export const stageOf = (trip: Trip): Stage | null => {
  if (trip.to !== "d1") return trip.to === "object" ? "object" : null;
  return trip.statements.some((text) => WRITES.test(text)) ? "write" : null;
};

const WRITES = /^\s*(update "(jobs|agents|schedules|tokens)"|INSERT INTO jobs)/;

export interface Held {
  stage: Stage;
  resume: () => void;
  fail: (error: Error) => void;
}

/** A request on its way. It was sent `at`; `held` while the gate keeps it; `reachedD1` once it has asked D1 for anything but its token. */
export interface Flight {
  at: number;
  answer: Promise<Answer>;
  held: Held | null;
  reachedD1: boolean;
}

/** What one invocation of the Worker may ask of D1. */
const MAX_STATEMENTS = 1000;

const OUT_OF_BOUNDS = new Error("the bound of statements is passed");

/** The caller is looked up in a statement of its own. */
const isLookUp = (trip: Trip): boolean =>
  trip.to === "d1" && trip.statements.length === 1 && trip.statements.join().includes("former_secrets");

/** Fails a call so that it is not tried again and not logged as a bug: like a Worker that died there, whose answer is never sent. */
export const DIED = Object.assign(new Error("overloaded: the Worker died"), { overloaded: true });

/**
 * Holds requests back at the points between their calls. One request moves at a time, until it is answered or
 * held; what happens is therefore the same each time that the same commands are run.
 */
export class Gate {
  #stopAt: Stage | null = null;
  #onHeld: (held: Held) => void = () => {};
  #moving: Flight | null = null;
  #dead = false;
  #statements = 0;

  readonly seam: Seam = standingAround(async (trip, go) => {
    if (this.#dead) throw DIED;
    if (trip.to === "d1") this.#statements += trip.statements.length;
    if (this.isOutOfBounds) throw OUT_OF_BOUNDS;
    if (this.#stopAt !== null && stageOf(trip) === this.#stopAt) await this.#hold(this.#stopAt);
    if (this.#moving && trip.to === "d1" && !isLookUp(trip)) this.#moving.reachedD1 = true;
    return go();
  });

  /** The invocation asked D1 more often than one may: stops what would not end. */
  get isOutOfBounds(): boolean {
    return this.#statements > MAX_STATEMENTS;
  }

  /** An invocation of the Worker begins. */
  begin(): void {
    this.#statements = 0;
  }

  /** Sends a request. Gives its answer, or undefined where it is held before `stopAt`. */
  async launch(at: number, send: () => Promise<Answer>, stopAt: Stage | null) {
    this.begin();
    const held = this.#waitFor(stopAt);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const flight: Flight = { at, answer: promise, held: null, reachedD1: false };
    this.#moving = flight;
    send().then(resolve, reject);
    return { flight, answer: await this.#follow(flight, held) };
  }

  /** Releases a held request, until it is answered or held again before `stopAt`. */
  resume(flight: Flight, stopAt: Stage | null): Promise<Answer | undefined> {
    const { held } = flight;
    this.begin();
    flight.held = null;
    const heldAgain = this.#waitFor(stopAt);
    this.#moving = flight;
    held?.resume();
    return this.#follow(flight, heldAgain);
  }

  /** The Worker of a held request dies: it does nothing more. */
  async abandon(flight: Flight): Promise<void> {
    this.#dead = true;
    flight.held?.fail(DIED);
    flight.held = null;
    await flight.answer.catch(() => undefined);
    this.#dead = false;
  }

  #waitFor(stopAt: Stage | null): Promise<Held> {
    this.#stopAt = stopAt;
    return new Promise((resolve) => {
      this.#onHeld = resolve;
    });
  }

  async #follow(flight: Flight, held: Promise<Held>): Promise<Answer | undefined> {
    const first = await Promise.race([
      flight.answer.then((answer) => ({ answer })),
      held.then((kept) => ({ kept })),
    ]);
    this.#stopAt = null;
    this.#moving = null;
    if ("answer" in first) return first.answer;
    flight.held = first.kept;
    return undefined;
  }

  #hold(stage: Stage): Promise<void> {
    this.#stopAt = null;
    return new Promise((resume, fail) => this.#onHeld({ stage, resume, fail }));
  }
}
