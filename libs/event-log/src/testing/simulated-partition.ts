/**
 * One partition in memory: committed batches, offsets that may have gaps, and a last stable offset
 * that open transactions hold back.
 */

import type { ReadablePartition, StoredRecords } from '../positioned-reader';
import type { LogRecord, RecordToAppend } from '../record';

interface Batch extends StoredRecords {
  readonly baseOffset: number;
}

/** A partition of the simulated log. */
export class SimulatedPartition implements ReadablePartition {
  #batches: Batch[] = [];
  #start = 0;
  #end = 0;
  readonly #heldBack = new Map<object, number>();
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  startOffset(): number {
    return this.#start;
  }

  endOffset(): number {
    let end = this.#end;
    for (const offset of this.#heldBack.values()) end = Math.min(end, offset);
    return end;
  }

  read(offset: number): StoredRecords {
    let low = 0;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#batches[middle]?.nextOffset ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return this.#batches[low] ?? { records: [], nextOffset: this.endOffset() };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A transaction has begun to write here: nothing from here on is stable before it ends. */
  hold(transaction: object): void {
    if (!this.#heldBack.has(transaction)) this.#heldBack.set(transaction, this.#end);
  }

  /** The transaction has ended. */
  release(transaction: object): void {
    if (this.#heldBack.delete(transaction)) this.#changed();
  }

  /** Appends as one batch. @returns offset of the first record */
  append(records: readonly RecordToAppend[], timestampMs: number): number {
    const baseOffset = this.#end;
    const stored = records.map((record, index) => keep(record, baseOffset + index, timestampMs));
    this.#end += stored.length;
    this.#batches.push({ baseOffset, records: stored, nextOffset: this.#end });
    this.#changed();
    return baseOffset;
  }

  /** An offset that no reader sees, like that of a control record. */
  skip(offsets: number): void {
    this.#end += offsets;
    this.#batches.push({ baseOffset: this.#end - offsets, records: [], nextOffset: this.#end });
    this.#changed();
  }

  /** Keeps the newest record of each key among the stable ones; tombstones stay. */
  compact(): void {
    const stable = this.endOffset();
    const newest = new Map<string, number>();
    for (const batch of this.#batches) {
      for (const { key, offset } of batch.records) {
        if (offset < stable) newest.set(key?.toString('latin1') ?? '', offset);
      }
    }
    this.#batches = this.#batches.map((batch) => {
      const records = batch.records.filter(
        ({ key, offset }) =>
          offset >= stable || newest.get(key?.toString('latin1') ?? '') === offset,
      );
      return { ...batch, records };
    });
  }

  /** Drops what stands before an offset, as retention does. */
  trim(offset: number): void {
    this.#start = Math.min(Math.max(offset, this.#start), this.endOffset());
    this.#batches = this.#batches.filter((batch) => batch.nextOffset > this.#start);
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

const keep = (record: RecordToAppend, offset: number, timestampMs: number): LogRecord => ({
  offset,
  timestampMs,
  key: copied(record.key),
  value: copied(record.value),
  headers: { ...record.headers },
});

const copied = (data: string | Uint8Array | null): Buffer | null => {
  if (data === null) return null;
  return typeof data === 'string' ? Buffer.from(data, 'utf8') : Buffer.from(data);
};
