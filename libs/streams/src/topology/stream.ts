/**
 * The stream of the DSL: stateless operators, processors, grouping and outputs.
 */
import type { RecordHeaders } from '@millrace/event-log';
import { GroupedStream } from './grouped-stream';
import { type Processor, type StoreSpecs, type StoresOf, wireProcessor } from './process-operator';
import { repartition } from './repartition';
import { StreamNode } from './stream-node';
import { type StreamRecord, withKey, withValue } from './stream-record';
import type { TopologyGraph } from './topology-graph';
import type { Wiring } from './wiring';

/** How a record is written to a topic. */
export interface OutputMapping<V> {
  readonly value: (value: V, record: StreamRecord<V>) => string | Uint8Array | null;
  /** Record key; default the record's. */
  readonly key?: (value: V, record: StreamRecord<V>) => string | null;
  /** Default: none but `ce_time`, which is always set to the event time unless given here. */
  readonly headers?: (value: V, record: StreamRecord<V>) => RecordHeaders;
  /** Chooses the lane; default the record's key. null: the lane that writes it. */
  readonly routingKey?: (value: V, record: StreamRecord<V>) => string | null;
}

/** Records of one type on their way; each call adds an operator to the topology. */
export class Stream<V> {
  constructor(
    protected readonly graph: TopologyGraph,
    /** @internal */
    readonly node: StreamNode<V>,
    /** Whether the key may differ from the one that chose the lane. */
    protected readonly keyChanged: boolean,
  ) {}

  /** Another value under the same key, time and headers. */
  map<W>(mapper: (value: V, record: StreamRecord<V>) => W): Stream<W> {
    return this.derive('map', (_wiring, out) => (record) => {
      out(withValue(record, mapper(record.value, record)));
    });
  }

  /** Zero or more values under the same key, time and headers. */
  flatMap<W>(mapper: (value: V, record: StreamRecord<V>) => readonly W[]): Stream<W> {
    return this.derive('flatMap', (_wiring, out) => (record) => {
      for (const value of mapper(record.value, record)) out(withValue(record, value));
    });
  }

  /** Keeps what passes; a type guard narrows the stream. */
  filter<W extends V>(guard: (value: V) => value is W): Stream<W>;
  filter(predicate: (value: V, record: StreamRecord<V>) => boolean): Stream<V>;
  filter(predicate: (value: V, record: StreamRecord<V>) => boolean): Stream<V> {
    return this.derive<V>('filter', (_wiring, out) => (record) => {
      if (predicate(record.value, record)) out(record);
    });
  }

  /** Looks at each record; the function must not change it. */
  peek(look: (record: StreamRecord<V>) => void): Stream<V> {
    return this.derive<V>('peek', (_wiring, out) => (record) => {
      look(record);
      out(record);
    });
  }

  /** Another key. The lane is wrong for it until `groupByKey`. */
  selectKey(selector: (value: V, record: StreamRecord<V>) => string | null): Stream<V> {
    const select = this.derive<V>('selectKey', (_wiring, out) => (record) => {
      out(withKey(record, selector(record.value, record)));
    });
    return new Stream(this.graph, select.node, true);
  }

  /** Each record goes to the first branch whose predicate it passes, else to `rest`. */
  branch<N extends string>(
    predicates: Readonly<Record<N, (value: V, record: StreamRecord<V>) => boolean>>,
  ): Readonly<Record<N | 'rest', Stream<V>>> {
    const passes: ((value: V, record: StreamRecord<V>) => boolean)[] = Object.values(predicates);
    const choice = (record: StreamRecord<V>): number =>
      passes.findIndex((predicate) => predicate(record.value, record));
    const at = (index: number): Stream<V> =>
      this.derive<V>('branch', (_wiring, out) => (record) => {
        if (choice(record) === index) out(record);
      });
    const entries: (readonly unknown[])[] = Object.keys(predicates).map((name, index) => [
      name,
      at(index),
    ]);
    return Object.fromEntries([...entries, ['rest', at(-1)]]);
  }

