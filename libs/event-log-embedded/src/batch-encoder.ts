/**
 * Encodes records into one stored batch while they are appended; the offset is set at the end.
 */
import { crc32 } from 'node:zlib';
import {
  InvalidRecordError,
  type RecordHeaders,
  type RecordToAppend,
  RecordTooLargeError,
  type TopicPartition,
} from '@millrace/event-log';
import {
  BASE_OFFSET_AT,
  CHECKED_FROM,
  COUNT_AT,
  CRC_AT,
  HEAD_BYTES,
  LAYOUT_VERSION,
  putVarint,
  RECORD_HEAD_BYTES,
  SPAN_AT,
  TAIL_AT,
  TIMESTAMP_AT,
} from './batch-layout';
import { type HeaderShape, HeaderShapes } from './header-shapes';

const FIRST_BYTES = 4_096;
/** A scratch buffer above this is given back to the collector when its batch is done. */
const KEPT_SCRATCH_BYTES = 1_048_576;
const MAX_KEPT_SCRATCHES = 32;
const LEAST_FILL = 0.7;
const scratches: Buffer[] = [];

/** Where and when a batch was appended. */
export interface BatchStamp {
  readonly baseOffset: number;
  readonly nextOffset: number;
  readonly timestampMs: number;
  /** CRC-32 of the batch's key: a batch in a wrong place is damage too. */
  readonly crcSeed: number;
}

/** A batch under construction; use it for one batch, then throw it away. */
export class BatchEncoder {
  #bytes: Buffer;
  readonly #isScratch: boolean;
  #at = HEAD_BYTES;
  #count = 0;
  readonly #shapes = new HeaderShapes();
  readonly #maxRecordBytes: number;

  /**
   * @param maxRecordBytes bound on key + value + header text of one record
   * @param expectedBytes size of the batch before: the next one is likely as large, and need not be
   *   copied at the end then
   */
  constructor(maxRecordBytes: number, expectedBytes = 0) {
    this.#maxRecordBytes = maxRecordBytes;
    this.#isScratch = expectedBytes < FIRST_BYTES;
    this.#bytes = this.#isScratch
      ? (scratches.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES))
      : Buffer.allocUnsafeSlow(Math.ceil(expectedBytes * 1.125));
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes so far. */
  get sizeBytes(): number {
    return this.#at;
  }

