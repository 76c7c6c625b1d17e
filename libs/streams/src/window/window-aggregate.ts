/**
 * Tumbling and hopping aggregates with one entry per key and window. A window closes once
 * `end + grace <= now`, judged after the record at hand has moved the operator's time.
 */
import type { EpochMs } from '@millrace/event-log';
import { type KeyValueStore, type StoreSpec, storeSpec } from '../state/store-spec';
import { Punctuator } from '../time/punctuator';
import type { Receiver, StreamRecord } from '../topology/stream-record';
import { dropRecord, type Wiring } from '../topology/wiring';
import type { Aggregator } from './aggregator';
import type { Emission } from './emission';
import type { LateRecord, Windowed } from './late';
import { refuse } from './refuse-late';
import { type TimeWindow, type WindowBounds, windowStarts } from './time-window';
import { parseWindowKey, WindowIndex, windowKey } from './window-index';

/** What is kept of a window. */
export interface WindowEntry<A> {
  readonly value: A;
  /** Newest event time in the window. */
  readonly maxMs: EpochMs;
  /** `firstWhen`: whether the result has left. `every`: whether an update waits for the grid. */
  readonly flag: boolean;
}

/** What a windowed aggregate is made of. */
export interface WindowAggregateParts<V, A> {
  readonly name: string;
  readonly window: TimeWindow;
  readonly graceMs: number;
  readonly aggregator: Aggregator<V, A>;
  readonly emit: Emission<A>;
}

/** Where results and late records go. */
export interface AggregateOutlets<V, A> {
  readonly results: Receiver<Windowed<A>>;
  readonly late: Receiver<LateRecord<V>> | undefined;
}

/** The store of such an aggregate. */
export const windowStoreSpec = <A>(name: string, version: number): StoreSpec<WindowEntry<A>> =>
  storeSpec<WindowEntry<A>>(name, { schemaVersion: version });

/** Wires the aggregate for one lane. */
export const wireWindowAggregate = <V, A>(
  parts: WindowAggregateParts<V, A> & { readonly spec: StoreSpec<WindowEntry<A>> },
  wiring: Wiring,
  outlets: AggregateOutlets<V, A>,
): Receiver<V> => {
  const operator = new WindowAggregate(parts, wiring, outlets);
  return (record) => operator.receive(record);
};

class WindowAggregate<V, A> {
  readonly #store: KeyValueStore<WindowEntry<A>>;
  readonly #index = new WindowIndex();
  readonly #pending = new Set<string>();
  readonly #clock;
  readonly #grid: Punctuator | undefined;

  constructor(
    private readonly parts: WindowAggregateParts<V, A> & {
      readonly spec: StoreSpec<WindowEntry<A>>;
    },
    private readonly wiring: Wiring,
    private readonly outlets: AggregateOutlets<V, A>,
  ) {
    this.#store = wiring.store(parts.spec);
    this.#clock = wiring.clock(parts.name);
    const { emit } = parts;
    this.#grid = emit.kind === 'every' ? new Punctuator(emit.intervalMs) : undefined;
    this.#clock.onAdvance((nowMs) => this.#advance(nowMs));
    wiring.onRestored(() => this.#rebuild());
  }

  receive(record: StreamRecord<V>): void {
    const { parts, wiring } = this;
    const { key, timestampMs } = record;
    if (key === null) {
      dropRecord(wiring, { operator: parts.name, reason: 'nullKey' }, record);
      return;
    }
    this.#clock.observe(record.clockMs);
    const nowMs = this.#clock.nowMs;
    let refused: WindowBounds[] | undefined;
    for (const startMs of windowStarts(parts.window, timestampMs)) {
      const endMs = startMs + parts.window.sizeMs;
      if (nowMs !== undefined && endMs + parts.graceMs <= nowMs) {
        refused ??= [];
        refused.push({ startMs, endMs });
      } else {
        this.#update(record, key, startMs);
      }
    }
    if (refused !== undefined && nowMs !== undefined) {
      const late = { operator: parts.name, windows: refused, nowMs };
      refuse(late, record, { wiring, outlet: this.outlets.late });
    }
  }

  #update(record: StreamRecord<V>, key: string, startMs: EpochMs): void {
    const { aggregator, emit } = this.parts;
    const stored = windowKey(startMs, key);
    const before = this.#store.get(stored);
    if (before === undefined) this.#index.add(startMs, key);
    const value = aggregator.add(before?.value ?? aggregator.init(), record.value, record);
    const maxMs = Math.max(before?.maxMs ?? record.timestampMs, record.timestampMs);
    let flag = before?.flag ?? false;
    let emits = emit.kind === 'eager';
    if (emit.kind === 'firstWhen' && !flag) {
      flag = emit.predicate(value);
      emits = flag;
    } else if (emit.kind === 'every') {
      flag = true;
      this.#pending.add(stored);
    }
    this.#store.put(stored, { value, maxMs, flag });
    if (emits) this.#send(key, startMs, { value, maxMs });
  }

  #advance(nowMs: EpochMs): void {
    const { window, graceMs, emit } = this.parts;
    const limitMs = nowMs - graceMs - window.sizeMs;
    for (
      let closed = this.#index.takeUpTo(limitMs);
      closed !== undefined;
      closed = this.#index.takeUpTo(limitMs)
    ) {
      for (const key of closed.keys) this.#close(key, closed.startMs);
    }
    if (emit.kind === 'every' && this.#grid?.due(nowMs)) this.#sendPending();
  }

  #close(key: string, startMs: EpochMs): void {
    const stored = windowKey(startMs, key);
    const entry = this.#store.get(stored);
    this.#store.delete(stored);
    const unsent = this.#pending.delete(stored);
    const { kind } = this.parts.emit;
    if (entry !== undefined && (kind === 'onClose' || (kind === 'every' && unsent))) {
      this.#send(key, startMs, entry);
    }
  }

  #sendPending(): void {
    const waiting = [...this.#pending].map((stored) => ({ stored, ...parseWindowKey(stored) }));
    waiting.sort((a, b) => a.startMs - b.startMs || (a.key < b.key ? -1 : 1));
    this.#pending.clear();
    for (const { stored, startMs, key } of waiting) {
      const entry = this.#store.get(stored);
      if (entry === undefined) continue;
      this.#store.put(stored, { ...entry, flag: false });
      this.#send(key, startMs, entry);
    }
  }

  #send(key: string, startMs: EpochMs, entry: { value: A; maxMs: EpochMs }): void {
    const value = { startMs, endMs: startMs + this.parts.window.sizeMs, value: entry.value };
    const clockMs = Math.min(entry.maxMs, this.#clock.nowMs ?? entry.maxMs);
    this.outlets.results({ key, value, timestampMs: entry.maxMs, clockMs, headers: {} });
  }

  #rebuild(): void {
    for (const [stored, entry] of this.#store.entries()) {
      const { startMs, key } = parseWindowKey(stored);
      this.#index.add(startMs, key);
      if (entry.flag && this.parts.emit.kind === 'every') this.#pending.add(stored);
    }
    if (this.#clock.nowMs !== undefined) this.#grid?.due(this.#clock.nowMs);
  }
}
