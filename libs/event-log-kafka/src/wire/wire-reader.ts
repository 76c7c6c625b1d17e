/** Reads Kafka's primitive types from an answer, in order; offsets are checked to be safe. */
import { RequestFailedError } from './request-failed.errors';

const HIGH_WORD = 2 ** 32;
const NO_BYTES = Buffer.alloc(0);

/** A cursor over the bytes of an answer. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Over an answer that was kept undecoded. */
  static over(decoded: object): WireReader {
    const payload = 'payload' in decoded ? decoded.payload : undefined;
    return new WireReader(Buffer.isBuffer(payload) ? payload : NO_BYTES);
  }

  int16(): number {
    const value = this.#bytes.readInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  int32(): number {
    const value = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** @throws RequestFailedError above 2^53 - 1: offsets and producer ids are safe integers here */
  int64(): number {
    const high = this.#bytes.readInt32BE(this.#at);
    const low = this.#bytes.readUInt32BE(this.#at + 4);
    this.#at += 8;
    const value = high * HIGH_WORD + low;
    if (Number.isSafeInteger(value)) return value;
    throw new RequestFailedError('an answer', {
      kind: 'protocol',
      type: 'INTEGER_NOT_SAFE',
      mayHaveArrived: true,
    });
  }

  string(): string | null {
    const length = this.int16();
    if (length < 0) return null;
    const value = this.#bytes.toString('utf8', this.#at, this.#at + length);
    this.#at += length;
    return value;
  }

  /** A view; empty for null. */
  bytes(): Buffer {
    const length = this.int32();
    if (length <= 0) return NO_BYTES;
    const value = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }
}
