import type { Emit } from "./events.ts";

/** Current problems by subject. Each is emitted when it begins, changes or ends, not on every try. */
export class Troubles {
  readonly #emit: Emit;
  readonly #present = new Map<string, string>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get present(): readonly string[] {
    return [...this.#present.values()];
  }

  /** The subject has this problem now; null: none. */
  has(what: string, message: string | null): void {
    const before = this.#present.get(what);
    if (message === null) {
      if (this.#present.delete(what)) this.#emit({ event: "well_again", message: `over: ${before}` });
      return;
    }
    this.#present.set(what, message);
    if (before !== message) this.#emit({ event: "trouble", message });
  }
}
