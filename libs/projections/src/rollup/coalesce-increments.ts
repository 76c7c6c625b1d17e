/**
 * A batch of increments as one row per bucket and dimensions: what a store has to touch.
 */
import type { RollupDefinition, RollupIncrement } from '../analytics-store.port';
import { bucketStart } from './check-rollup';

/** Sum of a batch for one bucket and one set of dimensions. */
export interface RollupDelta {
  readonly bucketStartMs: number;
  readonly dimensions: readonly string[];
  /** In the order of the definition. */
  readonly measures: readonly number[];
}

/** Sums by (bucket, dimensions), in order of first occurrence; sums of 0 are kept. */
export const coalesceIncrements = (
  definition: RollupDefinition,
  increments: readonly RollupIncrement[],
): readonly RollupDelta[] => {
  const deltas = new Map<string, RollupDelta & { readonly measures: number[] }>();
  for (const { atMs, dimensions, measures } of increments) {
    const bucketStartMs = bucketStart(atMs, definition.bucketMs);
    const key = rollupKey(bucketStartMs, dimensions);
    const known = deltas.get(key);
    if (known === undefined) {
      deltas.set(key, { bucketStartMs, dimensions, measures: [...measures] });
    } else {
      measures.forEach((value, at) => {
        known.measures[at] = (known.measures[at] ?? 0) + value;
      });
    }
  }
  return [...deltas.values()];
};

/** Key of a row; dimensions hold no control character, so the separator is safe. */
export const rollupKey = (bucketStartMs: number, dimensions: readonly string[]): string =>
  `${bucketStartMs}\u001f${dimensions.join('\u001f')}`;
