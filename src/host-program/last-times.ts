import { readFileSync, writeFileSync } from "node:fs";

const MAX_SCHEDULES = 500;

/** How long the last run of each schedule took. It is only displayed: a loss does no harm. */
export class LastTimes {
  readonly #path: string;
  readonly #times: Map<number, number>;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#times = new Map(JSON.parse(readFileSync(path, "utf8")) as [number, number][]);
    } catch {
      this.#times = new Map();
    }
  }

  of(schedule: number): number | null {
    return this.#times.get(schedule) ?? null;
  }

  note(schedule: number, ms: number): void {
    this.#times.delete(schedule);
    this.#times.set(schedule, ms);
    for (const oldest of [...this.#times.keys()].slice(0, -MAX_SCHEDULES)) this.#times.delete(oldest);
    try {
      writeFileSync(this.#path, JSON.stringify([...this.#times]));
    } catch {
      // The disk is full; that is reported elsewhere.
    }
  }
}
