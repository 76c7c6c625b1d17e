/**
 * Records as they are written and as they are read.
 */
import type { EpochMs } from './clock.port';

/** Header names and values; values are UTF-8 text. */
export type RecordHeaders = Readonly<Record<string, string>>;

/** A record to append. The partition is always explicit: see `partitionFor`. */
export interface RecordToAppend {
  readonly topic: string;
  readonly partition: number;
  /** Serves compaction only. Required (not null) on compacted topics. */
  readonly key: string | Uint8Array | null;
  /** null is a tombstone on a compacted topic. */
  readonly value: string | Uint8Array | null;
  readonly headers?: RecordHeaders;
}

/** A record read from the log. `key`, `value` and `headers` are decoded when first asked for. */
export interface LogRecord {
  readonly offset: number;
  /** Append time; event time travels in the `ce_time` header. */
  readonly timestampMs: EpochMs;
  /** A view on the batch: copy it before keeping it for long. */
  readonly key: Buffer | null;
  /** A view on the batch: copy it before keeping it for long. */
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

/**
 * Committed records of one partition, ascending by offset; offsets may have gaps (compaction,
 * control and aborted records). A batch may be empty and still move the position.
 */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** Where the reader stands after this batch. */
  readonly nextOffset: number;
  /** Last stable offset when the batch was read: the first offset that is not yet readable. */
  readonly endOffset: number;
}
