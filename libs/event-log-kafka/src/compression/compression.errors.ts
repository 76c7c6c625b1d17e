/**
 * Errors of compression. Codes are listed in docs/ERRORS.md and never reused.
 */
import { CodedError, type Position } from '@millrace/event-log';

/** Where a batch stands: from this offset on, to its last one if that is known. */
export interface BatchPlace extends Position {
  readonly lastOffset?: number;
}

/** A batch is compressed in a way that no codec here reads. */
export class CompressionUnknownError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_COMPRESSION_UNKNOWN';
  constructor(
    readonly id: number,
    at?: BatchPlace,
  ) {
    const message = `${named(at)} has compression ${id}: known are gzip, snappy, lz4 and zstd`;
    super(CompressionUnknownError.code, message, { retryable: false });
  }
}

/** A codec cannot do its work: the bytes are not its own, or it was not prepared. */
export class CompressionFailedError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_COMPRESSION_FAILED';
  constructor(
    readonly codec: string,
    what: string,
    cause?: unknown,
  ) {
    super(CompressionFailedError.code, `${codec}: ${what}`, { retryable: false, cause });
  }
}

/** A batch is larger than it may be. */
export class BatchTooLargeError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_BATCH_TOO_LARGE';
  /** @param when at which stage: 'once decompressed (gzip)' */
  constructor(
    readonly limitBytes: number,
    readonly when: string,
    at?: BatchPlace,
  ) {
    const message = `${named(at)} takes more than ${limitBytes} B ${when}`;
    super(BatchTooLargeError.code, message, { retryable: false });
  }
}

/** What a codec throws above its limit. */
export const aboveLimit = (codec: string, limitBytes: number): BatchTooLargeError =>
  new BatchTooLargeError(limitBytes, `once decompressed (${codec})`);

const named = (at: BatchPlace | undefined): string => {
  if (at === undefined) return 'a batch';
  const range = at.lastOffset === undefined ? '' : ` (to ${at.lastOffset})`;
  return `${at.topic}/${at.partition}: the batch at offset ${at.offset}${range}`;
};
