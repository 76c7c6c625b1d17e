/**
 * One input of one lane: decoded records in a queue, and where in the log its head stands.
 */
import type { EpochMs, LogRecord, RecordBatch } from '@millrace/event-log';
import type { Receiver } from '../topology/stream-record';
import type { Decoded, TopologyInput } from '../topology/topology-graph';

/** What a port does with what it takes from its head. */
export interface PortHooks {
  marker(port: AnyPort, marker: Extract<Decoded<never>, { kind: 'marker' }>): void;
  observed(port: AnyPort, clockMs: EpochMs): void;
  skipped(port: AnyPort): void;
  /** @throws UndecodableRecordError when the policy is `stop` */
  undecodable(port: AnyPort, raw: LogRecord, cause: unknown): void;
}

/** A port whose records' type is its own affair. */
export interface AnyPort {
  readonly topic: string;
  readonly kind: 'source' | 'repartition';
  readonly outOfOrdernessMs: number;
  /** Order among equal event times: the order of declaration. */
  readonly rank: number;
  readonly length: number;
  /** Event time of the head; undefined when empty. A marker goes first. */
  readonly headMs: EpochMs | undefined;
  /** Offset of the next record to process. */
  readonly position: number;
  seek(offset: number): void;
  offer(batch: RecordBatch): void;
  /** Processes the head. */
  take(): void;
}

interface Entry<V> {
  readonly raw: LogRecord;
  readonly decoded: Decoded<V>;
}

/** Queue of one input; bounded by its runner, which polls only while there is room. */
export class InputPort<V> implements AnyPort {
  readonly topic: string;
  readonly kind: 'source' | 'repartition';
  readonly outOfOrdernessMs: number;
  readonly rank: number;
  #queue: Entry<V>[] = [];
  #head = 0;
  #nextOffset = 0;

  constructor(
    private readonly input: TopologyInput<V>,
    private readonly options: {
      readonly rank: number;
      readonly receive: Receiver<V>;
      readonly hooks: PortHooks;
    },
  ) {
    this.topic = input.topic;
    this.kind = input.kind;
    this.outOfOrdernessMs = input.outOfOrdernessMs;
    this.rank = options.rank;
  }

  get length(): number {
    return this.#queue.length - this.#head;
  }

  get headMs(): EpochMs | undefined {
    const entry = this.#queue[this.#head];
    if (entry === undefined) return undefined;
    if (entry.decoded.kind === 'record') return entry.decoded.record.timestampMs;
    if (entry.decoded.kind === 'undecodable') return entry.raw.timestampMs;
    return Number.NEGATIVE_INFINITY;
  }

  get position(): number {
    return this.#queue[this.#head]?.raw.offset ?? this.#nextOffset;
  }

  seek(offset: number): void {
    this.#nextOffset = offset;
  }

  offer(batch: RecordBatch): void {
    for (const raw of batch.records) this.#queue.push({ raw, decoded: this.input.decode(raw) });
    this.#nextOffset = batch.nextOffset;
  }

  take(): void {
    const entry = this.#queue[this.#head];
    if (entry === undefined) return;
    this.#process(entry);
    this.#head += 1;
    if (this.#head < this.#queue.length) return;
    this.#queue = [];
    this.#head = 0;
  }

  #process({ raw, decoded }: Entry<V>): void {
    const { hooks, receive } = this.options;
    if (decoded.kind === 'record') {
      hooks.observed(this, decoded.record.clockMs);
      receive(decoded.record);
    } else if (decoded.kind === 'marker') {
      hooks.marker(this, decoded);
    } else if (decoded.kind === 'skip') {
      hooks.skipped(this);
    } else {
      hooks.undecodable(this, raw, decoded.cause);
    }
  }
}
