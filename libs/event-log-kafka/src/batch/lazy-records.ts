/**
 * Records of a batch. One pass finds and checks where each begins and ends; key, value and headers
 * are decoded when they are asked for.
 */
import { LogDamagedError, type LogRecord, type TopicPartition } from '@millrace/event-log';
import { DEFAULT_MAX_DECOMPRESSED_BYTES } from '../compression/codecs';
import { BatchTooLargeError, CompressionFailedError } from '../compression/compression.errors';
import type { RawBatch } from './batch-scanner';
import { LazyRecord } from './lazy-record';
import { RecordParts } from './record-parts';
import { RecordScan } from './record-scan';

/** Where a batch was read, and how much memory it may take. */
export interface BatchSource extends TopicPartition {
  /** Default {@link DEFAULT_MAX_DECOMPRESSED_BYTES}. */
  readonly maxDecompressedBytes?: number;
}

const NONE: readonly LogRecord[] = [];

/**
 * The records of a batch from an offset on, ascending; none of a control batch.
 *
 * Keys and values are views on the fetch answer, or on what was decompressed.
 *
 * @param from first offset wanted
 * @throws LogDamagedError a record does not fit into its batch, offsets do not ascend, or the bytes
 *   cannot be decompressed; names the batch's base offset
 * @throws BatchTooLargeError the records take more than the limit
 */
export const recordsOf = (
  batch: RawBatch,
  from: number,
  where: BatchSource,
): readonly LogRecord[] => {
  const { recordCount, baseOffset, lastOffset } = batch;
  if (batch.control || recordCount === 0 || lastOffset < from) return NONE;
  const bytes = bodyOf(batch, where);
  const records: LazyRecord[] = [];
  const parts = new RecordParts(bytes);
  const scan = new RecordScan(bytes, batch);
  let offset = baseOffset - 1;
  for (let i = 0; i < recordCount; i++) {
    if (!scan.next()) throw damaged(batch, where, `record ${i} does not fit into it`);
    if (scan.offset <= offset || scan.offset > lastOffset) {
      throw damaged(batch, where, `record ${i} has offset ${scan.offset} behind ${offset}`);
    }
    offset = scan.offset;
    if (offset >= from) records.push(new LazyRecord(parts, scan));
  }
  if (scan.end !== bytes.length) throw damaged(batch, where, 'bytes are left behind its records');
  return records;
};

const bodyOf = (batch: RawBatch, where: BatchSource): Buffer => {
  const { codec, body, baseOffset, lastOffset } = batch;
  if (codec === undefined) return body;
  const limitBytes = where.maxDecompressedBytes ?? DEFAULT_MAX_DECOMPRESSED_BYTES;
  try {
    return codec.decompress(body, limitBytes);
  } catch (error) {
    if (error instanceof BatchTooLargeError) {
      const { topic, partition } = where;
      throw new BatchTooLargeError(limitBytes, error.when, {
        topic,
        partition,
        offset: baseOffset,
        lastOffset,
      });
    }
    if (error instanceof CompressionFailedError) throw damaged(batch, where, error.message);
    throw error;
  }
};

const damaged = (batch: RawBatch, where: TopicPartition, what: string): LogDamagedError =>
  new LogDamagedError(
    where,
    batch.baseOffset,
    `the batch of offsets ${batch.baseOffset} to ${batch.lastOffset}: ${what}`,
  );
