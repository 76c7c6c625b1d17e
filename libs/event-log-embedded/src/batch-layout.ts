/**
 * How a stored batch is laid out. All integers are little endian.
 *
 * head     0 version u8 · 1 CRC-32 u32 over byte 5 to the end, seeded with the batch's key
 *          5 base offset f64 · 13 append time f64 (ms) · 21 span u32 (next offset - base offset)
 *          25 records u32 · 29 position of the tail u32
 * records  body length u32 · offset - base u32 · time - append time u32 · key length i32 · value
 *          length i32 (both -1 for null) · key · value · shape varint (0 = no headers) · one token
 *          per header · text of the headers whose value is new
 * tail     shapes: number, each with its header names; dictionary: number of values, the values
 *          (numbers and byte lengths as varints, texts in UTF-8)
 *
 * A shape is a sequence of header names. A token is a varint: (UTF-16 length << 1) for a value that
 * follows in the record's text, (index << 1 | 1) for one in the dictionary.
 */

/** Version of this layout. */
export const LAYOUT_VERSION = 1;
export const CRC_AT = 1;
export const CHECKED_FROM = 5;
export const BASE_OFFSET_AT = 5;
export const TIMESTAMP_AT = 13;
export const SPAN_AT = 21;
export const COUNT_AT = 25;
export const TAIL_AT = 29;
export const HEAD_BYTES = 33;
/** Bytes of a record before its key. */
export const RECORD_HEAD_BYTES = 20;

/** A place in a buffer from which varints and texts are read. */
export class ByteCursor {
  constructor(
    readonly bytes: Buffer,
    public at: number,
  ) {}

  varint(): number {
    let result = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.at++] ?? 0;
      result += (byte & 0x7f) * scale;
      if (byte < 0x80) return result;
      scale *= 128;
    }
  }

  text(): string {
    const length = this.varint();
    const from = this.at;
    this.at += length;
    return this.bytes.toString('utf8', from, this.at);
  }
}

/** Writes a varint; at most 5 bytes for the values used here. @returns position after it */
export const putVarint = (bytes: Buffer, at: number, value: number): number => {
  let rest = value;
  let to = at;
  while (rest > 0x7f) {
    bytes[to++] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 128);
  }
  bytes[to++] = rest;
  return to;
};
