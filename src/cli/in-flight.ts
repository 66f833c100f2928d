/** Work that is under way, some at once: each began at a line of the export. */
export class InFlight {
  readonly #most: number;
  readonly #under = new Map<Promise<void>, number>();
  #failure: { error: unknown } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Begins `work` once there is room. Throws what earlier work threw. */
  async add(firstLine: number, work: () => Promise<void>): Promise<void> {
    while (this.#under.size >= this.#most) await Promise.race(this.#under.keys());
    this.#refuseFailed();
    const done: Promise<void> = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#under.delete(done));
    this.#under.set(done, firstLine);
  }

  /** The first line of what is under way; `next` if that comes earlier. */
  firstOf(next: number): number {
    return Math.min(next, ...this.#under.values());
  }

  /** Waits until all is done. Throws what any threw. */
  async drain(): Promise<void> {
    while (this.#under.size > 0) await Promise.race(this.#under.keys());
    this.#refuseFailed();
  }

  #refuseFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
