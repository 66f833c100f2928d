/** A cache in the memory of an isolate: it is bounded, what was kept first gives way, and a loss costs a look-up. */
export class BoundedCache<Key, Value> {
  readonly #kept = new Map<Key, Value>();
  readonly #maxKept: number;

  constructor(maxKept: number) {
    this.#maxKept = maxKept;
  }

  get(key: Key): Value | undefined {
    return this.#kept.get(key);
  }

  /** Keeps a value, and gives it back. */
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
