/** After so many asks in vain it is quiet, and asked less often. */
const PATIENCE = 3;
const SLOWER = 1.5;
/** At most so many times as long as where it is busy. */
const SLOWEST = 8;
/** How often, at most, the jobs ahead are looked up. */
const LOOKS = 20;

/**
 * When to ask for jobs: at once where the last ask brought some, when the next known one is due, and else less and less
 * often. Times are milliseconds by the machine's clock.
 */
export class AskPacer {
  readonly #pollMs: number;
  #inVain = 0;
  #nextDue: number | null = null;
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

  /** The next job is due at this time; null: none comes soon. */
  looked(now: number, nextDue: number | null): void {
    this.#lookedAt = now;
    this.#nextDue = nextDue;
  }

  /** How long to wait before the next ask. */
  waitMs(now: number): number {
    const slower = SLOWER ** Math.max(0, this.#inVain - PATIENCE);
    const usual = this.#pollMs * Math.min(slower, SLOWEST);
    if (this.#nextDue === null || this.#nextDue <= now) return this.#inVain === 0 ? 0 : usual;
    return Math.min(this.#inVain === 0 ? 0 : usual, this.#nextDue - now);
  }
}
