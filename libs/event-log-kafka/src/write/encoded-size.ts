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
