/**
 * A stream whose records are in the lane of their key: ready for state.
 */
import { storeSpec } from '../state/store-spec';
import type { Aggregator, Reduced } from '../window/aggregator';
import { counting, reducing } from '../window/aggregator';
import type { LateOptions } from '../window/late';
import type { TimeWindow } from '../window/time-window';
import type { Processor, StoreSpecs } from './process-operator';
import type { Stream } from './stream';
import type { TopologyGraph } from './topology-graph';
import { TrailingStream, type TrailingWindow } from './trailing-stream';
import { WindowedStream } from './windowed-stream';

/** Options of an aggregate without windows. */
export interface TableAggregateOptions<V, A> {
  /** Names the store; unique in the topology. */
  readonly name: string;
  readonly aggregator: Aggregator<V, A>;
  /** Default 1. */
  readonly schemaVersion?: number;
}

/** Made by `groupByKey` and `groupBy`. Records with a null key are dropped and counted. */
export class GroupedStream<V> {
  constructor(
    private readonly graph: TopologyGraph,
    private readonly stream: Stream<V>,
  ) {}

  /** Tumbling or hopping windows. @param options.graceMs >= 0 */
  windowedBy(window: TimeWindow, options: LateOptions): WindowedStream<V> {
    return new WindowedStream(this.graph, this.stream, { window, late: options });
  }

  /** A window that ends with each record: (t - sizeMs, t]. */
  trailing(window: TrailingWindow): TrailingStream<V> {
    return new TrailingStream(this.graph, this.stream, window);
  }

  /** An aggregate over all records of a key; each update is emitted with the newest event time. */
  aggregate<A>(options: TableAggregateOptions<V, A>): Stream<A> {
    const { name, aggregator, schemaVersion = 1 } = options;
    const held = storeSpec<{ readonly value: A; readonly maxMs: number }>(name, { schemaVersion });
    return this.process<A, { readonly held: typeof held }>(
      { held },
      {
        name,
        process: (record, context) => {
          const { key } = record;
          if (key === null) return;
          const before = context.stores.held.get(key);
          const value = aggregator.add(before?.value ?? aggregator.init(), record.value, record);
          const maxMs = Math.max(before?.maxMs ?? record.timestampMs, record.timestampMs);
          context.stores.held.put(key, { value, maxMs });
          context.forward(value, { timestampMs: maxMs });
        },
      },
    );
  }

  /** Number of records of each key. */
  count(options: { readonly name: string }): Stream<number> {
    return this.aggregate({ name: options.name, aggregator: counting });
  }

  /** First value, then `combine(aggregate, value)`. */
  reduce(options: {
    readonly name: string;
    readonly combine: (aggregate: V, value: V) => V;
  }): Stream<V> {
    const aggregator: Aggregator<V, Reduced<V>> = reducing(options.combine);
    return this.aggregate({ name: options.name, aggregator }).flatMap((held) =>
      held === null ? [] : [held.value],
    );
  }

  /** Code of your own with stores; records with a null key never reach it. */
  process<W, S extends StoreSpecs>(stores: S, processor: Processor<V, W, S>): Stream<W> {
    return this.stream.process(stores, {
      ...processor,
      process: (record, context) => {
        if (record.key === null) context.drop('nullKey', record);
        else processor.process(record, context);
      },
    });
  }
}
