/** So many times as long is waited after each ask in vain. */
const SLOWER = 3;
/** At most so many times as long as where it is busy. */
const SLOWEST = 8;
/** How often, at most, the jobs ahead are looked up. */
const LOOKS = 60;

/**
 * When to ask for jobs: at once where the last ask brought some, when the next known one is due, and else less and less
 * often. Times are milliseconds by the machine's clock.
 */
export class AskPacer {
  readonly #pollMs: number;
  #inVain = 0;
  /** When the jobs that are known come, the next one first. */
  #dues: readonly number[] = [];
  #lookedAt = -Infinity;

  constructor(pollMs: number) {
    this.#pollMs = pollMs;
  }

  /** An ask for at most so many brought so many jobs. Where it brought as many, there may be more. */
  asked(jobs: number, most: number): void {
    this.#inVain = jobs >= most ? 0 : jobs > 0 ? 1 : this.#inVain + 1;
  }

  /** Whether it is time to look which jobs come; `looked` tells of the answer. */
  shouldLook(now: number): boolean {
    return now - this.#lookedAt >= LOOKS * this.#pollMs;
  }

  /** The jobs that come soon are due at these times, the next one first. */
  looked(now: number, dues: readonly number[]): void {
    this.#lookedAt = now;
    this.#dues = dues;
  }

  /** How long to wait before the next ask. */
  waitMs(now: number): number {
    const slower = SLOWER ** this.#inVain;
    const usual = this.#pollMs * Math.min(slower, SLOWEST);
    const wait = this.#inVain === 0 ? 0 : usual;
    const next = this.#dues.find((due) => due > now);
    return next === undefined ? wait : Math.min(wait, next - now);
  }
}