  /** Records of both streams; both become parts of one sub-topology. */
  merge(other: Stream<V>): Stream<V> {
    const id = this.graph.add('merge', [this.node.id, other.node.id]);
    const node = new StreamNode<V>(id);
    this.node.attach((wiring) => node.outlet(wiring));
    other.node.attach((wiring) => node.outlet(wiring));
    return new Stream(this.graph, node, this.keyChanged || other.keyChanged);
  }

  /**
   * Code of your own with stores.
   * @param stores one spec or several by name: `{ cards: storeSpec<CardState>('cards') }`
   * @throws InvalidTopologyError when the key was changed: `groupByKey().process(...)` first
   *   moves each record to the lane of its key
   */
  process<W, S extends StoreSpecs>(stores: S, processor: Processor<V, W, S>): Stream<W> {
    if (this.keyChanged && Object.keys(stores).length > 0) {
      this.graph.refuse(`process ${processor.name}: the key was changed, use groupByKey() first`);
    }
    const names = Object.values(stores).map((spec) => spec.name);
    for (const spec of Object.values(stores)) this.graph.addStore(spec);
    const id = this.graph.add('process', [this.node.id], {
      id: processor.name,
      ...(names.length === 0 ? {} : { store: names.join('-and-') }),
    });
    const openStores = (wiring: Wiring): StoresOf<S> => {
      const opened: (readonly unknown[])[] = Object.entries(stores).map(([name, spec]) => [
        name,
        wiring.store(spec),
      ]);
      return Object.fromEntries(opened);
    };
    const node = new StreamNode<W>(id);
    this.node.attach((wiring) =>
      wireProcessor({ processor, openStores }, wiring, node.outlet(wiring)),
    );
    return new Stream(this.graph, node, this.keyChanged);
  }

  /** Groups by the key as it is; moves records to its lane when the key was changed. */
  groupByKey(options: { readonly name?: string } = {}): GroupedStream<V> {
    const moved = this.keyChanged ? this.repartitioned(options.name) : this;
    return new GroupedStream(this.graph, moved);
  }

  /**
   * Groups by another key: writes the records to `<topology>[-<name>]-repartition`, in the lane of
   * the new key, with their event times and the watermark of the lane they come from.
   * Values travel as plain data. Records with a null key are dropped and counted.
   */
  groupBy(
    selector: (value: V, record: StreamRecord<V>) => string | null,
    options: { readonly name?: string } = {},
  ): GroupedStream<V> {
    return new GroupedStream(this.graph, this.selectKey(selector).repartitioned(options.name));
  }

  /** Writes each record to a topic, in the transaction of its lane. */
  to(topic: string, mapping: OutputMapping<V>): void {
    const nodeId = this.graph.add('sink', [this.node.id], { topic });
    this.graph.sinks.push({ topic, nodeId });
    this.node.attach((wiring) => (record) => {
      const { value } = record;
      const routing = mapping.routingKey?.(value, record);
      wiring.emit({
        topic,
        route: routing === undefined ? record.key : routing,
        key: mapping.key === undefined ? record.key : mapping.key(value, record),
        value: mapping.value(value, record),
        headers: outputHeaders(mapping.headers?.(value, record), record.timestampMs),
        timestampMs: record.timestampMs,
      });
    });
  }

  private repartitioned(name: string | undefined): Stream<V> {
    return new Stream(this.graph, repartition(this.graph, this.node, name), false);
  }

  private derive<W>(
    kind: string,
    wire: (wiring: Wiring, out: (record: StreamRecord<W>) => void) => (r: StreamRecord<V>) => void,
  ): Stream<W> {
    const node = new StreamNode<W>(this.graph.add(kind, [this.node.id]));
    this.node.attach((wiring) => wire(wiring, node.outlet(wiring)));
    return new Stream(this.graph, node, this.keyChanged);
  }
}

const outputHeaders = (headers: RecordHeaders | undefined, eventMs: number): RecordHeaders =>
  headers?.['ce_time'] === undefined
    ? { ce_time: new Date(eventMs).toISOString(), ...headers }
    : headers;
