/**
 * One input of one lane: records in a queue, and where in the log its head stands. A record is
 * decoded when it has come to the head, so a poll of thousands never holds as many values.
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

/** Queue of one input; bounded by its runner, which polls only when it is empty. */
export class InputPort<V> implements AnyPort {
  readonly topic: string;
  readonly kind: 'source' | 'repartition';
  readonly outOfOrdernessMs: number;
  readonly rank: number;
  #records: readonly LogRecord[] = [];
  #at = 0;
  /** What `#records` stands for at its index `#at`; undefined until somebody asks. */
  #head: Decoded<V> | undefined;
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
    return this.#records.length - this.#at;
  }

  get headMs(): EpochMs | undefined {
    const raw = this.#records[this.#at];
    if (raw === undefined) return undefined;
    const head = this.#decoded(raw);
    if (head.kind === 'record') return head.record.timestampMs;
    return head.kind === 'undecodable' ? raw.timestampMs : Number.NEGATIVE_INFINITY;
  }

  get position(): number {
    return this.#records[this.#at]?.offset ?? this.#nextOffset;
  }

  seek(offset: number): void {
    this.#nextOffset = offset;
  }

  offer(batch: RecordBatch): void {
    const { records, nextOffset } = batch;
    this.#records = this.length === 0 ? records : [...this.#records.slice(this.#at), ...records];
    this.#at = 0;
    this.#nextOffset = nextOffset;
  }

  take(): void {
    const raw = this.#records[this.#at];
    if (raw === undefined) return;
    const head = this.#decoded(raw);
    this.#process(raw, head);
    this.#head = undefined;
    this.#at += 1;
    if (this.#at < this.#records.length) return;
    this.#records = [];
    this.#at = 0;
  }

  #decoded(raw: LogRecord): Decoded<V> {
    this.#head ??= this.input.decode(raw);
    return this.#head;
  }

  #process(raw: LogRecord, decoded: Decoded<V>): void {
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
