/**
 * The graph under construction: nodes, stores, inputs, and which of them share a sub-topology.
 */
import type { LogRecord } from '@millrace/event-log';
import type { StoreSpec } from '../state/store-spec';
import { InvalidTopologyError } from '../streams.errors';
import type { LateRecord, Windowed } from '../window/late';
import type { AggregatedStream } from './aggregated-stream';
import type { StreamNode } from './stream-node';
import type { Receiver, StreamRecord } from './stream-record';
import type { Wiring } from './wiring';

/** A node as `describe` shows it. */
export interface NodeInfo {
  readonly id: string;
  readonly kind: string;
  readonly parents: readonly string[];
  readonly store?: string;
  readonly topic?: string;
}

/** What decoding a record of an input gives. */
export type Decoded<V> =
  | { readonly kind: 'record'; readonly record: StreamRecord<V> }
  | { readonly kind: 'skip' }
  | { readonly kind: 'undecodable'; readonly cause: unknown }
  | {
      readonly kind: 'marker';
      readonly lane: number;
      readonly watermarkMs: number | null;
      readonly idle: boolean;
    };

/** What happens with records that cannot be decoded. */
export type UndecodablePolicy = 'stop' | 'dead-letter' | 'drop';

/** Where an input's records meet the task that takes them; hides their type. */
export interface InputVisitor<R> {
  visit<V>(input: TopologyInput<V>): R;
}

/** A topic that the topology reads. */
export interface TopologyInput<V> {
  readonly nodeId: string;
  readonly topic: string;
  readonly kind: 'source' | 'repartition';
  /** Bound on disorder within a lane, ms; watermark = highest clock - bound - 1. */
  readonly outOfOrdernessMs: number;
  decode(record: LogRecord): Decoded<V>;
  connect(wiring: Wiring): Receiver<V>;
}

/** An input whose record type is known to itself only. */
export type AnyInput = <R>(visitor: InputVisitor<R>) => R;

/** Makes streams for the builders that `Stream` itself makes, which must not import it back. */
export interface StreamFactory {
  aggregated<A, V>(
    graph: TopologyGraph,
    results: StreamNode<Windowed<A>>,
    late: StreamNode<LateRecord<V>> | undefined,
  ): AggregatedStream<A, V>;
}

/** Registry of a topology while it is declared. */
export class TopologyGraph {
  readonly nodes: NodeInfo[] = [];
  readonly stores = new Map<string, StoreSpec<unknown>>();
  readonly inputs: { readonly topic: string; readonly nodeId: string; readonly open: AnyInput }[] =
    [];
  readonly sinks: { readonly topic: string; readonly nodeId: string }[] = [];
  readonly repartitions: { readonly topic: string; readonly sinkId: string }[] = [];
  readonly #group = new Map<string, string>();
  #counter = 0;

  constructor(
    readonly topologyId: string,
    readonly streams: StreamFactory,
  ) {}

  refuse(problem: string): never {
    throw new InvalidTopologyError(this.topologyId, problem);
  }

  /** Adds a node that lives in the sub-topology of its parents. */
  add(kind: string, parents: readonly string[], more: Partial<NodeInfo> = {}): string {
    this.#counter += 1;
    const id = more.id ?? `${kind}-${this.#counter}`;
    if (this.nodes.some((node) => node.id === id)) this.refuse(`two nodes are named ${id}`);
    this.nodes.push({ kind, parents, ...more, id });
    this.#group.set(id, id);
    // The node behind a repartition topic starts a sub-topology of its own.
    if (kind !== 'repartition-source') {
      for (const parent of parents) this.#group.set(this.groupOf(parent), this.groupOf(id));
    }
    return id;
  }

  addStore(spec: StoreSpec<unknown>): void {
    if (!/^[a-z0-9][a-z0-9-]{0,79}$/.test(spec.name)) {
      this.refuse(`store name ${spec.name} is not 1 to 80 characters of a-z 0-9 -`);
    }
    const { schemaVersion } = spec;
    if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > 255) {
      this.refuse(`store ${spec.name} has schema version ${schemaVersion}, not 1 to 255`);
    }
    if (this.stores.has(spec.name)) this.refuse(`two stores are named ${spec.name}`);
    this.stores.set(spec.name, spec);
  }

  addInput<V>(input: TopologyInput<V>): void {
    if (this.inputs.some((other) => other.topic === input.topic)) {
      this.refuse(`topic ${input.topic} is read twice: read it once and branch the stream`);
    }
    const { topic, nodeId } = input;
    this.inputs.push({ topic, nodeId, open: (visitor) => visitor.visit(input) });
  }

  /** Name of the sub-topology of a node: equal for all nodes that are connected directly. */
  groupOf(nodeId: string): string {
    let root = nodeId;
    for (let next = this.#group.get(root); next !== undefined && next !== root; ) {
      root = next;
      next = this.#group.get(root);
    }
    return root;
  }
}
