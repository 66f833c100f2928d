/** Each poll without a job multiplies the wait by this. */
const SLOWER = 3;
/** The longest wait, in poll intervals. */
const SLOWEST = 8;
/** The jobs ahead are looked up at most once in this many poll intervals. */
const LOOKS = 60;

/**
 * When to poll: at once after a poll that was filled, when the next known job is due, and otherwise at
 * growing intervals. Times are milliseconds of the machine's clock.
 */
export class AskPacer {
  readonly #pollMs: number;
  #inVain = 0;
  /** When the known jobs are due, earliest first. */
  #dues: readonly number[] = [];
  #lookedAt = -Infinity;

  constructor(pollMs: number) {
    this.#pollMs = pollMs;
  }

  /** A poll for at most `most` jobs returned `jobs`. If it was filled, there may be more. */
  asked(jobs: number, most: number): void {
    this.#inVain = jobs >= most ? 0 : jobs > 0 ? 1 : this.#inVain + 1;
  }

  /** Whether to look up the jobs ahead now. */
  shouldLook(now: number): boolean {
    return now - this.#lookedAt >= LOOKS * this.#pollMs;
  }

  /** The jobs ahead are due at these times, earliest first. */
  looked(now: number, dues: readonly number[]): void {
    this.#lookedAt = now;
    this.#dues = dues;
  }

  /** How long to wait before the next poll. */
  waitMs(now: number): number {
    const slower = SLOWER ** this.#inVain;
    const usual = this.#pollMs * Math.min(slower, SLOWEST);
    const wait = this.#inVain === 0 ? 0 : usual;
    const next = this.#dues.find((due) => due > now);
    return next === undefined ? wait : Math.min(wait, next - now);
  }
}
