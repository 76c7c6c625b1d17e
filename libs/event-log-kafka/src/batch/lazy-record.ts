/** A record whose parts are decoded when they are first asked for. */
import type { LogRecord, RecordHeaders } from '@millrace/event-log';
import type { RecordParts } from './record-parts';
import type { RecordScan } from './record-scan';

/** Its key and value are views on the batch. */
export class LazyRecord implements LogRecord {
  readonly #parts: RecordParts;
  readonly #keyAt: number;
  #key: Buffer | null | undefined;
  #value: Buffer | null | undefined;
  #headers: RecordHeaders | undefined;

  readonly offset: number;
  readonly timestampMs: number;

  /** @param scan stands on the record */
  constructor(parts: RecordParts, scan: RecordScan) {
    this.#parts = parts;
    this.#keyAt = scan.keyAt;
    this.offset = scan.offset;
    this.timestampMs = scan.timestampMs;
  }

  get key(): Buffer | null {
    if (this.#key === undefined) this.#key = this.#parts.key(this.#keyAt);
    return this.#key;
  }

  get value(): Buffer | null {
    if (this.#value === undefined) this.#value = this.#parts.value(this.#keyAt);
    return this.#value;
  }

  get headers(): RecordHeaders {
    this.#headers ??= this.#parts.headers(this.#keyAt);
    return this.#headers;
  }
}
