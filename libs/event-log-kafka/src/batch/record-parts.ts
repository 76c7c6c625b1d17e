/**
 * Decodes parts of records of one batch. Records of a batch have much in common: a header whose name
 * or value equals that of the record decoded before is not decoded again.
 */
import type { RecordHeaders } from '@millrace/event-log';
import { VarintReader } from './varint-reader';

const MAX_COLUMNS = 64;

/** A header at its place in a record, as it was found last. */
interface Column {
  name: string;
  nameAt: number;
  nameBytes: number;
  value: string;
  valueAt: number;
  valueBytes: number;
}

/** For records that were checked by a scan. */
export class RecordParts {
  readonly #bytes: Buffer;
  readonly #reader: VarintReader;
  readonly #columns: Column[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#reader = new VarintReader(bytes);
  }

  /** @param keyAt where the length of the key stands; null for a null key */
  key(keyAt: number): Buffer | null {
    this.#reader.at = keyAt;
    return this.#data();
  }

  value(keyAt: number): Buffer | null {
    this.#reader.at = keyAt;
    this.#skip();
    return this.#data();
  }

  /** Of several headers with one name the last one counts; a null value is ''. */
  headers(keyAt: number): RecordHeaders {
    const reader = this.#reader;
    reader.at = keyAt;
    this.#skip();
    this.#skip();
    const count = reader.varint();
    const headers: Record<string, string> = {};
    for (let index = 0; index < count; index++) {
      const nameBytes = reader.varint();
      const nameAt = reader.at;
      reader.at += nameBytes;
      const valueBytes = Math.max(0, reader.varint());
      const valueAt = reader.at;
      reader.at += valueBytes;
      const column = this.#column(index);
      this.#name(column, nameAt, nameBytes);
      this.#value(column, valueAt, valueBytes);
      // An assignment would go to the prototype and be lost.
      if (column.name === '__proto__') define(headers, column.name, column.value);
      else headers[column.name] = column.value;
    }
    return headers;
  }

  #data(): Buffer | null {
    const length = this.#reader.varint();
    const { at } = this.#reader;
    return length < 0 ? null : this.#bytes.subarray(at, at + length);
  }

  #skip(): void {
    const length = this.#reader.varint();
    if (length > 0) this.#reader.at += length;
  }

  #column(index: number): Column {
    const known = this.#columns[index % MAX_COLUMNS];
    if (known !== undefined) return known;
    const column = { name: '', nameAt: 0, nameBytes: 0, value: '', valueAt: 0, valueBytes: 0 };
    this.#columns.push(column);
    return column;
  }

  #name(column: Column, at: number, length: number): void {
    if (column.nameBytes === length && this.#isEqual(column.nameAt, at, length)) return;
    column.name = this.#bytes.toString('utf8', at, at + length);
    column.nameAt = at;
    column.nameBytes = length;
  }

  #value(column: Column, at: number, length: number): void {
    if (column.valueBytes === length && this.#isEqual(column.valueAt, at, length)) return;
    column.value = this.#bytes.toString('utf8', at, at + length);
    column.valueAt = at;
    column.valueBytes = length;
  }

  #isEqual(a: number, b: number, length: number): boolean {
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) {
      if (bytes[a + i] !== bytes[b + i]) return false;
    }
    return true;
  }
}

const define = (headers: Record<string, string>, name: string, value: string): void => {
  Object.defineProperty(headers, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
};
