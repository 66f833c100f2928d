/**
 * How far the service's clock is from this machine's, as its answers' `Date` tells it: a whole second each, and by many
 * answers much finer. The machine's own clock may be off by an hour.
 */
export class ServerClock {
  /** The offset lies between these, in milliseconds. */
  #least = -Infinity;
  #most = Infinity;

  /** An answer with this `Date` was asked for at `sentAt` and was there at `now`, by this machine's clock. */
  note(date: string | null, sentAt: number, now: number): void {
    const second = date === null ? Number.NaN : Date.parse(date);
    if (Number.isNaN(second)) return;
    const least = second - now;
    const most = second + 1000 - sentAt;
    const fits = least <= this.#most && most >= this.#least;
    // One of the two clocks was set.
    this.#least = fits ? Math.max(this.#least, least) : least;
    this.#most = fits ? Math.min(this.#most, most) : most;
  }

  /** By how much the service's clock is ahead; undefined before the first answer. */
  get offsetMs(): number | undefined {
    return Number.isFinite(this.#least) ? (this.#least + this.#most) / 2 : undefined;
  }

  /** When the service's clock surely shows `at`, by this machine's. */
  localTimeOf(at: number): number {
    return Number.isFinite(this.#least) ? at - this.#least : at;
  }

  /** What the service's clock shows now. */
  serverTime(now: number): number {
    return now + (this.offsetMs ?? 0);
  }
}
