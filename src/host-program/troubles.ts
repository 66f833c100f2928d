import type { Tell } from "./events.ts";

/** What goes wrong now, by what it goes wrong at: each is told when it begins or changes, and when it is over, and not each second. */
export class Troubles {
  readonly #tell: Tell;
  readonly #present = new Map<string, string>();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  get present(): readonly string[] {
    return [...this.#present.values()];
  }

  /** This is wrong at `what` now; null: nothing is. */
  has(what: string, message: string | null): void {
    const before = this.#present.get(what);
    if (message === null) {
      if (this.#present.delete(what)) this.#tell({ event: "well_again", message: `over: ${before}` });
      return;
    }
    this.#present.set(what, message);
    if (before !== message) this.#tell({ event: "trouble", message });
  }
}
