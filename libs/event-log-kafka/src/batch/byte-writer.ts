/**
 * A growing buffer into which records are written. What has a length in front is written behind a
 * guess of how many bytes the length takes, and moved when the guess was wrong: texts are short or
 * ASCII mostly, and records of a batch about as long as one another.
 */
import { BatchTooLargeError } from '../compression/compression.errors';
import { MAX_BATCH_BYTES } from './batch-layout';

/** Below this a text is copied here, unit by unit; above, a call out of JavaScript is cheaper. */
const SHORT_TEXT = 40;
/** From here on room is made for what a text takes, not for what it could take. */
const LONG_TEXT = 4_096;
/** A UTF-16 unit takes at most 3 bytes in UTF-8. */
const BYTES_PER_UNIT = 3;
const MAX_VARINT_BYTES = 5;
const FIRST_MULTIBYTE_UNIT = 0x80;

/** Where records are written; `at` is where the next byte goes. */
export class ByteWriter {
  #bytes: Buffer;
  /** Bytes that may be written into; 0 when the buffer has been handed out. */
  #room: number;
  at: number;

  constructor(initialBytes: number, at: number) {
    this.#bytes = Buffer.allocUnsafeSlow(initialBytes);
    this.#room = initialBytes;
    this.at = at;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Whether the buffer was handed out, and nothing was written since. */
  get isHandedOut(): boolean {
    return this.#room === 0;
  }

  /** From now on the buffer is somebody else's: the next write goes into a copy. */
  handOut(): void {
    this.#room = 0;
  }

  /** Makes room; call it before anything is written. @throws BatchTooLargeError above 2 GiB */
  reserve(bytes: number): void {
    const needed = this.at + bytes;
    if (needed <= this.#room) return;
    if (needed > MAX_BATCH_BYTES) throw new BatchTooLargeError(MAX_BATCH_BYTES, 'as it is built');
    const size = Math.min(MAX_BATCH_BYTES, Math.max(needed, this.#bytes.length * 2));
    const larger = Buffer.allocUnsafeSlow(size);
    this.#bytes.copy(larger, 0, 0, this.at);
    this.#bytes = larger;
    this.#room = size;
  }

  /** @param value an int32 >= -1 in room that was reserved */
  varint(value: number): void {
    this.at = putVarint(this.#bytes, this.at, value);
  }

  /** Length and bytes; null is length -1. Reserves what it needs. */
  data(data: string | Uint8Array | null): void {
    if (data === null) {
      this.reserve(1);
      this.#bytes[this.at++] = 1;
    } else if (typeof data === 'string') {
      this.text(data);
    } else {
      this.reserve(data.byteLength + MAX_VARINT_BYTES);
      this.varint(data.byteLength);
      this.#bytes.set(data, this.at);
      this.at += data.byteLength;
    }
  }

  /** Length and text in UTF-8. Reserves what it needs. */
  text(text: string): void {
    const { length } = text;
    const bound = length < LONG_TEXT ? length * BYTES_PER_UNIT : Buffer.byteLength(text);
    this.reserve(bound + MAX_VARINT_BYTES);
    const bytes = this.#bytes;
    const start = this.at;
    if (length < SHORT_TEXT) {
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit >= FIRST_MULTIBYTE_UNIT) break;
        bytes[start + 1 + i] = unit;
      }
      if (i === length) {
        bytes[start] = length * 2;
        this.at = start + 1 + length;
        return;
      }
    }
    const width = varintBytes(length);
    const written = bytes.write(text, start + width, 'utf8');
    this.at = start + width + written;
    this.prefix(start, width, written);
  }

  /** A few bytes as they are. Reserves what it needs. */
  raw(data: Uint8Array): void {
    const { length } = data;
    this.reserve(length);
    const bytes = this.#bytes;
    const { at } = this;
    for (let i = 0; i < length; i++) bytes[at + i] = data[i] ?? 0;
    this.at = at + length;
  }

  /**
   * Writes a number in front of what follows it already.
   * @param start where the number goes
   * @param width bytes that were left for it; 5 more than was written must be reserved
   * @returns the bytes that it took
   */
  prefix(start: number, width: number, value: number): number {
    const taken = varintBytes(value);
    if (taken !== width) {
      this.#bytes.copyWithin(start + taken, start + width, this.at);
      this.at += taken - width;
    }
    putVarint(this.#bytes, start, value);
    return taken;
  }
}

/** Bytes of a zigzag varint; @param value an int32 >= 0 */
export const varintBytes = (value: number): number => {
  if (value < 0x40) return 1;
  if (value < 0x2000) return 2;
  if (value < 0x10_0000) return 3;
  return value < 0x800_0000 ? 4 : 5;
};

const putVarint = (bytes: Buffer, at: number, value: number): number => {
  let rest = (value << 1) ^ (value >> 31);
  let next = at;
  while ((rest & ~0x7f) !== 0) {
    bytes[next++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[next++] = rest;
  return next;
};
