/**
 * Sticky placement: every lane has one member, loads differ by at most one, and as few lanes as
 * possible move.
 */

/**
 * Places lanes on members.
 *
 * @param lanes number of lanes
 * @param held lanes that each member holds now, in the order of joining; disjoint
 * @returns lanes of each member, ascending, in the same order
 */
export const placeLanes = (
  lanes: number,
  held: readonly (readonly number[])[],
): readonly (readonly number[])[] => {
  if (held.length === 0) return [];
  const quotas = quotasFor(lanes, held);
  const placed = held.map((own, index) => own.slice(0, quotas[index] ?? 0));
  const kept = new Set(placed.flat());
  const free: number[] = [];
  for (let lane = 0; lane < lanes; lane++) if (!kept.has(lane)) free.push(lane);
  return placed.map((own, index) => {
    const added = free.splice(0, (quotas[index] ?? 0) - own.length);
    return [...own, ...added].sort((a, b) => a - b);
  });
};

// With 5 lanes on 2 members the one that holds more now gets 3: nothing moves without need.
const quotasFor = (lanes: number, held: readonly (readonly number[])[]): readonly number[] => {
  const least = Math.floor(lanes / held.length);
  const larger = lanes - least * held.length;
  const byLoad = held
    .map((own, index) => ({ index, load: own.length }))
    .sort((a, b) => b.load - a.load || a.index - b.index);
  const quotas = held.map(() => least);
  for (const { index } of byLoad.slice(0, larger)) quotas[index] = least + 1;
  return quotas;
};
