/** A bounded cache in an isolate's memory. The oldest entry is dropped first; a lost entry costs a lookup. */
export class BoundedCache<Key, Value> {
  readonly #kept = new Map<Key, Value>();
  readonly #maxKept: number;

  constructor(maxKept: number) {
    this.#maxKept = maxKept;
  }

  get(key: Key): Value | undefined {
    return this.#kept.get(key);
  }

  /** Stores a value and returns it. */
  set(key: Key, value: Value): Value {
    this.#kept.set(key, value);
    if (this.#kept.size > this.#maxKept) {
      const first = this.#kept.keys().next();
      if (!first.done) this.#kept.delete(first.value);
    }
    return value;
  }

  delete(key: Key): void {
    this.#kept.delete(key);
  }
}
