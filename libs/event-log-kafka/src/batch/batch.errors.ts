/**
 * Errors of reading record batches. Codes are listed in docs/ERRORS.md and never reused.
 */
import { CodedError, type Position } from '@millrace/event-log';

/** A batch has a format that is not read here. */
export class BatchFormatUnknownError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_BATCH_FORMAT_UNKNOWN';
  constructor(
    readonly at: Position,
    readonly magic: number,
  ) {
    const { topic, partition, offset } = at;
    const message = `${topic}/${partition}: the batch at offset ${offset} has format ${magic}, read is format 2`;
    super(BatchFormatUnknownError.code, message, { retryable: false });
  }
}
