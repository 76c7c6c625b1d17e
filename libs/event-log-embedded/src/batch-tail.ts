/**
 * The newest batches of all partitions in memory, bounded in bytes: whoever reads live never asks
 * LevelDB.
 */
import type { StoredBatch } from './stored-batch';

/** The newest batches of one partition, contiguous, ascending. */
export class BatchTail {
  #batches: StoredBatch[] = [];
  #first = 0;

  /** The batch with this offset; undefined when it is older than the tail. */
  find(offset: number): StoredBatch | undefined {
    const batches = this.#batches;
    let low = this.#first;
    let high = batches.length;
    const oldest = batches[low];
    if (oldest === undefined || offset < oldest.baseOffset) return undefined;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((batches[middle]?.nextOffset ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return batches[low];
  }

  push(batch: StoredBatch): void {
    this.#batches.push(batch);
  }

  /** Drops the oldest. @returns its bytes */
  shift(): number {
    const oldest = this.#batches[this.#first];
    if (oldest === undefined) return 0;
    this.#first++;
    if (this.#first > 64 && this.#first * 2 > this.#batches.length) {
      this.#batches = this.#batches.slice(this.#first);
      this.#first = 0;
    }
    return oldest.bytes.length;
  }
}

/** Keeps all tails together below a bound by dropping what was appended first. */
export class TailBudget {
  #order: BatchTail[] = [];
  #first = 0;
  #bytes = 0;
  readonly #maxBytes: number;

  /** @param maxBytes bound on the encoded bytes of all tails; decoded, they take up to 3 times that */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(tail: BatchTail, batch: StoredBatch): void {
    tail.push(batch);
    this.#order.push(tail);
    this.#bytes += batch.bytes.length;
    while (this.#bytes > this.#maxBytes && this.#first < this.#order.length) {
      this.#bytes -= this.#order[this.#first++]?.shift() ?? 0;
    }
    if (this.#first > 1_024 && this.#first * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#first);
      this.#first = 0;
    }
  }
}
