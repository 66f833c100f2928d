/** Notices that nothing has been answered for a while, although it was tried. */
export class Patience {
  readonly #ms: number | undefined;
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** `ms`: how long; undefined for ever. */
  constructor(ms: number | undefined) {
    this.#ms = ms;
  }

  /** Aborted once nothing was answered for so long. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  answered(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The time counts from the first failure after an answer. */
  unanswered(): void {
    if (this.#ms !== undefined) this.#timer ??= setTimeout(() => this.#over.abort(), this.#ms).unref();
  }
}
