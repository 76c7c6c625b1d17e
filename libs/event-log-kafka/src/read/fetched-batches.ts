/**
 * What was fetched of one partition and was not polled yet, in the order of offsets.
 *
 * Batches are views on fetch answers: an answer stays in memory until the last batch of it was
 * polled and its records were dropped.
 */
import type { RawBatch } from '../batch/batch-scanner';

/** A batch, or offsets that hold nothing to read. */
export interface FetchedBatch {
  /** Undefined: only control records, aborted ones, and what compaction has left of others. */
  readonly batch: RawBatch | undefined;
  /** Where a reader stands after it, behind all that follows it without anything to read. */
  readonly nextOffset: number;
}

/** A queue; at most one of its entries has no batch, and that one is alone. */
export class FetchedBatches {
  #entries: FetchedBatch[] = [];
  #head = 0;
  #bytes = 0;

  /** Bytes of the batches, as they were sent. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#head === this.#entries.length;
  }

  first(): FetchedBatch | undefined {
    return this.#entries[this.#head];
  }

  add(batch: RawBatch): void {
    this.#bytes += batch.sizeBytes;
    const entry = { batch, nextOffset: batch.lastOffset + 1 };
    if (!this.isEmpty && this.#entries.at(-1)?.batch === undefined) this.#entries.pop();
    this.#entries.push(entry);
  }

  /** Nothing is to be read before this offset: the entry before it ends there. */
  skipTo(nextOffset: number): void {
    const last = this.isEmpty ? undefined : this.#entries.pop();
    this.#entries.push({ batch: last?.batch, nextOffset });
  }

  shift(): void {
    this.#bytes -= this.#entries[this.#head]?.batch?.sizeBytes ?? 0;
    this.#head++;
    if (this.#head === this.#entries.length) this.clear();
    else if (this.#head >= COMPACT_FROM && this.#head * 2 > this.#entries.length) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
  }

  clear(): void {
    this.#entries = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}

const COMPACT_FROM = 64;
