/**
 * The offset between the service's clock and this machine's, from the `Date` of responses: each is exact to a
 * second, many together much finer. This machine's clock may be off by an hour.
 */
export class ServerClock {
  /** The offset is between these, in milliseconds. */
  #least = -Infinity;
  #most = Infinity;

  /** A response with this `Date` was requested at `sentAt` and received at `now`, by this machine's clock. */
  note(date: string | null, sentAt: number, now: number): void {
    const second = date === null ? Number.NaN : Date.parse(date);
    if (Number.isNaN(second)) return;
    const least = second - now;
    const most = second + 1000 - sentAt;
    const fits = least <= this.#most && most >= this.#least;
    // If it does not fit, one of the clocks was set.
    this.#least = fits ? Math.max(this.#least, least) : least;
    this.#most = fits ? Math.min(this.#most, most) : most;
  }

  /** How far the service's clock is ahead; undefined before the first response. */
  get offsetMs(): number | undefined {
    return Number.isFinite(this.#least) ? (this.#least + this.#most) / 2 : undefined;
  }

  /** This machine's time when the service's clock has certainly reached `at`. */
  localTimeOf(at: number): number {
    return Number.isFinite(this.#least) ? at - this.#least : at;
  }

  /** The service's time at `now`. */
  serverTime(now: number): number {
    return now + (this.offsetMs ?? 0);
  }
}
