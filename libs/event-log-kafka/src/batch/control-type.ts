/**
 * What a control batch says. Its only record has as key: version i16 · type i16 (0 abort, 1 commit).
 * Source: Kafka documentation, "Control Batches".
 */
import type { RawBatch } from './batch-scanner';
import { VarintReader } from './varint-reader';

const TYPE_AT = 2;
const KEY_BYTES = 4;
const ABORT = 0;
const COMMIT = 1;

/** `other` for a batch that compaction has emptied, and for types that are not about transactions. */
export const controlTypeOf = (batch: RawBatch): 'commit' | 'abort' | 'other' => {
  if (!batch.control || batch.recordCount === 0) return 'other';
  const reader = new VarintReader(batch.body);
  reader.varint(); // length of the record
  reader.at++; // attributes
  reader.varlong(); // timestamp
  reader.varint(); // offset
  const keyBytes = reader.varint();
  if (keyBytes < KEY_BYTES || reader.at + keyBytes > batch.body.length) return 'other';
  const type = batch.body.readInt16BE(reader.at + TYPE_AT);
  if (type === ABORT) return 'abort';
  return type === COMMIT ? 'commit' : 'other';
};
