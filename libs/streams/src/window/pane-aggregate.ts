/**
 * Hopping aggregates by panes: a record is added once, to the slice of its time; a window is the
 * merge of its slices. Windows that hold the same slices are judged together, so a record costs
 * as much with 5 windows as with 1,000. Source: Traub et al., stream slicing, EDBT 2019.
 */
import type { EpochMs } from '@millrace/event-log';
import { type KeyValueStore, type StoreSpec, storeSpec } from '../state/store-spec';
import type { Receiver, StreamRecord } from '../topology/stream-record';
import { dropRecord, type Wiring } from '../topology/wiring';
import { type CrossingWindows, crossingWindows, markFired } from './pane-crossing';
import { KeyPanes, mergePanes, type Pane, paneSizeMs, paneStart } from './panes';
import { refuse } from './refuse-late';
import {
  firstStartAfter,
  type WindowBounds,
  windowStartAtOrBefore,
  windowStarts,
} from './time-window';
import type { AggregateOutlets, WindowAggregateParts } from './window-aggregate';
import { parseWindowKey, WindowIndex, windowKey } from './window-index';

const NEVER_FIRED: readonly number[] = [];

/** The store of such an aggregate. */
export const paneStoreSpec = <A>(name: string, version: number): StoreSpec<Pane<A>> =>
  storeSpec<Pane<A>>(name, { schemaVersion: version });

type PaneParts<V, A> = WindowAggregateParts<V, A> & { readonly spec: StoreSpec<Pane<A>> };

/** Wires the aggregate for one lane. */
export const wirePaneAggregate = <V, A>(
  parts: PaneParts<V, A>,
  wiring: Wiring,
  outlets: AggregateOutlets<V, A>,
): Receiver<V> => {
  const operator = new PaneAggregate(parts, wiring, outlets);
  return (record) => operator.receive(record);
};

