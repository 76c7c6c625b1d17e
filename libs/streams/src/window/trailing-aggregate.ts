/**
 * For each record of time t the aggregate over the records of its key in (t - size, t].
 */
import type { EpochMs } from '@millrace/event-log';
import { type KeyValueStore, type StoreSpec, storeSpec } from '../state/store-spec';
import type { Receiver, StreamRecord } from '../topology/stream-record';
import { dropRecord, type Wiring } from '../topology/wiring';
import type { Aggregator } from './aggregator';
import type { Emission } from './emission';
import { refuse } from './refuse-late';
import { floorTo } from './time-window';
import type { AggregateOutlets } from './window-aggregate';
import { WindowIndex } from './window-index';

/** Records of a key, ascending by time, equal times in order of arrival; columns, not rows. */
export interface TrailingState<V> {
  readonly timesMs: number[];
  readonly values: V[];
  /** Whether the predicate held in the window that ends there; 2: and a result has left. */
  readonly holds: number[];
}

/** What a trailing aggregate is made of. */
export interface TrailingParts<V, A> {
  readonly name: string;
  readonly sizeMs: number;
  readonly graceMs: number;
  readonly maxRecordsPerKey: number;
  readonly aggregator: Aggregator<V, A>;
  readonly emit: Extract<Emission<A>, { kind: 'eager' | 'firstWhen' }>;
  readonly spec: StoreSpec<TrailingState<V>>;
}

/** The store of such an aggregate. */
export const trailingStoreSpec = <V>(name: string, version: number): StoreSpec<TrailingState<V>> =>
  storeSpec<TrailingState<V>>(name, { schemaVersion: version });

/** Wires the aggregate for one lane. */
export const wireTrailingAggregate = <V, A>(
  parts: TrailingParts<V, A>,
  wiring: Wiring,
  outlets: AggregateOutlets<V, A>,
): Receiver<V> => {
  const operator = new TrailingAggregate(parts, wiring, outlets);
  return (record) => operator.receive(record);
};

class TrailingAggregate<V, A> {
  readonly #store: KeyValueStore<TrailingState<V>>;
  readonly #quiet = new WindowIndex();
  readonly #clock;

  constructor(
    private readonly parts: TrailingParts<V, A>,
    private readonly wiring: Wiring,
    private readonly outlets: AggregateOutlets<V, A>,
  ) {
    this.#store = wiring.store(parts.spec);
    this.#clock = wiring.clock(parts.name);
    this.#clock.onAdvance((nowMs) => this.#forgetQuietKeys(nowMs));
    wiring.onRestored(() => {
      for (const [key, state] of this.#store.entries()) this.#quiet.add(this.#bucketOf(state), key);
    });
  }

  receive(record: StreamRecord<V>): void {
    const { parts, wiring } = this;
    const { key, timestampMs } = record;
    if (key === null) {
      dropRecord(wiring, { operator: parts.name, reason: 'nullKey' }, record);
      return;
    }
    this.#clock.observe(record.clockMs);
    const nowMs = this.#clock.nowMs ?? Number.NEGATIVE_INFINITY;
    if (timestampMs + 1 + parts.graceMs <= nowMs) this.#refuse(record, nowMs);
    // Older than any window that can still be open: of no use to anybody.
    if (timestampMs <= nowMs - parts.graceMs - parts.sizeMs) return;
    this.#insert(record, key, nowMs);
  }

  #insert(record: StreamRecord<V>, key: string, nowMs: EpochMs): void {
    const before = this.#store.get(key);
    const state = before ?? { timesMs: [], values: [], holds: [] };
    const bucketMs = before === undefined ? undefined : this.#bucketOf(before);
    this.#trim(state, nowMs);
    let at = state.timesMs.length;
    while (at > 0 && (state.timesMs[at - 1] ?? 0) > record.timestampMs) at -= 1;
    state.timesMs.splice(at, 0, record.timestampMs);
    state.values.splice(at, 0, record.value);
    // A record of the same millisecond has already judged this window: keep what it found.
    const sameTime = at > 0 && state.timesMs[at - 1] === record.timestampMs;
    state.holds.splice(at, 0, sameTime ? (state.holds[at - 1] ?? 0) : 0);
    this.#capacity(state, record);
    this.#store.put(key, state);
    this.#moveBucket(key, bucketMs, this.#bucketOf(state));
    this.#judge(record, key, state);
  }

