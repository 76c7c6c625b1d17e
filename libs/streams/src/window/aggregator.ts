/**
 * What an aggregate computes.
 */
import type { StreamRecord } from '../topology/stream-record';

/** Pure functions; none changes its arguments. Aggregates are plain data (also Map and Set). */
export interface Aggregator<V, A> {
  /** The aggregate of nothing. */
  init(): A;
  add(aggregate: A, value: V, record: StreamRecord<V>): A;
  /**
   * Aggregate of two parts, `earlier` first; `merge(init(), x)` equals x. With it, hopping windows
   * that emit `onClose` or `firstWhen` are computed by panes, at a cost free of size / hop.
   */
  merge?(earlier: A, later: A): A;
}

/** Number of records, also those with a null value. */
export const counting: Aggregator<unknown, number> = {
  init: () => 0,
  add: (count) => count + 1,
  merge: (earlier, later) => earlier + later,
};

/** What `reducing` holds: nothing yet, or the value. */
export type Reduced<V> = { readonly value: V } | null;

/** The first value as it is, then `combine(aggregate, value)` in order of arrival. */
export const reducing = <V>(combine: (aggregate: V, value: V) => V): Aggregator<V, Reduced<V>> => ({
  init: () => null,
  add: (held, value) => ({ value: held === null ? value : combine(held.value, value) }),
});
