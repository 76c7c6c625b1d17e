/** What waits to be sent to one partition, encoded already, and the sequence of what was sent. */
import type { RecordToAppend, TopicPartition } from '@millrace/event-log';
import { BatchBuilder, type BatchStamp } from '../batch/batch-builder';
import { sequenceAfter } from './sequence';

/** A stamp without what the outbox knows by itself. */
export type OutboxStamp = Omit<BatchStamp, 'baseSequence'>;

/** One partition of an `Outbox`. */
export class PartitionOutbox implements TopicPartition {
  #builder: BatchBuilder | undefined;
  #sequence = 0;
  #lastBytes: number | undefined;

  constructor(
    readonly topic: string,
    readonly partition: number,
    /** Name of the topic in the cluster. */
    readonly physicalTopic: string,
  ) {}

  /** Records that wait. */
  get count(): number {
    return this.#builder?.count ?? 0;
  }

  /** Bytes of the batch that waits, not compressed. */
  get sizeBytes(): number {
    return this.#builder?.sizeBytes ?? 0;
  }

  /** Encodes the record: the caller may change it afterwards. */
  add(record: RecordToAppend): void {
    this.#builder ??= this.#newBuilder();
    this.#builder.add(record);
  }

  /** The batch that waits. Its sequence numbers are used up: these bytes are sent, or no others. */
  take(stamp: OutboxStamp): Buffer {
    const builder = this.#builder ?? this.#newBuilder();
    this.#builder = undefined;
    this.#lastBytes = builder.sizeBytes;
    const batch = builder.build({ ...stamp, baseSequence: this.#sequence });
    this.#sequence = sequenceAfter(this.#sequence, builder.count);
    return batch;
  }

  /** Drops what waits; nothing of it was sent. */
  discard(): void {
    this.#builder = undefined;
  }

  /** For a new producer id or epoch: its first batch has sequence 0. */
  restartSequence(): void {
    this.#sequence = 0;
  }

  // Batches of a partition are about as large as one another.
  #newBuilder(): BatchBuilder {
    const bytes = this.#lastBytes;
    return new BatchBuilder(bytes === undefined ? {} : { initialBytes: bytes + SLACK_BYTES });
  }
}

const SLACK_BYTES = 1_024;
