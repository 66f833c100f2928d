import { BoundedCache } from "../bounded-cache.ts";

/** For how long what was found is not looked up again; counted from before the look-up began. */
const GOOD_FOR_MS = 30_000;
const MAX_KEPT = 10_000;

/** What look-ups found less than 30 s ago. Use never extends it. */
export class TtlCache<Found> {
  readonly #kept = new BoundedCache<string, { found: Found; readAt: number }>(MAX_KEPT);

  /** What was kept under `key` and is still good at `now`; epoch milliseconds. */
  get(key: string, now: number): Found | undefined {
    const kept = this.#kept.get(key);
    return kept && now >= kept.readAt && now < kept.readAt + GOOD_FOR_MS ? kept.found : undefined;
  }

  /** Keeps what a look-up that began at `readAt` found. */
  set(key: string, found: Found, readAt: number): void {
    this.#kept.set(key, { found, readAt });
  }
}
