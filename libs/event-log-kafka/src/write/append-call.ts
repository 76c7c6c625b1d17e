/** One call of `append`: which records of which batches are its own, and how it ends. */
import {
  CommitOutcomeUnknownError,
  type CommitReceipt,
  type PartitionReceipt,
} from '@millrace/event-log';
import type { PartitionOutbox } from './partition-outbox';
import type { ProduceRound } from './produce-round';
import { nothingKept } from './write-failures';

/** Records of a call within the batch of one partition. */
interface Share {
  readonly place: PartitionOutbox;
  /** Index of the first one in the batch. */
  readonly from: number;
  readonly count: number;
}

/** Where the batches of a round are, by their partition. */
export type BatchIndexes = ReadonlyMap<PartitionOutbox, number>;

const WHO = 'of appends without a transaction';

/** See the top of the file. Its records of one partition stand together in one batch. */
export class AppendCall {
  readonly #shares: readonly Share[];
  readonly receipt: Promise<CommitReceipt>;
  #resolve: (receipt: CommitReceipt) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(shares: readonly Share[]) {
    this.#shares = shares;
    this.receipt = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The round is over: answers by what became of this call's own batches. */
  settle(round: ProduceRound, indexes: BatchIndexes, failure: unknown): void {
    const partitions: PartitionReceipt[] = [];
    let mayBeWritten = false;
    for (const { place, from, count } of this.#shares) {
      const index = indexes.get(place) ?? -1;
      const baseOffset = round.baseOffsetOf(index);
      mayBeWritten ||= round.mayBeWritten(index);
      if (baseOffset === undefined) continue;
      const { topic, partition } = place;
      const own = baseOffset + from;
      partitions.push({ topic, partition, baseOffset: own, nextOffset: own + count });
    }
    if (partitions.length === this.#shares.length) this.#resolve({ partitions });
    else if (mayBeWritten) this.#reject(new CommitOutcomeUnknownError(WHO, failure));
    else this.refuse(failure);
  }

  /** Nothing of it was sent. */
  refuse(failure: unknown): void {
    this.#reject(nothingKept('an append', failure));
  }
}
