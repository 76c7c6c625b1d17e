/**
 * Aggregates over the window that ends with each record.
 */
import type { Aggregator } from '../window/aggregator';
import type { Emission } from '../window/emission';
import { checkedGraceMs, type LateOptions, type LateRecord, type Windowed } from '../window/late';
import { trailingStoreSpec, wireTrailingAggregate } from '../window/trailing-aggregate';
import type { AggregatedStream } from './aggregated-stream';
import type { Stream } from './stream';
import { StreamNode } from './stream-node';
import type { TopologyGraph } from './topology-graph';

/** A trailing window: for a record of time t it covers (t - sizeMs, t]. */
export interface TrailingWindow extends LateOptions {
  /** > 0. A record exactly sizeMs older is outside. */
  readonly sizeMs: number;
  /** Bound on kept records per key; the oldest leave, counted as `capacity`. Default 10,000. */
  readonly maxRecordsPerKey?: number;
}

/** Options of a trailing aggregate. */
export interface TrailingAggregateOptions<V, A> {
  readonly name: string;
  readonly aggregator: Aggregator<V, A>;
  /**
   * `eager`: for each record the window that ends with it, and, after a record out of order, again
   * the windows of kept records that now hold it, ascending by end. `firstWhen`: only where the
   * predicate turns true from one record of the key to the next.
   */
  readonly emit: Extract<Emission<A>, { kind: 'eager' | 'firstWhen' }>;
  readonly schemaVersion?: number;
}

/** Made by `trailing`. */
export class TrailingStream<V> {
  constructor(
    private readonly graph: TopologyGraph,
    private readonly stream: Stream<V>,
    private readonly window: TrailingWindow,
  ) {
    checkedGraceMs(window.graceMs);
    if (!Number.isSafeInteger(window.sizeMs) || window.sizeMs <= 0) {
      graph.refuse(`trailing window of ${window.sizeMs} ms is not a whole number above 0`);
    }
  }

  /**
   * One aggregate per record. Bounds of a result: startMs = t - sizeMs + 1, endMs = t + 1
   * (exclusive), so that [startMs, endMs) is (t - sizeMs, t]. Values are kept in the store as they
   * came: map the stream to what the aggregate needs first.
   */
  aggregate<A>(options: TrailingAggregateOptions<V, A>): AggregatedStream<A, V> {
    const { name, aggregator, emit, schemaVersion = 1 } = options;
    const spec = trailingStoreSpec<V>(name, schemaVersion);
    this.graph.addStore(spec);
    const parents = [this.stream.node.id];
    const id = this.graph.add('trailing-aggregate', parents, { id: name, store: name });
    const results = new StreamNode<Windowed<A>>(id);
    const wantsLate = this.window.late === 'sideOutput';
    const late = wantsLate ? new StreamNode<LateRecord<V>>(id) : undefined;
    const { sizeMs, graceMs, maxRecordsPerKey = 10_000 } = this.window;
    const parts = { name, aggregator, emit, spec, sizeMs, graceMs, maxRecordsPerKey };
    this.stream.node.attach((wiring) =>
      wireTrailingAggregate(parts, wiring, {
        results: results.outlet(wiring),
        late: late?.outlet(wiring),
      }),
    );
    return this.graph.streams.aggregated(this.graph, results, late);
  }
}
