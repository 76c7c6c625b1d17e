/**
 * The entry to the DSL.
 */
import type { EpochMs, LogRecord } from '@millrace/event-log';
import { AggregatedStream } from './aggregated-stream';
import { Stream } from './stream';
import { StreamNode } from './stream-node';
import { Topology } from './topology';
import { type Decoded, TopologyGraph, type UndecodablePolicy } from './topology-graph';

/** How a topic's records become values with event time. */
export interface SourceOptions<V> {
  /**
   * @returns undefined for a record that is no concern of this topology (counted as `skipped`)
   * @throws anything: the record is undecodable, see `onUndecodable`
   */
  readonly decode: (record: LogRecord) => V | undefined;
  /** Event time, ms since 1970; not a safe integer: undecodable. */
  readonly timestamp: (value: V, record: LogRecord) => EpochMs;
  /** Default: the record key as UTF-8 text. The lane must be the one of this key. */
  readonly key?: (value: V, record: LogRecord) => string | null;
  /** How far behind the newest a record may be without being late downstream; default 0 ms. */
  readonly outOfOrdernessMs?: number;
}

/** Declares the inputs of a topology. */
export class TopologyBuilder {
  #undecodable: UndecodablePolicy = 'stop';
  #deadLetterTopic = 'dead-letters';
  readonly #graph: TopologyGraph;

  constructor(topologyId: string) {
    this.#graph = new TopologyGraph(topologyId, {
      aggregated: (graph, results, late) => new AggregatedStream(graph, results, late),
    });
    if (!/^[a-z0-9][a-z0-9-]{0,79}$/.test(topologyId)) {
      this.#graph.refuse('an id is 1 to 80 characters of a-z 0-9 -');
    }
  }

  /** Reads a topic; its rank among equal event times is the order of these calls. */
  stream<V>(topic: string, options: SourceOptions<V>): Stream<V> {
    const { outOfOrdernessMs = 0 } = options;
    if (!Number.isSafeInteger(outOfOrdernessMs) || outOfOrdernessMs < 0) {
      this.#graph.refuse(`topic ${topic}: outOfOrdernessMs ${outOfOrdernessMs} is below 0`);
    }
    const node = new StreamNode<V>(this.#graph.add('source', [], { topic }));
    this.#graph.addInput<V>({
      nodeId: node.id,
      topic,
      kind: 'source',
      outOfOrdernessMs,
      decode: (record) => decodeSource(options, record),
      connect: (wiring) => node.outlet(wiring),
    });
    return new Stream(this.#graph, node, false);
  }

  /** What happens with undecodable records; default `stop`. Each choice is counted. */
  onUndecodable(policy: UndecodablePolicy, options: { readonly topic?: string } = {}): this {
    this.#undecodable = policy;
    this.#deadLetterTopic = options.topic ?? 'dead-letters';
    return this;
  }

  /** @throws InvalidTopologyError when it has no input */
  build(): Topology {
    if (this.#graph.inputs.length === 0) this.#graph.refuse('it reads no topic');
    const policy = { undecodable: this.#undecodable, deadLetterTopic: this.#deadLetterTopic };
    return new Topology(this.#graph, policy);
  }
}

/**
 * Declares a topology.
 * @param id 1 to 80 characters of `a-z 0-9 -`; names changelog, repartition topics and writers
 * @throws InvalidTopologyError, InvalidWindowError when it cannot work
 */
export const topology = (id: string, declare: (builder: TopologyBuilder) => void): Topology => {
  const builder = new TopologyBuilder(id);
  declare(builder);
  return builder.build();
};

const decodeSource = <V>(options: SourceOptions<V>, raw: LogRecord): Decoded<V> => {
  try {
    const value = options.decode(raw);
    if (value === undefined) return { kind: 'skip' };
    const timestampMs = options.timestamp(value, raw);
    if (!Number.isSafeInteger(timestampMs)) {
      return { kind: 'undecodable', cause: new Error(`event time ${timestampMs} is no time`) };
    }
    const key = options.key === undefined ? keyText(raw) : options.key(value, raw);
    const clockMs = Math.min(timestampMs, raw.timestampMs);
    return { kind: 'record', record: { key, value, timestampMs, clockMs, headers: raw.headers } };
  } catch (cause) {
    return { kind: 'undecodable', cause };
  }
};

const keyText = (raw: LogRecord): string | null =>
  raw.key === null ? null : raw.key.toString('utf8');
