/** Ctrl-C and the like: the first asks to end in order, the second at once. */
export class Interrupts {
  readonly #first = new AbortController();
  readonly #second = new AbortController();

  /** Aborted by the first one. */
  get first(): AbortSignal {
    return this.#first.signal;
  }

  /** Aborted by the second one. */
  get second(): AbortSignal {
    return this.#second.signal;
  }

  listen(): this {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => this.note());
    return this;
  }

  note(): void {
    (this.#first.signal.aborted ? this.#second : this.#first).abort();
  }
}
