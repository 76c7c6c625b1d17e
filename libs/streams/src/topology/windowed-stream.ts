/**
 * Aggregates over tumbling and hopping windows.
 */
import { type Aggregator, counting, type Reduced, reducing } from '../window/aggregator';
import { type Emission, eager } from '../window/emission';
import { checkedGraceMs, type LateOptions, type LateRecord, type Windowed } from '../window/late';
import { paneStoreSpec, wirePaneAggregate } from '../window/pane-aggregate';
import type { TimeWindow } from '../window/time-window';
import {
  type WindowAggregateParts,
  windowStoreSpec,
  wireWindowAggregate,
} from '../window/window-aggregate';
import type { AggregatedStream } from './aggregated-stream';
import type { Stream } from './stream';
import { StreamNode } from './stream-node';
import type { TopologyGraph } from './topology-graph';

/** Options of a windowed aggregate. */
export interface WindowedAggregateOptions<V, A> {
  /** Names operator and store; unique in the topology. */
  readonly name: string;
  readonly aggregator: Aggregator<V, A>;
  /** Default `eager`. */
  readonly emit?: Emission<A>;
  /** Schema version of the aggregate in the store; default 1. */
  readonly schemaVersion?: number;
}

/** Made by `windowedBy`. */
export class WindowedStream<V> {
  constructor(
    private readonly graph: TopologyGraph,
    private readonly stream: Stream<V>,
    private readonly windowing: { readonly window: TimeWindow; readonly late: LateOptions },
  ) {
    checkedGraceMs(windowing.late.graceMs);
  }

  /**
   * An aggregate per key and window. Hopping windows that emit `onClose` or `firstWhen` with an
   * aggregator that can merge are kept as panes.
   */
  aggregate<A>(options: WindowedAggregateOptions<V, A>): AggregatedStream<A, V> {
    const { name, aggregator, emit = eager } = options;
    const { window, late } = this.windowing;
    const version = options.schemaVersion ?? 1;
    if (emit.kind === 'every' && !(Number.isSafeInteger(emit.intervalMs) && emit.intervalMs > 0)) {
      this.graph.refuse(`${name}: emission every ${emit.intervalMs} ms is not above 0`);
    }
    const panes =
      aggregator.merge !== undefined &&
      window.hopMs < window.sizeMs &&
      (emit.kind === 'onClose' || emit.kind === 'firstWhen');
    const id = this.graph.add(
      panes ? 'pane-aggregate' : 'window-aggregate',
      [this.stream.node.id],
      {
        id: name,
        store: name,
      },
    );
    const parts = { name, window, graceMs: late.graceMs, aggregator, emit };
    const outlets = {
      results: new StreamNode<Windowed<A>>(id),
      late: late.late === 'sideOutput' ? new StreamNode<LateRecord<V>>(id) : undefined,
    };
    if (panes) this.attachPanes(parts, outlets, version);
    else this.attachWindows(parts, outlets, version);
    return this.graph.streams.aggregated(this.graph, outlets.results, outlets.late);
  }

  /** Number of records per key and window. */
  count(options: {
    readonly name: string;
    readonly emit?: Emission<number>;
  }): AggregatedStream<number, V> {
    return this.aggregate({ ...options, aggregator: counting });
  }

  /** First value, then `combine(aggregate, value)`, per key and window. */
  reduce(options: {
    readonly name: string;
    readonly combine: (aggregate: V, value: V) => V;
    readonly emit?: Exclude<Emission<V>, { kind: 'firstWhen' }>;
  }): Stream<Windowed<V>> {
    const aggregator: Aggregator<V, Reduced<V>> = reducing(options.combine);
    const { name, emit = eager } = options;
    return this.aggregate({ name, aggregator, emit }).flatMap(({ value, startMs, endMs }) =>
      value === null ? [] : [{ value: value.value, startMs, endMs }],
    );
  }

  private attachPanes<A>(
    parts: WindowAggregateParts<V, A>,
    outlets: Outlets<V, A>,
    version: number,
  ): void {
    const spec = paneStoreSpec<A>(parts.name, version);
    this.graph.addStore(spec);
    this.stream.node.attach((wiring) =>
      wirePaneAggregate({ ...parts, spec }, wiring, {
        results: outlets.results.outlet(wiring),
        late: outlets.late?.outlet(wiring),
      }),
    );
  }

  private attachWindows<A>(
    parts: WindowAggregateParts<V, A>,
    outlets: Outlets<V, A>,
    version: number,
  ): void {
    const spec = windowStoreSpec<A>(parts.name, version);
    this.graph.addStore(spec);
    this.stream.node.attach((wiring) =>
      wireWindowAggregate({ ...parts, spec }, wiring, {
        results: outlets.results.outlet(wiring),
        late: outlets.late?.outlet(wiring),
      }),
    );
  }
}

interface Outlets<V, A> {
  readonly results: StreamNode<Windowed<A>>;
  readonly late: StreamNode<LateRecord<V>> | undefined;
}
