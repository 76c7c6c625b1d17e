/**
 * Errors of views and projectors. Codes are listed in docs/ERRORS.md and never reused.
 */
import { CodedError } from '@millrace/event-log';

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