  /**
   * Adds a record.
   * @param place offset and time relative to the batch's; default: the next offset, its time
   * @throws RecordTooLargeError, InvalidRecordError the batch is of no use any more
   */
  add(record: RecordToAppend, place?: { readonly offset: number; readonly ms: number }): void {
    const { key, value, headers } = record;
    this.#reserve(bound(key) + bound(value) + RECORD_HEAD_BYTES, record);
    const start = this.#at;
    let at = start + RECORD_HEAD_BYTES;
    let end = putData(this.#bytes, at, key);
    const keyBytes = end - at;
    at = end;
    end = putData(this.#bytes, at, value);
    const valueBytes = end - at;
    this.#at = end;
    const headerBytes = this.#putHeaders(headers, record);
    const size = keyBytes + valueBytes + headerBytes;
    if (size > this.#maxRecordBytes) {
      throw new RecordTooLargeError(partitionOf(record), size, this.#maxRecordBytes);
    }
    const bytes = this.#bytes;
    bytes.writeUInt32LE(this.#at - start, start);
    bytes.writeUInt32LE(place?.offset ?? this.#count, start + 4);
    bytes.writeUInt32LE(place?.ms ?? 0, start + 8);
    bytes.writeInt32LE(key === null ? -1 : keyBytes, start + 12);
    bytes.writeInt32LE(value === null ? -1 : valueBytes, start + 16);
    this.#count++;
  }

  /** The finished batch, in a buffer of its own. */
  finish(stamp: BatchStamp): Buffer {
    const tailAt = this.#at;
    this.#putTail();
    const done = this.#release();
    done[0] = LAYOUT_VERSION;
    done.writeDoubleLE(stamp.baseOffset, BASE_OFFSET_AT);
    done.writeDoubleLE(stamp.timestampMs, TIMESTAMP_AT);
    done.writeUInt32LE(stamp.nextOffset - stamp.baseOffset, SPAN_AT);
    done.writeUInt32LE(this.#count, COUNT_AT);
    done.writeUInt32LE(tailAt, TAIL_AT);
    done.writeUInt32LE(crc32(done.subarray(CHECKED_FROM), stamp.crcSeed), CRC_AT);
    return done;
  }

  // A buffer that is nearly full is handed over as it is.
  #release(): Buffer {
    const bytes = this.#bytes;
    if (!this.#isScratch && this.#at > bytes.length * LEAST_FILL)
      return bytes.subarray(0, this.#at);
    const done = Buffer.allocUnsafeSlow(this.#at);
    bytes.copy(done, 0, 0, this.#at);
    const isKept = this.#isScratch && bytes.length <= KEPT_SCRATCH_BYTES;
    if (isKept && scratches.length < MAX_KEPT_SCRATCHES) scratches.push(bytes);
    return done;
  }

  // Returns the bytes of header text as the limit counts them.
  #putHeaders(headers: RecordHeaders | undefined, record: RecordToAppend): number {
    if (headers === undefined) {
      this.#reserve(1, record);
      this.#bytes[this.#at++] = 0;
      return 0;
    }
    const shape = this.#shapes.shapeOf(headers);
    const { names } = shape;
    this.#reserve(5 + names.length * 5, record);
    const bytes = this.#bytes;
    let at = putVarint(bytes, this.#at, shape.id + 1);
    let text = '';
    let counted = 0;
    let column = 0;
    for (const name in headers) {
      const value = headers[name];
      if (typeof value !== 'string') {
        throw new InvalidRecordError(`${record.topic}: header ${name} is not a text`);
      }
      counted += name.length + value.length;
      const token = this.#token(shape, column++, value);
      if ((token & 1) === 0) text += value;
      if (token < 0x80) bytes[at++] = token;
      else at = putVarint(bytes, at, token);
    }
    this.#at = at;
    if (text.length > 0) {
      this.#reserve(text.length * 3, record);
      this.#at += this.#bytes.write(text, at, 'utf8');
    }
    return counted;
  }

  #token(shape: HeaderShape, column: number, value: string): number {
    if (shape.last[column] !== value) {
      shape.last[column] = value;
      shape.lastIndex[column] = -1;
      return value.length * 2;
    }
    const index = shape.lastIndex[column] ?? -1;
    return (index >= 0 ? index : this.#shapes.promote(shape, column)) * 2 + 1;
  }

  #putTail(): void {
    const shapes = [...this.#shapes.all()];
    this.#putNumber(shapes.length);
    for (const { names } of shapes) {
      this.#putNumber(names.length);
      for (const name of names) this.#putText(name);
    }
    this.#putNumber(this.#shapes.dictionary.length);
    for (const value of this.#shapes.dictionary) this.#putText(value);
  }

  #putNumber(value: number): void {
    this.#grow(5);
    this.#at = putVarint(this.#bytes, this.#at, value);
  }

  #putText(text: string): void {
    const length = Buffer.byteLength(text);
    this.#putNumber(length);
    this.#grow(length);
    this.#bytes.write(text, this.#at, 'utf8');
    this.#at += length;
  }

  // A text of n units takes n to 3n bytes: what is above the limit at one byte per unit is refused
  // before it is copied, however large it is.
  #reserve(bytes: number, record: RecordToAppend): void {
    if (bytes > this.#maxRecordBytes * 6 + RECORD_HEAD_BYTES + FIRST_BYTES) {
      throw new RecordTooLargeError(
        partitionOf(record),
        Math.ceil(bytes / 3),
        this.#maxRecordBytes,
      );
    }
    this.#grow(bytes);
  }

  #grow(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

const SHORT_TEXT = 48;

// Keys are short ASCII: copied here, each saves a call out of JavaScript.
const putData = (bytes: Buffer, at: number, data: string | Uint8Array | null): number => {
  if (data === null) return at;
  if (typeof data !== 'string') {
    bytes.set(data, at);
    return at + data.byteLength;
  }
  const { length } = data;
  if (length > SHORT_TEXT) return at + bytes.write(data, at, 'utf8');
  for (let i = 0; i < length; i++) {
    const unit = data.charCodeAt(i);
    if (unit > 0x7f) return at + bytes.write(data, at, 'utf8');
    bytes[at + i] = unit;
  }
  return at + length;
};

const bound = (data: string | Uint8Array | null): number => {
  if (data === null) return 0;
  return typeof data === 'string' ? data.length * 3 : data.byteLength;
};

const partitionOf = ({ topic, partition }: RecordToAppend): TopicPartition => ({
  topic,
  partition,
});
