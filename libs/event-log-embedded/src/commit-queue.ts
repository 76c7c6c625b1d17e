/**
 * Group commit: what waits while a synced write runs goes into the next one, in the order in which
 * it came.
 */
import { type CommitReceipt, LogClosedError, type PartitionReceipt } from '@millrace/event-log';
import type { BatchEncoder } from './batch-encoder';
import { batchKey, checksumSeed } from './level-keys';
import type { Change, LevelStore } from './level-store';
import type { PartitionLog } from './partition-log';
import { StoredBatch } from './stored-batch';

/** Records of one commit, encoded but for offset and time. */
export type EncodedRecords = ReadonlyMap<PartitionLog, readonly BatchEncoder[]>;

/** A wish to write. Records, other changes, or both. */
export interface CommitRequest {
  readonly records?: EncodedRecords;
  readonly changes?: readonly Change[];
  /** What takes `changes` back. */
  readonly undo?: readonly Change[];
  /** It gives space back in the end, so it may use the last of it now. */
  readonly mayUseReserve?: boolean;
}

interface Waiting {
  readonly request: CommitRequest;
  readonly sizeBytes: number;
  readonly resolve: (receipt: CommitReceipt) => void;
  readonly reject: (error: unknown) => void;
}

interface Prepared {
  readonly waiting: Waiting;
  readonly receipt: CommitReceipt;
  readonly batches: readonly (readonly [PartitionLog, StoredBatch])[];
}

// Writers encode while LevelDB writes, so large groups are split: the writers of one encode while
// that of the other is written. A transaction above it is a write of its own.
const MAX_WRITE_BYTES = 1_048_576;

/** The queue of one log. */
export class CommitQueue {
  readonly #store: LevelStore;
  readonly #nowMs: () => number;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #bytesWritten = 0;
  #closed = false;

  constructor(store: LevelStore, nowMs: () => number) {
    this.#store = store;
    this.#nowMs = nowMs;
  }

  /** Bytes of batches written so far. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** Resolves when it is durable and readable; rejects when nothing of it was kept, or as unknown. */
  commit(request: CommitRequest): Promise<CommitReceipt> {
    if (this.#closed) return Promise.reject(new LogClosedError());
    return new Promise<CommitReceipt>((resolve, reject) => {
      this.#waiting.push({ request, sizeBytes: sizeOf(request), resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Takes nothing more; resolves when nothing waits any more. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // Those that ask within the same turn of the event loop go together.
    await undefined;
    while (this.#waiting.length > 0) await this.#writeGroup(this.#nextGroup());
    this.#running = undefined;
  }

  #nextGroup(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { sizeBytes } of this.#waiting) {
      if (count > 0 && bytes + sizeBytes > MAX_WRITE_BYTES) break;
      bytes += sizeBytes;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    const changes: Change[] = [];
    const prepared = group.map((waiting) => this.#prepare(waiting, changes));
    try {
      const mayUseReserve = group.every(({ request }) => request.mayUseReserve === true);
      await this.#store.write(changes, { undo: () => undoOf(prepared), mayUseReserve });
    } catch (error) {
      for (const { batches } of prepared) {
        for (const [partition] of batches) partition.reservedEnd = partition.endOffset();
      }
      for (const { reject } of group) reject(error);
      return;
    }
    this.#publish(prepared);
  }

  #prepare(waiting: Waiting, changes: Change[]): Prepared {
    const timestampMs = this.#nowMs();
    const batches: (readonly [PartitionLog, StoredBatch])[] = [];
    const partitions: PartitionReceipt[] = [];
    for (const [partition, encoders] of waiting.request.records ?? []) {
      const baseOffset = partition.reservedEnd;
      for (const encoder of encoders) {
        const from = partition.reservedEnd;
        const key = batchKey(partition.topicId, partition.partition, from);
        partition.reservedEnd = from + encoder.count;
        const value = encoder.finish({
          baseOffset: from,
          nextOffset: partition.reservedEnd,
          timestampMs,
          crcSeed: checksumSeed(key),
        });
        changes.push({ key, value });
        batches.push([partition, new StoredBatch(value)]);
      }
      const { topic, partition: number, reservedEnd: nextOffset } = partition;
      partitions.push({ topic, partition: number, baseOffset, nextOffset });
    }
    changes.push(...(waiting.request.changes ?? []));
    return { waiting, receipt: { partitions }, batches };
  }

  #publish(prepared: readonly Prepared[]): void {
    const changed = new Set<PartitionLog>();
    for (const { batches } of prepared) {
      for (const [partition, batch] of batches) {
        partition.appended(batch);
        this.#bytesWritten += batch.bytes.length;
        changed.add(partition);
      }
    }
    for (const { waiting, receipt } of prepared) waiting.resolve(receipt);
    for (const partition of changed) partition.announce();
  }
}

const undoOf = (prepared: readonly Prepared[]): readonly Change[] => {
  const undo: Change[] = [];
  for (const { batches } of prepared) {
    for (const [{ topicId, partition }, { baseOffset }] of batches) {
      undo.push({ key: batchKey(topicId, partition, baseOffset), value: undefined });
    }
  }
  // The first request that changed a key knows what stood there before.
  for (const { waiting } of prepared.toReversed()) undo.push(...(waiting.request.undo ?? []));
  return undo;
};

const sizeOf = ({ records }: CommitRequest): number => {
  let bytes = 0;
  for (const encoders of records?.values() ?? []) {
    for (const { sizeBytes } of encoders) bytes += sizeBytes;
  }
  return bytes;
};
