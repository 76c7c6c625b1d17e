/**
 * Chance for the pauses of projectors: differs between processes by their seed, so that they do
 * not knock at a store that comes back all at once.
 */

/**
 * A generator of 0 <= x < 1 from a seed (FNV-1a, then splitmix32). Not for secrets.
 *
 * @param seed what tells processes apart, e.g. process id and view
 */
export const seededJitter = (seed: string): (() => number) => {
  let state = 0x811c9dc5;
  for (let at = 0; at < seed.length; at += 1) {
    state = Math.imul(state ^ seed.charCodeAt(at), 0x01000193);
  }
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
  };
};
