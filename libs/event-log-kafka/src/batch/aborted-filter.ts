/**
 * Tells which batches of a fetch answer belong to aborted transactions.
 *
 * Brokers list aborted transactions in the order of their abort, not of their first offset, and
 * transactions of several producers interleave: producer 1 begins at 0, producer 2 at 1, producer 2
 * aborts first. Only control batches end a transaction, never a record, whatever its key is.
 * Source: KIP-98, "Fetch"; Kafka's CompletedFetch.
 */
import type { RawBatch } from './batch-scanner';
import { controlTypeOf } from './control-type';

/** An aborted transaction that a broker names beside the batches. */
export interface AbortedEntry {
  readonly producerId: number;
  /** Offset of its first record in this partition; may lie before the first batch of the answer. */
  readonly firstOffset: number;
}

/** For one fetch answer and one partition; ask for each batch, in the order of offsets. */
export class AbortedFilter {
  readonly #entries: readonly AbortedEntry[];
  #next = 0;
  readonly #producers = new Set<number>();

  constructor(aborted: readonly AbortedEntry[]) {
    this.#entries = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Whether the batch is data of an aborted transaction; false for control batches. */
  isAborted(batch: RawBatch): boolean {
    this.#activate(batch.lastOffset);
    if (batch.control) {
      if (controlTypeOf(batch) === 'abort') this.#producers.delete(batch.producerId);
      return false;
    }
    return batch.transactional && this.#producers.has(batch.producerId);
  }

  #activate(lastOffset: number): void {
    for (;;) {
      const entry = this.#entries[this.#next];
      if (entry === undefined || entry.firstOffset > lastOffset) return;
      this.#producers.add(entry.producerId);
      this.#next++;
    }
  }
}
