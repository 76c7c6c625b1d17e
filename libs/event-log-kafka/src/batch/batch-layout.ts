/**
 * How a record batch of format v2 ("magic 2") is laid out; integers are big endian, `varint` is
 * zigzag. Source: Kafka documentation, "Record Batch" and "Record".
 *
 * batch   0 base offset i64 · 8 bytes that follow i32 · 12 partition leader epoch i32 · 16 magic i8
 *         17 CRC-32C u32 over byte 21 to the end · 21 attributes i16 · 23 last offset - base i32
 *         27 first timestamp i64 · 35 largest timestamp i64 · 43 producer id i64
 *         51 producer epoch i16 · 53 base sequence i32 · 57 records i32 · 61 the records
 * record  body length varint · attributes i8 (unused) · timestamp - first varint (64 bits)
 *         offset - base varint · key length varint (-1 is null) · key · value length varint · value
 *         headers varint, each: name length varint · name · value length varint (-1 is null) · value
 */

export const MAGIC = 2;
export const BASE_OFFSET_AT = 0;
export const LENGTH_AT = 8;
/** Base offset and length are not counted in the length. */
export const LENGTH_COUNTS_FROM = 12;
export const LEADER_EPOCH_AT = 12;
export const MAGIC_AT = 16;
export const CRC_AT = 17;
/** Base offset, length, leader epoch and magic are not covered: the broker sets some of them. */
export const CHECKED_FROM = 21;
export const ATTRIBUTES_AT = 21;
export const LAST_OFFSET_DELTA_AT = 23;
export const FIRST_TIMESTAMP_AT = 27;
export const MAX_TIMESTAMP_AT = 35;
export const PRODUCER_ID_AT = 43;
export const PRODUCER_EPOCH_AT = 51;
export const BASE_SEQUENCE_AT = 53;
export const COUNT_AT = 57;
export const RECORDS_AT = 61;

/** Bits of the attributes. */
export const COMPRESSION_MASK = 0x07;
export const LOG_APPEND_TIME_BIT = 0x08;
export const TRANSACTIONAL_BIT = 0x10;
export const CONTROL_BIT = 0x20;

/** The length of a batch is an int32. */
export const MAX_BATCH_BYTES = 2 ** 31 - 1;

const HIGH_WORD = 2 ** 32;

/** Not exact beyond 2^53. */
export const readInt64 = (bytes: Buffer, at: number): number =>
  bytes.readInt32BE(at) * HIGH_WORD + bytes.readUInt32BE(at + 4);

/** @param value a safe integer */
export const writeInt64 = (bytes: Buffer, value: number, at: number): void => {
  bytes.writeInt32BE(Math.floor(value / HIGH_WORD), at);
  bytes.writeUInt32BE(value >>> 0, at + 4);
};
