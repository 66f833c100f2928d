import { type Seam, standingAround, type Trip } from "../seams.ts";
import type { Answer } from "../world.ts";

/** Where a request may be held back: before its call of the host's object, or before it writes jobs to D1. */
export const STAGES = ["object", "write"] as const;
export type Stage = (typeof STAGES)[number];

const stageOf = (trip: Trip): Stage | null => {
  if (trip.to === "object") return "object";
  return trip.statements.some((text) => text.startsWith('update "jobs"')) ? "write" : null;
};

interface Held {
  resume: () => void;
  fail: (error: Error) => void;
}

/** A request on its way. It was sent `at`; `held` while the gate keeps it. */
export interface Flight {
  at: number;
  answer: Promise<Answer>;
  held: Held | null;
}

/** Fails a call for good, tried again by nobody and logged as no bug: as good as a Worker that died there, whose answer nobody gets. */
const DIED = Object.assign(new Error("overloaded: the Worker died"), { overloaded: true });

/**
 * Holds requests back at the points between their calls. One request moves at a time, until it is answered or
 * held; what happens is therefore the same each time that the same commands are run.
 */
export class Gate {
  #stopAt: Stage | null = null;
  #onHeld: (held: Held) => void = () => {};

  readonly seam: Seam = standingAround(async (trip, go) => {
    if (this.#stopAt !== null && stageOf(trip) === this.#stopAt) await this.#hold();
    return go();
  });

  /** Sends a request. Gives its answer, or undefined where it is held before `stopAt`. */
  async launch(at: number, send: () => Promise<Answer>, stopAt: Stage | null) {
    const held = this.#waitFor(stopAt);
    const flight: Flight = { at, answer: send(), held: null };
    return { flight, answer: await this.#follow(flight, held) };
  }

  /** Lets a held request go on, to its answer or until it is held again before `stopAt`. */
  resume(flight: Flight, stopAt: Stage | null): Promise<Answer | undefined> {
    const { held } = flight;
    flight.held = null;
    const heldAgain = this.#waitFor(stopAt);
    held?.resume();
    return this.#follow(flight, heldAgain);
  }

  /** The Worker of a held request dies. */
  async abandon(flight: Flight): Promise<void> {
    flight.held?.fail(DIED);
    flight.held = null;
    await flight.answer.catch(() => undefined);
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
    if ("answer" in first) return first.answer;
    flight.held = first.kept;
    return undefined;
  }

  #hold(): Promise<void> {
    this.#stopAt = null;
    return new Promise((resume, fail) => this.#onHeld({ resume, fail }));
  }
}
