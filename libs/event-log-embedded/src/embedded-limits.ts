/**
 * Limits of the embedded log, with their defaults.
 */
import { DEFAULT_MAX_RECORD_BYTES } from '@millrace/event-log';

/** Bounds and periods; bytes and milliseconds. */
export interface EmbeddedLogLimits {
  /** Largest record: bytes of key and value plus characters of header names and values. */
  readonly maxRecordBytes: number;
  /** Newest batches in memory, encoded; decoded, they take up to 3 times that. */
  readonly tailCacheBytes: number;
  /** Batches read from disk in memory, encoded; decoded, they take up to 3 times that. */
  readonly readAheadBytes: number;
  /** LevelDB's write buffer; up to two are held. */
  readonly writeBufferBytes: number;
  /** Commits are refused when less space than this would be left; 0 leaves it to the disk. */
  readonly minFreeBytes: number;
  /** Pause between two rounds of compaction and retention; 0 switches them off. */
  readonly housekeepingPauseMs: number;
  /** Most bytes that one round reads. */
  readonly housekeepingRoundBytes: number;
  /** A compacted partition is looked through again once this much was appended to it. */
  readonly compactAfterBytes: number;
  /** How long a tombstone stays after it was appended. */
  readonly tombstoneRetentionMs: number;
}

/** Defaults of {@link EmbeddedLogLimits}. */
export const DEFAULT_LIMITS: EmbeddedLogLimits = {
  maxRecordBytes: DEFAULT_MAX_RECORD_BYTES,
  tailCacheBytes: 24 * 1_048_576,
  readAheadBytes: 16 * 1_048_576,
  writeBufferBytes: 64 * 1_048_576,
  minFreeBytes: 64 * 1_048_576,
  housekeepingPauseMs: 500,
  housekeepingRoundBytes: 4 * 1_048_576,
  compactAfterBytes: 32 * 1_048_576,
  tombstoneRetentionMs: 7 * 86_400_000,
};
