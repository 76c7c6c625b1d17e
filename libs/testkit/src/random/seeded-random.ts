/**
 * Chance as an argument: the same seed gives the same numbers on every machine and run.
 */

/** What a generator can be started with. */
export type Seed = number | bigint | string;

/**
 * A seeded generator (xoshiro128**, state filled by splitmix32). Not for secrets.
 * Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021.
 */
export class SeededRandom {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: Seed) {
    this.#seed = String(seed);
    const next = splitmix32(hashOf(this.#seed));
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1; // all four zero would stay zero for ever
  }

  /**
   * An independent generator for a part of the work. It depends on this one's seed and the label
   * alone, not on how many numbers were drawn: one part more changes no other part.
   */
  split(label: string | number): SeededRandom {
    return new SeededRandom(`${this.#seed}/${label}`);
  }

  /** 0 <= n < 2^32. */
  uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return result;
  }

  /** 0 <= x < 1, 53 bits. */
  next(): number {
    return ((this.uint32() >>> 5) * 67_108_864 + (this.uint32() >>> 6)) / 9_007_199_254_740_992;
  }

  /** An integer, both bounds included. @throws RangeError when max < min */
  int(min: number, max: number): number {
    if (!(max >= min)) throw new RangeError(`no integer from ${min} to ${max}`);
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** True with a probability of 0 to 1. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of them, all alike. @throws RangeError when there is none */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** A waiting time with this mean (Poisson arrivals). */
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }

  /** A standard normal deviate (Box-Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** The items in another order (Fisher-Yates); the argument stays as it is. */
  shuffle<T>(items: readonly T[]): readonly T[] {
    const rest = [...items];
    const shuffled: T[] = [];
    while (rest.length > 0) shuffled.push(...rest.splice(this.int(0, rest.length - 1), 1));
    return shuffled;
  }
}

const rotateLeft = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

// FNV-1a over UTF-16 units.
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
};

const splitmix32 = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  };
};
