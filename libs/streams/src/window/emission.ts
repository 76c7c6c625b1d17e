/**
 * When an aggregate gives results.
 */

/** When results leave an aggregate; make it with `eager`, `onClose`, `everyMs`, `firstWhen`. */
export type Emission<A> =
  | { readonly kind: 'eager' }
  | { readonly kind: 'onClose' }
  | { readonly kind: 'every'; readonly intervalMs: number }
  | { readonly kind: 'firstWhen'; readonly predicate: (aggregate: A) => boolean };

/** Every update at once; no retractions. */
export const eager: { readonly kind: 'eager' } = { kind: 'eager' };

/** One final result per window, in the step whose record closes it. */
export const onClose: { readonly kind: 'onClose' } = { kind: 'onClose' };

/**
 * Newest values of what changed, on a grid of event time, and what is unsent when a window closes.
 * @param intervalMs distance of the grid's points, counted from 1970; > 0
 */
export const everyMs = (
  intervalMs: number,
): { readonly kind: 'every'; readonly intervalMs: number } => ({ kind: 'every', intervalMs });

/**
 * One result per window, at the first record after which the predicate holds. On a trailing
 * window: at each record whose window holds while the window of the record before it did not.
 * @param predicate pure; the aggregate must not be changed by it
 */
export const firstWhen = <A>(
  predicate: (aggregate: A) => boolean,
): { readonly kind: 'firstWhen'; readonly predicate: (aggregate: A) => boolean } => ({
  kind: 'firstWhen',
  predicate,
});
