/**
 * Errors of the event log. Codes are listed in docs/ERRORS.md and never reused.
 */
import type { TopicPartition } from './topic';

/** Options of a coded error. */
export interface CodedErrorOptions {
  /** Whether the same request may succeed later without anybody changing something. */
  readonly retryable: boolean;
  readonly cause?: unknown;
}

/** An operational error with a stable code. Base of the error classes of all libraries. */
export class CodedError extends Error {
  readonly retryable: boolean;

  constructor(
    readonly code: string,
    message: string,
    options: CodedErrorOptions,
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.retryable = options.retryable;
  }
}

/** A newer writer with the same id was opened. This one can commit nothing any more. */
export class WriterFencedError extends CodedError {
  static readonly code = 'EVENT_LOG_WRITER_FENCED';
  constructor(
    readonly writerId: string,
    readonly epoch: number,
    cause?: unknown,
  ) {
    const message = `writer ${writerId} was fenced at epoch ${epoch}: a newer one owns its id`;
    super(WriterFencedError.code, message, { retryable: false, cause });
  }
}

/** The commit may or may not have happened. */
export class CommitOutcomeUnknownError extends CodedError {
  static readonly code = 'EVENT_LOG_COMMIT_OUTCOME_UNKNOWN';
  constructor(
    readonly writerId: string,
    cause?: unknown,
  ) {
    const message = `writer ${writerId}: the outcome of a commit is unknown; open the writer anew`;
    super(CommitOutcomeUnknownError.code, message, { retryable: true, cause });
  }
}

/** `begin` while a transaction is open, or use of a transaction that has ended. */
export class WriterBusyError extends CodedError {
  static readonly code = 'EVENT_LOG_WRITER_BUSY';
  constructor(
    readonly writerId: string,
    what: string,
  ) {
    super(WriterBusyError.code, `writer ${writerId}: ${what}`, { retryable: false });
  }
}

/** `poll` while a poll of the same reader runs. */
export class ReaderBusyError extends CodedError {
  static readonly code = 'EVENT_LOG_READER_BUSY';
  constructor() {
    const message = 'a poll of this reader is running: a reader has one poll at a time';
    super(ReaderBusyError.code, message, { retryable: false });
  }
}

/** A partition cannot be reached now (its leader moves); nothing of the request was kept. */
export class LogUnavailableError extends CodedError {
  static readonly code = 'EVENT_LOG_UNAVAILABLE';
  constructor(what: string, cause?: unknown) {
    const message = `the log cannot be reached for ${what}: nothing of it was kept, try again`;
    super(LogUnavailableError.code, message, { retryable: true, cause });
  }
}

/** A position before the first or beyond the last readable record. */
export class OffsetOutOfRangeError extends CodedError {
  static readonly code = 'EVENT_LOG_OFFSET_OUT_OF_RANGE';
  constructor(
    readonly at: TopicPartition,
    readonly offset: number,
    range: { readonly startOffset: number; readonly endOffset: number },
  ) {
    const where = `${at.topic}/${at.partition}`;
    const held = `${range.startOffset} to ${range.endOffset}`;
    super(
      OffsetOutOfRangeError.code,
      `${where}: offset ${offset} is out of range, the log holds ${held}`,
      { retryable: false },
    );
  }
}

/** No such topic or partition. */
export class TopicUnknownError extends CodedError {
  static readonly code = 'EVENT_LOG_TOPIC_UNKNOWN';
  constructor(readonly at: TopicPartition) {
    super(TopicUnknownError.code, `no such topic or partition: ${at.topic}/${at.partition}`, {
      retryable: false,
    });
  }
}

/** A topic exists with other settings than declared. */
export class TopicMismatchError extends CodedError {
  static readonly code = 'EVENT_LOG_TOPIC_MISMATCH';
  constructor(topic: string, setting: string, difference: { found: unknown; wanted: unknown }) {
    const { found, wanted } = difference;
    super(
      TopicMismatchError.code,
      `topic ${topic}: ${setting} is ${String(found)}, declared is ${String(wanted)}`,
      { retryable: false },
    );
  }
}

/** A record or topic that breaks the port's rules. */
export class InvalidRecordError extends CodedError {
  static readonly code = 'EVENT_LOG_INVALID_RECORD';
  constructor(message: string) {
    super(InvalidRecordError.code, message, { retryable: false });
  }
}

/** A record above the log's bound. */
export class RecordTooLargeError extends CodedError {
  static readonly code = 'EVENT_LOG_RECORD_TOO_LARGE';
  constructor(
    readonly at: TopicPartition,
    sizeBytes: number,
    limitBytes: number,
  ) {
    super(
      RecordTooLargeError.code,
      `${at.topic}/${at.partition}: a record of ${sizeBytes} B is above the limit of ${limitBytes} B`,
      { retryable: false },
    );
  }
}

/** Stored data is not what was written. */
export class LogDamagedError extends CodedError {
  static readonly code = 'EVENT_LOG_DAMAGED';
  constructor(
    readonly at: TopicPartition,
    readonly offset: number,
    what: string,
  ) {
    super(
      LogDamagedError.code,
      `${at.topic}/${at.partition} is damaged at offset ${offset}: ${what}; nothing was skipped`,
      { retryable: false },
    );
  }
}

/** The log's storage is full; nothing of the commit was kept. */
export class LogStorageFullError extends CodedError {
  static readonly code = 'EVENT_LOG_STORAGE_FULL';
  constructor(where: string, cause?: unknown) {
    super(
      LogStorageFullError.code,
      `no space left for the log in ${where}: free some, then retry`,
      {
        retryable: true,
        cause,
      },
    );
  }
}

/** Another process has the log open. */
export class LogInUseError extends CodedError {
  static readonly code = 'EVENT_LOG_IN_USE';
  constructor(where: string, holder: string, cause?: unknown) {
    super(LogInUseError.code, `${where} is in use by ${holder}`, { retryable: true, cause });
  }
}

/** Use after `close`. */
export class LogClosedError extends CodedError {
  static readonly code = 'EVENT_LOG_CLOSED';
  constructor() {
    super(LogClosedError.code, 'the log is closed', { retryable: false });
  }
}
