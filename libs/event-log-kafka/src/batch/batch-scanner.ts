/**
 * Walks the batches of a fetch answer and checks each: whole, in order, and what was written.
 */

import { LogDamagedError, type TopicPartition } from '@millrace/event-log';
import { crc32c } from '@node-rs/crc32';
import { codecById } from '../compression/codecs';
import type { CompressionCodec } from '../compression/compression-codec';
import { BatchFormatUnknownError } from './batch.errors';
import {
  ATTRIBUTES_AT,
  BASE_OFFSET_AT,
  BASE_SEQUENCE_AT,
  CHECKED_FROM,
  COMPRESSION_MASK,
  CONTROL_BIT,
  COUNT_AT,
  CRC_AT,
  FIRST_TIMESTAMP_AT,
  LAST_OFFSET_DELTA_AT,
  LEADER_EPOCH_AT,
  LENGTH_AT,
  LENGTH_COUNTS_FROM,
  LOG_APPEND_TIME_BIT,
  MAGIC,
  MAGIC_AT,
  MAX_TIMESTAMP_AT,
  PRODUCER_EPOCH_AT,
  PRODUCER_ID_AT,
  RECORDS_AT,
  readInt64,
  TRANSACTIONAL_BIT,
} from './batch-layout';

/** A batch as it stands in the log; its records are neither decompressed nor decoded. */
export interface RawBatch {
  readonly baseOffset: number;
  /** Offset of the last record that was written; it stays when compaction removes that record. */
  readonly lastOffset: number;
  readonly partitionLeaderEpoch: number;
  /** -1 for a producer without idempotence. */
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly transactional: boolean;
  /** The batch marks the end of a transaction and carries no data. */
  readonly control: boolean;
  /** Every record has the largest timestamp: the broker's clock when it was appended. */
  readonly logAppendTime: boolean;
  readonly firstTimestampMs: number;
  readonly maxTimestampMs: number;
  /** Records that are there; 0 when compaction has removed them all. */
  readonly recordCount: number;
  readonly codec: CompressionCodec | undefined;
  /** The records, perhaps compressed; a view on the answer. */
  readonly body: Buffer;
  /** Bytes of the whole batch. */
  readonly sizeBytes: number;
}

/**
 * The whole batches of one partition's part of a fetch answer, ascending. The last one may be cut,
 * as brokers do; it is left out. The first one is never cut by a broker, however large it is.
 *
 * Batches before a bad one are yielded first: hand out their records before the error.
 *
 * @throws LogDamagedError checksum, length, offset or count are not what was written, or the first
 *   batch is cut
 * @throws BatchFormatUnknownError older than Kafka 0.11, or newer than is known here
 * @throws CompressionUnknownError a codec that is not known here
 */
export function* scanBatches(bytes: Buffer, where: TopicPartition): Generator<RawBatch, void> {
  let at = 0;
  let offsetNext = 0;
  while (at < bytes.length) {
    const end = endOf(bytes, at, where);
    if (end === undefined) {
      if (at > 0) return;
      throw new LogDamagedError(where, offsetNext, 'the first batch of an answer is cut short');
    }
    const batch = readBatch(bytes.subarray(at, end), where);
    if (batch.baseOffset < offsetNext) {
      throw new LogDamagedError(where, batch.baseOffset, `a batch stands behind ${offsetNext - 1}`);
    }
    yield batch;
    offsetNext = batch.lastOffset + 1;
    at = end;
  }
}

const endOf = (bytes: Buffer, at: number, where: TopicPartition): number | undefined => {
  if (at + MAGIC_AT >= bytes.length) return undefined;
  const magic = bytes.readInt8(at + MAGIC_AT);
  const offset = readInt64(bytes, at + BASE_OFFSET_AT);
  const length = bytes.readInt32BE(at + LENGTH_AT);
  if (magic !== MAGIC) throw new BatchFormatUnknownError({ ...where, offset }, magic);
  const size = length + LENGTH_COUNTS_FROM;
  if (size < RECORDS_AT) throw new LogDamagedError(where, offset, `a batch of ${size} B`);
  const end = at + size;
  return end <= bytes.length ? end : undefined;
};

const readBatch = (batch: Buffer, where: TopicPartition): RawBatch => {
  const baseOffset = readInt64(batch, BASE_OFFSET_AT);
  const lastOffset = baseOffset + batch.readInt32BE(LAST_OFFSET_DELTA_AT);
  if (crc32c(batch.subarray(CHECKED_FROM)) !== batch.readUInt32BE(CRC_AT)) {
    const range = `offsets ${baseOffset} to ${lastOffset}`;
    throw new LogDamagedError(where, baseOffset, `the checksum of ${range} does not match`);
  }
  if (baseOffset < 0 || lastOffset < baseOffset || !Number.isSafeInteger(lastOffset)) {
    throw new LogDamagedError(where, baseOffset, `a batch ends at offset ${lastOffset}`);
  }
  const recordCount = batch.readInt32BE(COUNT_AT);
  if (recordCount < 0) {
    throw new LogDamagedError(where, baseOffset, `a batch counts ${recordCount} records`);
  }
  const attributes = batch.readInt16BE(ATTRIBUTES_AT);
  const compression = attributes & COMPRESSION_MASK;
  return {
    baseOffset,
    lastOffset,
    partitionLeaderEpoch: batch.readInt32BE(LEADER_EPOCH_AT),
    producerId: readInt64(batch, PRODUCER_ID_AT),
    producerEpoch: batch.readInt16BE(PRODUCER_EPOCH_AT),
    baseSequence: batch.readInt32BE(BASE_SEQUENCE_AT),
    transactional: (attributes & TRANSACTIONAL_BIT) !== 0,
    control: (attributes & CONTROL_BIT) !== 0,
    logAppendTime: (attributes & LOG_APPEND_TIME_BIT) !== 0,
    firstTimestampMs: readInt64(batch, FIRST_TIMESTAMP_AT),
    maxTimestampMs: readInt64(batch, MAX_TIMESTAMP_AT),
    recordCount,
    codec:
      compression === 0
        ? undefined
        : codecById(compression, { ...where, offset: baseOffset, lastOffset }),
    body: batch.subarray(RECORDS_AT),
    sizeBytes: batch.length,
  };
};
