/**
 * Which windows of a key cross a predicate because of one record.
 */
import type { EpochMs } from '@millrace/event-log';
import type { Aggregator } from './aggregator';
import { mergeTwo, type Pane } from './panes';
import { firstStartAfter, type TimeWindow, windowStartAtOrBefore } from './time-window';

/** Windows with equal content that cross together: starts from first to last, hop by hop. */
export interface CrossingWindows<A> {
  readonly firstMs: EpochMs;
  readonly lastMs: EpochMs;
  readonly value: A;
  readonly maxMs: EpochMs;
}

/** What judging needs besides the panes. */
export interface CrossingRule<A> {
  readonly window: TimeWindow;
  readonly paneMs: number;
  readonly closedThroughMs: EpochMs;
  readonly aggregator: Aggregator<never, A>;
  readonly predicate: (aggregate: A) => boolean;
}

type Part<A> = { readonly value: A; readonly maxMs: EpochMs };

/**
 * Open windows that hold `changed`, pass the predicate and have not fired before; ascending.
 * Cost: two merges per pane of the key within one size of the record, one judgement per group of
 * windows with equal content.
 */
export const crossingWindows = <A>(
  panes: readonly Pane<A>[],
  changed: Pane<A>,
  rule: CrossingRule<A>,
): readonly CrossingWindows<A>[] => {
  const { window, paneMs } = rule;
  const near = panes.filter(
    (pane) => Math.abs(pane.startMs - changed.startMs) <= window.sizeMs - paneMs,
  );
  const parts = partialMerges(near, near.indexOf(changed), rule.aggregator);
  const lastMs = windowStartAtOrBefore(window, changed.startMs);
  const found: CrossingWindows<A>[] = [];
  let startMs = firstStart(changed, rule);
  let [first, last] = [0, parts.at];
  while (startMs <= lastMs) {
    while ((near[first]?.startMs ?? startMs) < startMs) first += 1;
    while (fits(near[last + 1], startMs + window.sizeMs, paneMs)) last += 1;
    const nextMs = Math.min(lastMs + 1, nextChange(near, { first, last, rule }));
    const groupEndMs = windowStartAtOrBefore(window, nextMs - 1);
    const part = partOf(parts, { first, last }, rule.aggregator);
    if (part !== undefined && rule.predicate(part.value)) {
      for (const [firstMs, endMs] of unfired(near, [startMs, groupEndMs], window.hopMs)) {
        found.push({ firstMs, lastMs: endMs, value: part.value, maxMs: part.maxMs });
      }
    }
    startMs = groupEndMs + window.hopMs;
  }
  return found;
};

/** The pane with the crossed windows noted. */
export const markFired = <A>(pane: Pane<A>, crossed: readonly CrossingWindows<A>[]): Pane<A> => ({
  ...pane,
  fired: [...pane.fired, ...crossed.flatMap(({ firstMs, lastMs }) => [firstMs, lastMs])],
});

const firstStart = <A>(changed: Pane<A>, rule: CrossingRule<A>): EpochMs => {
  const { window, paneMs, closedThroughMs } = rule;
  const holdsMs = firstStartAfter(window, changed.startMs + paneMs - 1 - window.sizeMs);
  const floorMs = window.clampStartAtZero ? Math.max(closedThroughMs, -1) : closedThroughMs;
  return Number.isFinite(floorMs) ? Math.max(holdsMs, firstStartAfter(window, floorMs)) : holdsMs;
};

const fits = <A>(pane: Pane<A> | undefined, endMs: EpochMs, paneMs: number): boolean =>
  pane !== undefined && pane.startMs + paneMs <= endMs;

// The start at which the oldest pane leaves or the next newer one enters.
const nextChange = <A>(
  near: readonly Pane<A>[],
  at: { readonly first: number; readonly last: number; readonly rule: CrossingRule<A> },
): EpochMs => {
  const { window, paneMs } = at.rule;
  const leaves = near[at.first];
  const enters = near[at.last + 1];
  return Math.min(
    leaves === undefined ? Number.POSITIVE_INFINITY : leaves.startMs + 1,
    enters === undefined ? Number.POSITIVE_INFINITY : enters.startMs + paneMs - window.sizeMs,
  );
};

// before[i]: panes i to the changed one. after[j]: panes behind the changed one to j.
interface PartialMerges<A> {
  readonly at: number;
  readonly before: readonly (Part<A> | undefined)[];
  readonly after: readonly (Part<A> | undefined)[];
}

const partialMerges = <A>(
  near: readonly Pane<A>[],
  at: number,
  aggregator: Aggregator<never, A>,
): PartialMerges<A> => {
  const before: (Part<A> | undefined)[] = new Array(near.length).fill(undefined);
  const after: (Part<A> | undefined)[] = new Array(near.length).fill(undefined);
  let held: Part<A> | undefined;
  for (let i = at; i >= 0; i -= 1) {
    const pane = near[i];
    if (pane === undefined) continue;
    held = held === undefined ? pane : mergeTwo(aggregator, pane, held);
    before[i] = held;
  }
  held = undefined;
  for (let j = at + 1; j < near.length; j += 1) {
    const pane = near[j];
    if (pane === undefined) continue;
    held = held === undefined ? pane : mergeTwo(aggregator, held, pane);
    after[j] = held;
  }
  return { at, before, after };
};

const partOf = <A>(
  parts: PartialMerges<A>,
  range: { readonly first: number; readonly last: number },
  aggregator: Aggregator<never, A>,
): Part<A> | undefined => {
  const before = parts.before[range.first];
  const after = range.last > parts.at ? parts.after[range.last] : undefined;
  if (before === undefined || after === undefined) return before;
  return mergeTwo(aggregator, before, after);
};

// What is left of [first, last] without the ranges that have fired, in hops.
const unfired = <A>(
  near: readonly Pane<A>[],
  range: readonly [EpochMs, EpochMs],
  hopMs: number,
): readonly (readonly [EpochMs, EpochMs])[] => {
  let open: (readonly [EpochMs, EpochMs])[] = [range];
  for (const pane of near) {
    for (let at = 0; at + 1 < pane.fired.length; at += 2) {
      const [from, to] = [pane.fired[at] ?? 0, pane.fired[at + 1] ?? 0];
      open = open.flatMap((part) => without(part, [from, to], hopMs));
    }
  }
  return open;
};

const without = (
  [first, last]: readonly [EpochMs, EpochMs],
  [from, to]: readonly [EpochMs, EpochMs],
  hopMs: number,
): readonly (readonly [EpochMs, EpochMs])[] => {
  if (to < first || from > last) return [[first, last]];
  const left: (readonly [EpochMs, EpochMs])[] = [];
  if (from > first) left.push([first, from - hopMs]);
  if (to < last) left.push([to + hopMs, last]);
  return left;
};