class PaneAggregate<V, A> {
  readonly #store: KeyValueStore<Pane<A>>;
  readonly #index = new WindowIndex();
  readonly #byKey = new KeyPanes<A>();
  readonly #clock;
  readonly #paneMs: number;
  /** Starts up to this one are closed. */
  #closedThroughMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly parts: PaneParts<V, A>,
    private readonly wiring: Wiring,
    private readonly outlets: AggregateOutlets<V, A>,
  ) {
    this.#paneMs = paneSizeMs(parts.window);
    this.#store = wiring.store(parts.spec);
    this.#clock = wiring.clock(parts.name);
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
    const { window } = parts;
    const newestMs = windowStartAtOrBefore(window, timestampMs);
    if (newestMs > this.#closedThroughMs && (newestMs >= 0 || !window.clampStartAtZero)) {
      this.#count(record, key);
    }
    const oldestMs = firstStartAfter(window, timestampMs - window.sizeMs);
    if (oldestMs <= this.#closedThroughMs) this.#refuse(record);
  }

  #count(record: StreamRecord<V>, key: string): void {
    const { aggregator, window, emit } = this.parts;
    const { timestampMs } = record;
    const startMs = paneStart(window, this.#paneMs, timestampMs);
    const stored = windowKey(startMs, key);
    const before = this.#store.get(stored);
    const value = aggregator.add(before?.value ?? aggregator.init(), record.value, record);
    const maxMs = Math.max(before?.maxMs ?? timestampMs, timestampMs);
    let pane: Pane<A> = { startMs, value, maxMs, fired: before?.fired ?? NEVER_FIRED };
    if (before === undefined) this.#index.add(startMs, key);
    const panes = this.#byKey.set(key, pane);
    if (emit.kind === 'firstWhen') {
      const crossing = crossingWindows(panes, pane, {
        window,
        paneMs: this.#paneMs,
        closedThroughMs: this.#closedThroughMs,
        aggregator,
        predicate: emit.predicate,
      });
      if (crossing.length > 0) {
        pane = markFired(pane, crossing);
        this.#byKey.set(key, pane);
        for (const found of crossing) this.#sendCrossing(key, found);
      }
    }
    this.#store.put(stored, pane);
  }

  #sendCrossing(key: string, found: CrossingWindows<A>): void {
    const { hopMs } = this.parts.window;
    for (let startMs = found.firstMs; startMs <= found.lastMs; startMs += hopMs) {
      this.#send(key, startMs, found);
    }
  }

  #refuse(record: StreamRecord<V>): void {
    const { window, name } = this.parts;
    const windows: WindowBounds[] = [];
    for (const startMs of windowStarts(window, record.timestampMs)) {
      if (startMs > this.#closedThroughMs) break;
      windows.push({ startMs, endMs: startMs + window.sizeMs });
    }
    const nowMs = this.#clock.nowMs;
    if (windows.length === 0 || nowMs === undefined) return;
    const to = { wiring: this.wiring, outlet: this.outlets.late };
    refuse({ operator: name, windows, nowMs }, record, to);
  }

  #advance(nowMs: EpochMs): void {
    const throughMs = this.#throughMs(nowMs);
    if (throughMs <= this.#closedThroughMs) return;
    if (this.parts.emit.kind === 'onClose') this.#emitClosed(throughMs);
    this.#closedThroughMs = throughMs;
    // A pane goes with the newest window that holds it.
    const goneMs = throughMs + this.parts.window.hopMs - 1;
    for (
      let gone = this.#index.takeUpTo(goneMs);
      gone !== undefined;
      gone = this.#index.takeUpTo(goneMs)
    ) {
      for (const key of gone.keys) {
        this.#store.delete(windowKey(gone.startMs, key));
        this.#byKey.remove(key, gone.startMs);
      }
    }
  }

  #emitClosed(throughMs: EpochMs): void {
    const { window } = this.parts;
    const paneStarts = this.#index.starts;
    let firstPane = 0;
    let startMs = Number.NEGATIVE_INFINITY;
    while (firstPane < paneStarts.length) {
      // The next window that holds a pane; a jump of time skips the empty ones between.
      const paneStartMs = paneStarts[firstPane] ?? 0;
      const holdsMs = firstStartAfter(window, paneStartMs + this.#paneMs - 1 - window.sizeMs);
      const openMs = firstStartAfter(window, Math.max(this.#closedThroughMs, holdsMs - 1));
      startMs = Math.max(startMs + window.hopMs, openMs);
      if (startMs > throughMs) return;
      if (startMs >= 0 || !window.clampStartAtZero) this.#emitWindow(startMs, firstPane);
      while (
        firstPane < paneStarts.length &&
        (paneStarts[firstPane] ?? 0) < startMs + window.hopMs
      ) {
        firstPane += 1;
      }
    }
  }

  #emitWindow(startMs: EpochMs, firstPane: number): void {
    const endMs = startMs + this.parts.window.sizeMs;
    const keys = new Set<string>();
    const { starts } = this.#index;
    for (let at = firstPane; at < starts.length && (starts[at] ?? endMs) < endMs; at += 1) {
      for (const key of this.#index.keysAt(starts[at] ?? 0)) keys.add(key);
    }
    for (const key of [...keys].sort()) {
      const merged = mergePanes(this.#byKey.of(key), { startMs, endMs }, this.parts.aggregator);
      if (merged !== undefined) this.#send(key, startMs, merged);
    }
  }

  #send(key: string, startMs: EpochMs, result: { value: A; maxMs: EpochMs }): void {
    const value = { startMs, endMs: startMs + this.parts.window.sizeMs, value: result.value };
    const clockMs = Math.min(result.maxMs, this.#clock.nowMs ?? result.maxMs);
    this.outlets.results({ key, value, timestampMs: result.maxMs, clockMs, headers: {} });
  }

  #throughMs(nowMs: EpochMs): EpochMs {
    const { window, graceMs } = this.parts;
    return windowStartAtOrBefore(window, nowMs - graceMs - window.sizeMs);
  }

  #rebuild(): void {
    for (const [stored, pane] of this.#store.entries()) {
      const { startMs, key } = parseWindowKey(stored);
      this.#index.add(startMs, key);
      this.#byKey.set(key, pane);
    }
    const { nowMs } = this.#clock;
    if (nowMs !== undefined) this.#closedThroughMs = this.#throughMs(nowMs);
  }
}
