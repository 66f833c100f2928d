/** Each poll without a job multiplies the wait by this. */
const BACKOFF = 3;
/** The longest wait, in poll intervals. */
const MAX_BACKOFF = 8;
/**
 * The jobs ahead are looked up at most once in this many poll intervals. A job is polled for the moment that it
 * is due if it was planned this long before, and the longest wait.
 */
const LOOK_AHEAD_POLLS = 12;

/**
 * When to poll: at once after a poll that was filled, when the next known job is due, and otherwise at
 * growing intervals. Times are milliseconds of the machine's clock.
 */
export class PollPacer {
  readonly #pollMs: number;
  #emptyPolls = 0;
  /** When the known jobs are due, earliest first. */
  #dues: readonly number[] = [];
  #lookedAt = -Infinity;
  /** The wait ends when a known job is due. */
  #waitsForDue = false;

  constructor(pollMs: number) {
    this.#pollMs = pollMs;
  }

  /** A poll for at most `most` jobs returned `jobs`. If it was filled, there may be more. */
  polled(jobs: number, most: number): void {
    this.#emptyPolls = jobs >= most ? 0 : jobs > 0 ? 1 : this.#emptyPolls + 1;
  }

  /** Whether to look up the jobs ahead now. A known job that is due comes first. */
  shouldLookAhead(now: number): boolean {
    return !this.#waitsForDue && now - this.#lookedAt >= LOOK_AHEAD_POLLS * this.#pollMs;
  }

  /**
   * The open jobs are due at these times, earliest first. Returns whether one is due now. If none is, this was
   * as good as a poll without a job.
   */
  lookedAhead(now: number, dues: readonly number[]): boolean {
    this.#lookedAt = now;
    this.#dues = dues;
    const isDue = dues.some((due) => due <= now);
    if (!isDue) this.#emptyPolls += 1;
    return isDue;
  }

  /** The jobs ahead could not be looked up. They are not looked up again at once. */
  lookFailed(now: number): void {
    this.#lookedAt = now;
  }

  /** How long to wait before the next poll. */
  waitMs(now: number): number {
    const backoff = BACKOFF ** this.#emptyPolls;
    const usual = this.#pollMs * Math.min(backoff, MAX_BACKOFF);
    const wait = this.#emptyPolls === 0 ? 0 : usual;
    const next = this.#dues.find((due) => due > now);
    this.#waitsForDue = next !== undefined && next - now <= wait;
    return next === undefined ? wait : Math.min(wait, next - now);
  }
}
