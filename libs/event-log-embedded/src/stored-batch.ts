/**
 * A stored batch as it is read: checked once, its records decoded when they are asked for and
 * shared by all readers.
 */
import { crc32 } from 'node:zlib';
import type { LogRecord, RecordHeaders, StoredRecords } from '@millrace/event-log';
import {
  BASE_OFFSET_AT,
  ByteCursor,
  CHECKED_FROM,
  COUNT_AT,
  CRC_AT,
  HEAD_BYTES,
  LAYOUT_VERSION,
  RECORD_HEAD_BYTES,
  SPAN_AT,
  TAIL_AT,
  TIMESTAMP_AT,
} from './batch-layout';

const NO_HEADERS: RecordHeaders = Object.freeze({});

/**
 * What is wrong with the bytes of a batch, in words; undefined when nothing is.
 *
 * @param crcSeed CRC-32 of the key under which the bytes were found
 */
export const damageOf = (bytes: Buffer, crcSeed: number): string | undefined => {
  if (bytes.length < HEAD_BYTES) return `a batch of ${bytes.length} B is cut short`;
  if (bytes[0] !== LAYOUT_VERSION) return `unknown layout version ${bytes[0]}`;
  const found = crc32(bytes.subarray(CHECKED_FROM), crcSeed);
  return found === bytes.readUInt32LE(CRC_AT) ? undefined : 'its checksum does not match';
};

/** A batch; make it only from bytes without {@link damageOf}. */
export class StoredBatch implements StoredRecords {
  readonly baseOffset: number;
  readonly nextOffset: number;
  readonly count: number;
  /** Append time of its first record. */
  readonly timestampMs: number;
  #records: readonly StoredRecord[] | undefined;
  #headers: HeaderDecoder | undefined;

  constructor(readonly bytes: Buffer) {
    this.baseOffset = bytes.readDoubleLE(BASE_OFFSET_AT);
    this.timestampMs = bytes.readDoubleLE(TIMESTAMP_AT);
    this.nextOffset = this.baseOffset + bytes.readUInt32LE(SPAN_AT);
    this.count = bytes.readUInt32LE(COUNT_AT);
  }

  get records(): readonly StoredRecord[] {
    this.#records ??= this.#list();
    return this.#records;
  }

  /** Append time of its last record; that of the batch when it holds none. */
  get newestMs(): number {
    return this.records.at(-1)?.timestampMs ?? this.timestampMs;
  }

  /** @param at where the record's header section begins; @param end where the record ends */
  headersAt(at: number, end: number): RecordHeaders {
    this.#headers ??= new HeaderDecoder(this.bytes);
    return this.#headers.decode(at, end);
  }

  #list(): readonly StoredRecord[] {
    const { bytes, count } = this;
    const records: StoredRecord[] = new Array(count);
    let at = HEAD_BYTES;
    for (let i = 0; i < count; i++) {
      records[i] = new StoredRecord(this, at);
      at += bytes.readUInt32LE(at);
    }
    return records;
  }
}

/** A record; its parts are views on the batch. */
export class StoredRecord implements LogRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly #batch: StoredBatch;
  readonly #at: number;
  #key: Buffer | null | undefined;
  #value: Buffer | null | undefined;
  #headers: RecordHeaders | undefined;

  constructor(batch: StoredBatch, at: number) {
    this.#batch = batch;
    this.#at = at;
    this.offset = batch.baseOffset + batch.bytes.readUInt32LE(at + 4);
    this.timestampMs = batch.timestampMs + batch.bytes.readUInt32LE(at + 8);
  }

  get key(): Buffer | null {
    if (this.#key === undefined) {
      const length = this.#keyLength();
      const from = this.#at + RECORD_HEAD_BYTES;
      this.#key = length < 0 ? null : this.#batch.bytes.subarray(from, from + length);
    }
    return this.#key;
  }

  get value(): Buffer | null {
    if (this.#value === undefined) {
      const length = this.#valueLength();
      const from = this.#at + RECORD_HEAD_BYTES + Math.max(0, this.#keyLength());
      this.#value = length < 0 ? null : this.#batch.bytes.subarray(from, from + length);
    }
    return this.#value;
  }

  get headers(): RecordHeaders {
    if (this.#headers === undefined) {
      const lengths = Math.max(0, this.#keyLength()) + Math.max(0, this.#valueLength());
      const end = this.#at + this.#batch.bytes.readUInt32LE(this.#at);
      this.#headers = this.#batch.headersAt(this.#at + RECORD_HEAD_BYTES + lengths, end);
    }
    return this.#headers;
  }

  /** The record as it is stored, with its head; means something in its batch only. */
  get raw(): Buffer {
    const { bytes } = this.#batch;
    return bytes.subarray(this.#at, this.#at + bytes.readUInt32LE(this.#at));
  }

  #keyLength(): number {
    return this.#batch.bytes.readInt32LE(this.#at + 12);
  }

  #valueLength(): number {
    return this.#batch.bytes.readInt32LE(this.#at + 16);
  }
}

interface Shape {
  readonly names: readonly string[];
  /** Headers and tokens of the record that was decoded last: most of the next one's are equal. */
  last: Record<string, string> | undefined;
  lastTokens: number[];
  /** Tokens of the record that is being decoded. */
  tokens: number[];
}

class HeaderDecoder {
  readonly #bytes: Buffer;
  readonly #shapes: Shape[] = [];
  readonly #dictionary: string[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    const tail = new ByteCursor(bytes, bytes.readUInt32LE(TAIL_AT));
    for (let left = tail.varint(); left > 0; left--) {
      const names: string[] = [];
      for (let more = tail.varint(); more > 0; more--) names.push(tail.text());
      const unread = names.map(() => -1);
      this.#shapes.push({ names, last: undefined, lastTokens: unread, tokens: [...unread] });
    }
    for (let left = tail.varint(); left > 0; left--) this.#dictionary.push(tail.text());
  }

  decode(at: number, end: number): RecordHeaders {
    const bytes = this.#bytes;
    const first = bytes[at] ?? 0;
    const cursor = new ByteCursor(bytes, at);
    const shape = this.#shapes[(first < 0x80 ? first : cursor.varint()) - 1];
    if (shape === undefined) return NO_HEADERS;
    const { names, tokens, lastTokens, last } = shape;
    let from = first < 0x80 ? at + 1 : cursor.at;
    for (let column = 0; column < names.length; column++) {
      let token = bytes[from++] ?? 0;
      if (token >= 0x80) {
        cursor.at = from - 1;
        token = cursor.varint();
        from = cursor.at;
      }
      tokens[column] = token;
    }
    // One text per record, cut below: a value that somebody keeps holds no more than that alive.
    const text = from < end ? bytes.toString('utf8', from, end) : '';
    let cut = 0;
    const headers: Record<string, string> = last === undefined ? {} : { ...last };
    for (let column = 0; column < names.length; column++) {
      const token = tokens[column] ?? 0;
      if ((token & 1) === 0) {
        const length = token / 2;
        headers[names[column] ?? ''] = text.substring(cut, cut + length);
        cut += length;
      } else if (lastTokens[column] !== token) {
        headers[names[column] ?? ''] = this.#dictionary[(token - 1) / 2] ?? '';
      }
    }
    shape.last = headers;
    shape.lastTokens = tokens;
    shape.tokens = lastTokens;
    return headers;
  }
}
