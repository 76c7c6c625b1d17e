/**
 * Chance from a seed: the same seed gives the same numbers on every machine.
 */

/** A source of numbers; each call moves it on. */
export interface SeededRandom {
  /** 0 <= x < 1. */
  next(): number;
  /** Integer, 0 <= x < bound. */
  below(bound: number): number;
  /** True with this probability; draws nothing when it is 0, so calm runs stay comparable. */
  chance(probability: number): boolean;
}

/**
 * @param seed integer; only its low 32 bits count
 * Source: mulberry32 (Tommy Ettinger, public domain)
 */
export const seededRandom = (seed: number): SeededRandom => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    below: (bound) => Math.floor(next() * bound),
    chance: (probability) => probability > 0 && next() < probability,
  };
};
