/** How many bytes a record takes in a batch, before it is encoded. */
import { type RecordToAppend, recordSizeBytes } from '@millrace/event-log';

/** Two lengths, two deltas, a count and a length of the whole, each 5 bytes at most. */
const RECORD_FRAME_BYTES = 32;
/** Lengths of name and value. */
const HEADER_FRAME_BYTES = 10;

/** Upper bound, not compressed. */
export const encodedBound = (record: RecordToAppend): number => {
  let bytes = recordSizeBytes(record) + RECORD_FRAME_BYTES;
  for (const _ in record.headers) bytes += HEADER_FRAME_BYTES;
  return bytes;
};

/** The same without looking into texts: a UTF-16 unit takes 3 bytes at most. */
export const roughBound = (record: RecordToAppend): number => {
  let bytes = roughSize(record.key) + roughSize(record.value) + RECORD_FRAME_BYTES;
  for (const name in record.headers) {
    const value = record.headers[name] ?? '';
    bytes += (name.length + value.length) * BYTES_PER_UNIT + HEADER_FRAME_BYTES;
  }
  return bytes;
};

const BYTES_PER_UNIT = 3;

const roughSize = (data: string | Uint8Array | null): number => {
  if (data === null) return 0;
  return typeof data === 'string' ? data.length * BYTES_PER_UNIT : data.byteLength;
};
