/**
 * Panes: slices of time of one key, from which windows are merged.
 */
import type { EpochMs } from '@millrace/event-log';
import type { Aggregator } from './aggregator';
import { type TimeWindow, type WindowBounds, windowStartAtOrBefore } from './time-window';

/** A slice [startMs, startMs + pane size) of one key. */
export interface Pane<A> {
  readonly startMs: EpochMs;
  readonly value: A;
  /** Newest event time in it. */
  readonly maxMs: EpochMs;
  /** Windows that fired on a record of this slice, as pairs of first and last start. */
  readonly fired: readonly number[];
}

/** Length of the slices of which each window is a whole number: gcd of size and hop. */
export const paneSizeMs = (window: TimeWindow): number => {
  let [a, b] = [window.sizeMs, window.hopMs];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
};

/** Start of the slice that holds a point in time. */
export const paneStart = (window: TimeWindow, paneMs: number, timeMs: EpochMs): EpochMs =>
  windowStartAtOrBefore({ ...window, hopMs: paneMs }, timeMs);

/** The panes of each key, ascending by start: an index over the store. */
export class KeyPanes<A> {
  readonly #panes = new Map<string, Pane<A>[]>();

  /** Sets or replaces one pane; gives all panes of the key. */
  set(key: string, pane: Pane<A>): readonly Pane<A>[] {
    const panes = this.#panes.get(key);
    if (panes === undefined) {
      const first = [pane];
      this.#panes.set(key, first);
      return first;
    }
    let at = panes.length;
    while (at > 0 && (panes[at - 1]?.startMs ?? 0) > pane.startMs) at -= 1;
    const replaces = at > 0 && panes[at - 1]?.startMs === pane.startMs;
    panes.splice(replaces ? at - 1 : at, replaces ? 1 : 0, pane);
    return panes;
  }

  remove(key: string, startMs: EpochMs): void {
    const panes = this.#panes.get(key);
    if (panes === undefined) return;
    const at = panes.findIndex((pane) => pane.startMs === startMs);
    if (at >= 0) panes.splice(at, 1);
    if (panes.length === 0) this.#panes.delete(key);
  }

  of(key: string): readonly Pane<A>[] {
    return this.#panes.get(key) ?? [];
  }
}

/** The aggregate over the panes inside of a window; undefined when there is none. */
export const mergePanes = <A>(
  panes: readonly Pane<A>[],
  bounds: WindowBounds,
  aggregator: Aggregator<never, A>,
): { value: A; maxMs: EpochMs } | undefined => {
  let merged: { value: A; maxMs: EpochMs } | undefined;
  for (const pane of panes) {
    if (pane.startMs < bounds.startMs) continue;
    if (pane.startMs >= bounds.endMs) break;
    merged = merged === undefined ? pane : mergeTwo(aggregator, merged, pane);
  }
  return merged;
};

/** Two neighbouring parts as one. */
export const mergeTwo = <A>(
  aggregator: Aggregator<never, A>,
  earlier: { readonly value: A; readonly maxMs: EpochMs },
  later: { readonly value: A; readonly maxMs: EpochMs },
): { value: A; maxMs: EpochMs } => ({
  value: aggregator.merge?.(earlier.value, later.value) ?? later.value,
  maxMs: Math.max(earlier.maxMs, later.maxMs),
});
