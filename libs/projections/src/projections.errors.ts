/**
 * Errors of views and projectors. Codes are listed in docs/ERRORS.md and never reused.
 */
import { CodedError, type Position } from '@millrace/event-log';

/** The generation is not there (any more). */
export class GenerationGoneError extends CodedError {
  static readonly code = 'PROJECTION_GENERATION_GONE';
  constructor(
    readonly view: string,
    readonly generation: number,
  ) {
    const message = `view ${view}: generation ${generation} does not exist or was dropped`;
    super(GenerationGoneError.code, message, { retryable: false });
  }
}

/** The live generation can't be dropped. */
export class GenerationLiveError extends CodedError {
  static readonly code = 'PROJECTION_GENERATION_LIVE';
  constructor(view: string, generation: number) {
    const message = `view ${view}: generation ${generation} is live and can't be dropped`;
    super(GenerationLiveError.code, message, { retryable: false });
  }
}

/** The store does not answer; the outcome of a write is unknown. */
export class StoreUnavailableError extends CodedError {
  static readonly code = 'PROJECTION_STORE_UNAVAILABLE';
  constructor(view: string, cause?: unknown) {
    const message = `the store of view ${view} does not answer; its projector waits and asks again`;
    super(StoreUnavailableError.code, message, { retryable: true, cause });
  }
}

/** A change does not fit the view's definition. */
export class InvalidChangeError extends CodedError {
  static readonly code = 'PROJECTION_INVALID_CHANGE';
  constructor(view: string, what: string) {
    super(InvalidChangeError.code, `view ${view}: ${what}`, { retryable: false });
  }
}

/** A definition of a view that can't be built. */
export class InvalidDefinitionError extends CodedError {
  static readonly code = 'PROJECTION_INVALID_DEFINITION';
  constructor(view: string, what: string) {
    super(InvalidDefinitionError.code, `view ${view}: ${what}`, { retryable: false });
  }
}

/** A query names what the view's definition does not allow. */
export class InvalidQueryError extends CodedError {
  static readonly code = 'PROJECTION_INVALID_QUERY';
  constructor(view: string, what: string) {
    super(InvalidQueryError.code, `view ${view}: ${what}`, { retryable: false });
  }
}

/** The log holds a record that this release can't read; the lane stands before it. */
export class RecordUnreadableError extends CodedError {
  static readonly code = 'PROJECTION_RECORD_UNREADABLE';
  constructor(
    readonly view: string,
    readonly at: Position,
    cause: unknown,
  ) {
    const where = `${at.topic}/${at.partition} offset ${at.offset}`;
    const message = `view ${view}: the record at ${where} can't be read; nothing was skipped`;
    super(RecordUnreadableError.code, message, { retryable: false, cause });
  }
}

/** More aggregates of a lane are blocked than the limit allows: that is a bug, not poison. */
export class TooManyBlockedError extends CodedError {
  static readonly code = 'PROJECTION_TOO_MANY_BLOCKED';
  constructor(
    readonly view: string,
    readonly lane: number,
    limit: number,
  ) {
    const message = `view ${view}, lane ${lane}: more than ${limit} aggregates are blocked`;
    super(TooManyBlockedError.code, message, { retryable: false });
  }
}

/** A rebuild needs all lanes of the topic in this process, and no other rebuild. */
export class RebuildNotPossibleError extends CodedError {
  static readonly code = 'PROJECTION_REBUILD_NOT_POSSIBLE';
  constructor(
    readonly view: string,
    why: string,
  ) {
    super(RebuildNotPossibleError.code, `view ${view} can't be rebuilt now: ${why}`, {
      retryable: true,
    });
  }
}

/** A rebuild was cancelled; the live generation is as it was. */
export class RebuildCancelledError extends CodedError {
  static readonly code = 'PROJECTION_REBUILD_CANCELLED';
  constructor(readonly view: string) {
    super(RebuildCancelledError.code, `the rebuild of view ${view} was cancelled`, {
      retryable: true,
    });
  }
}
