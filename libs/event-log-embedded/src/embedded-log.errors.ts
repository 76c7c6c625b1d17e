/**
 * Errors of the embedded log alone; the others are those of the port.
 */
import { CodedError } from '@millrace/event-log';

/** The folder was written by a version of this library that this one does not know. */
export class LogFormatUnknownError extends CodedError {
  static readonly code = 'EVENT_LOG_EMBEDDED_FORMAT_UNKNOWN';
  constructor(folder: string, found: string) {
    const message = `${folder} has format ${found}, which this version cannot read`;
    super(LogFormatUnknownError.code, message, { retryable: false });
  }
}

/** The storage failed in a way that is not known to be harmless. */
export class LogStorageError extends CodedError {
  static readonly code = 'EVENT_LOG_EMBEDDED_STORAGE';
  constructor(folder: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(LogStorageError.code, `the log in ${folder} cannot be read or written: ${reason}`, {
      retryable: true,
      cause,
    });
  }
}
