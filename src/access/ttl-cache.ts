import { BoundedCache } from "../bounded-cache.ts";

/** How long an entry is valid, from before its lookup began. */
const GOOD_FOR_MS = 30_000;
const MAX_KEPT = 10_000;

/** A cache of lookups. Entries are valid for 30 s, and use does not extend that. */
export class TtlCache<Found> {
  readonly #kept = new BoundedCache<string, { found: Found; readAt: number }>(MAX_KEPT);

  /** The entry of `key`, if it is still valid at `now` (epoch milliseconds). */
  get(key: string, now: number): Found | undefined {
    const kept = this.#kept.get(key);
    return kept && now >= kept.readAt && now < kept.readAt + GOOD_FOR_MS ? kept.found : undefined;
  }

  /** Caches the result of a lookup that began at `readAt`. */
  set(key: string, found: Found, readAt: number): void {
    this.#kept.set(key, { found, readAt });
  }
}