  // Windows that hold the new record end at its time or at a later kept record's.
  #judge(record: StreamRecord<V>, key: string, state: TrailingState<V>): void {
    const { sizeMs, graceMs } = this.parts;
    const nowMs = this.#clock.nowMs ?? Number.NEGATIVE_INFINITY;
    const { timesMs } = state;
    for (let at = 0; at < timesMs.length; at += 1) {
      const endMs = timesMs[at] ?? 0;
      if (endMs < record.timestampMs || timesMs[at + 1] === endMs) continue;
      if (endMs >= record.timestampMs + sizeMs) return;
      if (endMs + 1 + graceMs > nowMs) this.#judgeWindow({ key, at, endMs }, state, record);
    }
  }

  #judgeWindow(
    window: { readonly key: string; readonly at: number; readonly endMs: EpochMs },
    state: TrailingState<V>,
    record: StreamRecord<V>,
  ): void {
    const { emit } = this.parts;
    const { at, endMs } = window;
    const value = this.#fold(window.key, state, at);
    if (emit.kind === 'firstWhen') {
      const fired = state.holds[at] === 2;
      const holds = emit.predicate(value);
      const first = holds && !fired && !this.#heldBefore(state, at);
      state.holds[at] = fired || first ? 2 : holds ? 1 : 0;
      if (!first) return;
    }
    const startMs = endMs - this.parts.sizeMs + 1;
    const clockMs = Math.min(endMs, this.#clock.nowMs ?? endMs);
    const { headers } = record;
    const result = { startMs, endMs: endMs + 1, value };
    this.outlets.results({ key: window.key, value: result, timestampMs: endMs, clockMs, headers });
  }

  #heldBefore(state: TrailingState<V>, at: number): boolean {
    const endMs = state.timesMs[at] ?? 0;
    let before = at - 1;
    while (before >= 0 && state.timesMs[before] === endMs) before -= 1;
    return before >= 0 && (state.holds[before] ?? 0) > 0;
  }

  #fold(key: string, state: TrailingState<V>, at: number): A {
    const { aggregator, sizeMs } = this.parts;
    const afterMs = (state.timesMs[at] ?? 0) - sizeMs;
    let from = at;
    while (from > 0 && (state.timesMs[from - 1] ?? 0) > afterMs) from -= 1;
    let aggregate = aggregator.init();
    for (let i = from; i <= at; i += 1) {
      const timestampMs = state.timesMs[i] ?? 0;
      const value = state.values[i];
      if (value === undefined) continue;
      const record = { key, value, timestampMs, clockMs: timestampMs, headers: {} };
      aggregate = aggregator.add(aggregate, value, record);
    }
    return aggregate;
  }

  #trim(state: TrailingState<V>, nowMs: EpochMs): void {
    const goneMs = nowMs - this.parts.graceMs - this.parts.sizeMs;
    let count = 0;
    while (count < state.timesMs.length && (state.timesMs[count] ?? 0) <= goneMs) count += 1;
    if (count > 0) removeOldest(state, count);
  }

  #capacity(state: TrailingState<V>, record: StreamRecord<V>): void {
    const { maxRecordsPerKey, name } = this.parts;
    if (state.timesMs.length <= maxRecordsPerKey) return;
    removeOldest(state, state.timesMs.length - maxRecordsPerKey);
    dropRecord(this.wiring, { operator: name, reason: 'capacity' }, record);
  }

  #refuse(record: StreamRecord<V>, nowMs: EpochMs): void {
    const { name, sizeMs } = this.parts;
    const endMs = record.timestampMs + 1;
    const windows = [{ startMs: endMs - sizeMs, endMs }];
    const to = { wiring: this.wiring, outlet: this.outlets.late };
    refuse({ operator: name, windows, nowMs }, record, to);
  }

  #moveBucket(key: string, fromMs: EpochMs | undefined, toMs: EpochMs): void {
    if (fromMs === toMs) return;
    if (fromMs !== undefined) this.#quiet.remove(fromMs, key);
    this.#quiet.add(toMs, key);
  }

  // Keys are swept in steps of one size, so a key that went quiet leaves at most two sizes late.
  #bucketOf(state: TrailingState<V>): EpochMs {
    return floorTo(this.parts.sizeMs, state.timesMs[state.timesMs.length - 1] ?? 0);
  }

  #forgetQuietKeys(nowMs: EpochMs): void {
    const { sizeMs, graceMs } = this.parts;
    const limitMs = nowMs - graceMs - 2 * sizeMs;
    for (
      let gone = this.#quiet.takeUpTo(limitMs);
      gone !== undefined;
      gone = this.#quiet.takeUpTo(limitMs)
    ) {
      for (const key of gone.keys) this.#store.delete(key);
    }
  }
}

const removeOldest = <V>(state: TrailingState<V>, count: number): void => {
  state.timesMs.splice(0, count);
  state.values.splice(0, count);
  state.holds.splice(0, count);
};
