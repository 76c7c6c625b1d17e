/**
 * Records that wait to be sent, by partition. They are checked before any is taken and encoded when
 * they are taken; there is no object per record.
 */
import {
  checkRecord,
  type RecordToAppend,
  type TopicPartition,
  type TopicSpec,
  TopicUnknownError,
} from '@millrace/event-log';
import { compressionCodec } from '../compression/codecs';
import type { ProducerIdentity } from '../wire/transaction-calls';
import { encodedBound } from './encoded-size';
import { PartitionOutbox } from './partition-outbox';
import type { RoundBatch } from './produce-round';
import type { WritingParts } from './writing-cluster.port';

/** A batch on its way. */
export interface OutboxBatch extends RoundBatch {
  readonly place: PartitionOutbox;
  readonly count: number;
}

interface OutboxTopic {
  readonly spec: TopicSpec;
  readonly physical: string;
  readonly places: (PartitionOutbox | undefined)[];
}

/** Most bytes that wait in one outbox; a request stays well below `socket.request.max.bytes`. */
const MAX_WAITING_BYTES = 8_388_608;
/** Framing of a record with very many headers. */
const MAX_FRAME_BYTES = 65_536;

/** See the top of the file. */
export class Outbox {
  readonly #parts: WritingParts;
  readonly #topics = new Map<string, OutboxTopic>();
  #latest: OutboxTopic | undefined;
  #waiting: PartitionOutbox[] = [];
  #waitingBytes = 0;

  constructor(parts: WritingParts) {
    this.#parts = parts;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Partitions for which records wait, in the order of their first record. */
  get waiting(): readonly PartitionOutbox[] {
    return this.#waiting;
  }

  /**
   * Learns the records' topics and checks every record; takes none.
   * @throws TopicUnknownError, InvalidRecordError, RecordTooLargeError, KafkaUnreachableError
   */
  async check(records: readonly RecordToAppend[]): Promise<void> {
    const unknown = new Set<string>();
    for (const { topic } of records) if (this.#topic(topic) === undefined) unknown.add(topic);
    if (unknown.size > 0) await this.#parts.topics.learn(unknown);
    const { maxRecordBytes } = this.#parts.cluster.limits;
    for (const record of records) {
      const topic = this.#topic(record.topic);
      if (topic === undefined || !isWithin(topic.spec, record.partition)) {
        throw new TopicUnknownError({ topic: record.topic, partition: record.partition });
      }
      checkRecord(record, topic.spec, maxRecordBytes);
    }
  }

  /** The partition of a record that was checked; one object per partition. */
  placeOf(at: TopicPartition): PartitionOutbox {
    const topic = this.#topic(at.topic);
    if (topic === undefined) throw new TopicUnknownError(at);
    const known = topic.places[at.partition];
    if (known !== undefined) return known;
    const place = new PartitionOutbox(at.topic, at.partition, topic.physical);
    topic.places[at.partition] = place;
    return place;
  }

  /** Whether a record fits into the batch that waits, and the batch into what may wait. */
  hasRoomFor(place: PartitionOutbox, record: RecordToAppend): boolean {
    if (this.#waitingBytes >= MAX_WAITING_BYTES) return false;
    const { maxBatchBytes, maxRecordBytes } = this.#parts.cluster.limits;
    // Any record fits as long as the largest one would: sizes are counted only close to the end.
    const size = place.sizeBytes;
    if (size === 0 || size < maxBatchBytes - maxRecordBytes - MAX_FRAME_BYTES) return true;
    return size + encodedBound(record) <= maxBatchBytes;
  }

  /** The same for several records of a partition that are to stand in one batch. */
  hasRoomForBytes(place: PartitionOutbox, bytes: number): boolean {
    if (this.#waitingBytes === 0) return true;
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) return false;
    return place.sizeBytes + bytes <= this.#parts.cluster.limits.maxBatchBytes;
  }

  add(place: PartitionOutbox, record: RecordToAppend): void {
    const before = place.sizeBytes;
    if (before === 0) this.#waiting.push(place);
    place.add(record);
    this.#waitingBytes += place.sizeBytes - before;
  }

  /** Takes what waits for these partitions; default: for all. After a failure all of it is gone. */
  take(
    identity: ProducerIdentity & { readonly transactional: boolean },
    which: (place: PartitionOutbox) => boolean = () => true,
  ): readonly OutboxBatch[] {
    const taken = this.#waiting.filter(which);
    this.#waiting = this.#waiting.filter((place) => !taken.includes(place));
    for (const place of taken) this.#waitingBytes -= place.sizeBytes;
    const { clock, compression } = this.#parts;
    const { producerId, producerEpoch, transactional } = identity;
    try {
      const codec = compressionCodec(compression);
      const timestampMs = clock.nowMs();
      const stamp = { producerId, producerEpoch, transactional, timestampMs, codec };
      return taken.map((place) => {
        const { physicalTopic: topic, partition, count } = place;
        return { place, topic, partition, count, batch: place.take(stamp) };
      });
    } catch (error) {
      for (const place of taken) place.discard();
      throw error;
    }
  }

  /** Drops what waits; nothing of it was sent. */
  discard(): void {
    for (const place of this.#waiting) place.discard();
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** For a new producer id: all partitions begin with sequence 0. */
  restartSequences(): void {
    for (const { places } of this.#topics.values()) {
      for (const place of places) place?.restartSequence();
    }
  }

  #topic(name: string): OutboxTopic | undefined {
    const latest = this.#latest;
    if (latest !== undefined && latest.spec.name === name) return latest;
    const known = this.#topics.get(name) ?? this.#enter(name);
    this.#latest = known ?? latest;
    return known;
  }

  #enter(name: string): OutboxTopic | undefined {
    const { names, topics } = this.#parts;
    const spec = topics.known(name);
    if (spec === undefined) return undefined;
    const topic = { spec, physical: names.physical(name), places: [] };
    this.#topics.set(name, topic);
    return topic;
  }
}

const isWithin = (spec: TopicSpec, partition: number): boolean =>
  Number.isInteger(partition) && partition >= 0 && partition < spec.partitions;
