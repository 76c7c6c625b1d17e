/**
 * Where the records of one transaction stand in the log, and the check that all of them stand there
 * once: kafkajs resolved sends whose receipt lacked a partition (defect D3).
 */
import type { CommitReceipt, PartitionReceipt, TopicPartition } from '@millrace/event-log';
import { ReceiptIncompleteError } from './writing.errors';

/** What the receipt has to cover. */
export interface Coverage {
  readonly writerId: string;
  /** Records that were appended. */
  readonly records: number;
  /** Partitions that were appended to; the same objects as in {@link WrittenRuns.note}. */
  readonly partitions: Iterable<TopicPartition>;
}

interface Run {
  readonly baseOffset: number;
  nextOffset: number;
}

/** See the top of the file. */
export class WrittenRuns {
  readonly #runs = new Map<TopicPartition, Run[]>();

  /** A batch was acknowledged. Batches of a partition are noted in the order of their records. */
  note(at: TopicPartition, baseOffset: number, count: number): void {
    const runs = this.#runs.get(at);
    const last = runs?.at(-1);
    if (last !== undefined && last.nextOffset === baseOffset) last.nextOffset += count;
    else if (runs === undefined)
      this.#runs.set(at, [{ baseOffset, nextOffset: baseOffset + count }]);
    else runs.push({ baseOffset, nextOffset: baseOffset + count });
  }

  /**
   * One entry per partition and contiguous run, ascending by offset within a partition. There is
   * more than one run only where the records took more than one batch and another writer wrote to
   * the same partition in between.
   *
   * @throws ReceiptIncompleteError a partition or a record is missing, or stands where it cannot
   */
  receipt({ writerId, records, partitions }: Coverage): CommitReceipt {
    const receipts: PartitionReceipt[] = [];
    let written = 0;
    for (const at of partitions) {
      const { topic, partition } = at;
      let end = 0;
      for (const { baseOffset, nextOffset } of this.#runs.get(at) ?? []) {
        if (baseOffset < end) {
          const where = `${topic}/${partition}`;
          throw new ReceiptIncompleteError(writerId, `${where} was acknowledged out of order`);
        }
        written += nextOffset - baseOffset;
        end = nextOffset;
        receipts.push({ topic, partition, baseOffset, nextOffset });
      }
      if (end === 0) {
        const what = `no record of ${topic}/${partition} was acknowledged`;
        throw new ReceiptIncompleteError(writerId, what);
      }
    }
    if (written === records) return { partitions: receipts };
    const what = `${written} of ${records} records were acknowledged`;
    throw new ReceiptIncompleteError(writerId, what);
  }
}
