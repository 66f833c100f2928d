/** A random generator with a seed. Each actor has its own, so that the pace of one doesn't change the choices of another. */
export class Dice {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1 (mulberry32). */
  roll(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(share: number): boolean {
    return this.roll() < share;
  }

  between(least: number, most: number): number {
    return least + this.roll() * (most - least);
  }

  /** One of them; undefined where there is none. */
  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.roll() * items.length)];
  }

  /** Dice of another actor. */
  fork(number: number): Dice {
    return new Dice(Math.imul(this.seed ^ 0x9e3779b9, 2 * number + 1));
  }
}
