/**
 * New batches in the place of old ones: without the records that compaction drops, small neighbours
 * joined. Offsets and times of what stays do not change.
 */
import { crc32 } from 'node:zlib';
import { BatchEncoder } from './batch-encoder';
import { CHECKED_FROM, COUNT_AT, CRC_AT, HEAD_BYTES, TAIL_AT } from './batch-layout';
import { batchKey, checksumSeed } from './level-keys';
import type { Change } from './level-store';
import type { StoredBatch, StoredRecord } from './stored-batch';

/** What is left of a batch. */
export interface Remainder {
  readonly batch: StoredBatch;
  /** Ascending; all of the batch's when nothing was dropped. */
  readonly kept: readonly StoredRecord[];
}

/** Where the batches stand. */
export interface RewriteOptions {
  readonly topicId: number;
  readonly partition: number;
  readonly maxRecordBytes: number;
}

/** Batches with less than this in them are joined with their neighbours. */
const JOINED_BYTES = 65_536;
/** Record times are stored relative to the batch's, in 32 bits. */
const MAX_SPREAD_MS = 4_294_967_295;

/**
 * Changes that replace batches by what is left of them.
 *
 * @param remainders contiguous, ascending
 * @returns empty when everything may stay as it is
 */
export const rewrite = (
  remainders: readonly Remainder[],
  options: RewriteOptions,
): readonly Change[] => runsOf(remainders).flatMap((run) => changesOf(run, options));

const runsOf = (remainders: readonly Remainder[]): readonly (readonly Remainder[])[] => {
  const runs: Remainder[][] = [];
  let bytes = 0;
  for (const remainder of remainders) {
    const size = sizeOf(remainder);
    const run = runs.at(-1);
    if (run !== undefined && bytes + size <= JOINED_BYTES && isNear(run, remainder)) {
      run.push(remainder);
      bytes += size;
    } else {
      runs.push([remainder]);
      bytes = size;
    }
  }
  return runs;
};

// A clock that was set back would give a negative distance: such neighbours stay apart.
const isNear = ([first]: readonly Remainder[], { batch }: Remainder): boolean => {
  const from = first?.batch.timestampMs ?? 0;
  return batch.timestampMs >= from && batch.newestMs - from <= MAX_SPREAD_MS;
};

const sizeOf = ({ batch, kept }: Remainder): number => {
  const { count, bytes } = batch;
  return count === 0 ? 0 : Math.ceil((bytes.length * kept.length) / count);
};

const changesOf = (run: readonly Remainder[], options: RewriteOptions): readonly Change[] => {
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined) return [];
  const isWhole = first.kept.length === first.batch.count;
  if (run.length === 1 && isWhole) return [];
  const { topicId, partition } = options;
  const key = batchKey(topicId, partition, first.batch.baseOffset);
  const removed = run.slice(1).map(({ batch }) => ({
    key: batchKey(topicId, partition, batch.baseOffset),
    value: undefined,
  }));
  const value = run.length === 1 ? filtered(first, key) : joined(run, key, options);
  return [{ key, value }, ...removed];
};

// The records are copied as they are: shapes and dictionary stay.
const filtered = ({ batch, kept }: Remainder, key: Buffer): Buffer => {
  const { bytes } = batch;
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES));
  const records = kept.map((record) => record.raw);
  const tail = bytes.subarray(bytes.readUInt32LE(TAIL_AT));
  const value = Buffer.concat([head, ...records, kept.length === 0 ? NO_TAIL : tail]);
  value.writeUInt32LE(kept.length, COUNT_AT);
  value.writeUInt32LE(
    records.reduce((sum, record) => sum + record.length, HEAD_BYTES),
    TAIL_AT,
  );
  value.writeUInt32LE(crc32(value.subarray(CHECKED_FROM), checksumSeed(key)), CRC_AT);
  return value;
};

/** No shapes, no dictionary. */
const NO_TAIL = Buffer.from([0, 0]);

const joined = (run: readonly Remainder[], key: Buffer, options: RewriteOptions): Buffer => {
  const encoder = new BatchEncoder(options.maxRecordBytes);
  const first = run[0]?.batch;
  const baseOffset = first?.baseOffset ?? 0;
  const timestampMs = first?.timestampMs ?? 0;
  for (const { kept } of run) {
    for (const record of kept) {
      const place = { offset: record.offset - baseOffset, ms: record.timestampMs - timestampMs };
      const { key: recordKey, value, headers } = record;
      encoder.add({ topic: '', partition: 0, key: recordKey, value, headers }, place);
    }
  }
  const nextOffset = run.at(-1)?.batch.nextOffset ?? baseOffset;
  return encoder.finish({ baseOffset, nextOffset, timestampMs, crcSeed: checksumSeed(key) });
};
