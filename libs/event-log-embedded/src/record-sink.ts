/**
 * The records of one transaction, encoded as they come, by partition.
 */
import { InvalidRecordError, type RecordToAppend } from '@millrace/event-log';
import { BatchEncoder } from './batch-encoder';
import type { CommitRequest } from './commit-queue';
import type { PartitionLog } from './partition-log';

// A value above this is closed and the next one begun, so that a reader never has to take a whole
// restore at once.
const BATCH_BYTES = 2 * 1_048_576;

/** A partition and what its records must keep to. */
export interface SinkTarget {
  readonly partition: PartitionLog;
  readonly needsKey: boolean;
}

/** Finds the partition of a record; @throws TopicUnknownError */
export type TargetOf = (record: RecordToAppend) => SinkTarget;

/** Takes records until it is committed or thrown away. */
export class RecordSink {
  readonly #targetOf: TargetOf;
  readonly #maxRecordBytes: number;
  readonly #encoders = new Map<PartitionLog, BatchEncoder[]>();

  constructor(targetOf: TargetOf, maxRecordBytes: number) {
    this.#targetOf = targetOf;
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** @throws InvalidRecordError, RecordTooLargeError, TopicUnknownError: throw the sink away */
  add(record: RecordToAppend): void {
    const { partition, needsKey } = this.#targetOf(record);
    if (needsKey && record.key === null) {
      throw new InvalidRecordError(`${record.topic} is compacted: a record needs a key`);
    }
    const encoders = this.#encoders.get(partition);
    const open = encoders?.at(-1);
    if (open !== undefined && open.sizeBytes < BATCH_BYTES) {
      open.add(record);
      return;
    }
    const next = new BatchEncoder(this.#maxRecordBytes, partition.lastBatchBytes);
    next.add(record);
    if (encoders === undefined) this.#encoders.set(partition, [next]);
    else encoders.push(next);
  }

  get isEmpty(): boolean {
    return this.#encoders.size === 0;
  }

  request(): CommitRequest {
    return { records: this.#encoders };
  }
}
