/**
 * Goes from record to record of a batch that is not compressed (any more), and checks that each
 * part of a record lies within it.
 */
import type { RawBatch } from './batch-scanner';
import { VarintReader } from './varint-reader';

const NULL_LENGTH = -1;

/** Stands on one record after each successful {@link next}. */
export class RecordScan {
  readonly #reader: VarintReader;
  readonly #batch: RawBatch;
  offset = 0;
  timestampMs = 0;
  /** Where the length of the key stands. */
  keyAt = 0;
  /** Where the record ends, and the next one begins. */
  end = 0;

  /** @param bytes the records of the batch, decompressed */
  constructor(bytes: Buffer, batch: RawBatch) {
    this.#reader = new VarintReader(bytes);
    this.#batch = batch;
  }

  /** Goes to the next record. @returns false when its parts do not make up its length */
  next(): boolean {
    const reader = this.#reader;
    const length = reader.varint();
    const end = reader.at + length;
    if (length < 0 || end > reader.bytes.length) return false;
    reader.at++; // attributes, unused
    const { baseOffset, firstTimestampMs, logAppendTime, maxTimestampMs } = this.#batch;
    const sinceFirstMs = reader.varlong();
    this.timestampMs = logAppendTime ? maxTimestampMs : firstTimestampMs + sinceFirstMs;
    this.offset = baseOffset + reader.varint();
    this.keyAt = reader.at;
    this.end = end;
    return this.#skipData() && this.#skipData() && this.#skipHeaders(end) && reader.at === end;
  }

  // What goes too far is noticed at the end of the record: no step goes back.
  #skipData(): boolean {
    const reader = this.#reader;
    const length = reader.varint();
    if (length > 0) reader.at += length;
    return length >= NULL_LENGTH;
  }

  #skipHeaders(end: number): boolean {
    const reader = this.#reader;
    let left = reader.varint();
    if (left < 0) return false;
    for (; left > 0 && reader.at < end; left--) {
      const length = reader.varint();
      if (length < 0) return false;
      reader.at += length;
      if (!this.#skipData()) return false;
    }
    return left === 0;
  }
}
