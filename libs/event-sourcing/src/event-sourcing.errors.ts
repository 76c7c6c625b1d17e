/**
 * Errors of the write side. Codes are listed in docs/ERRORS.md and never reused.
 */
import { CodedError } from '@millrace/event-log';

/** A record's envelope or value cannot be read: a broken writer, or a foreign record. */
export class EnvelopeInvalidError extends CodedError {
  static readonly code = 'EVENT_ENVELOPE_INVALID';
  constructor(what: string, cause?: unknown) {
    super(EnvelopeInvalidError.code, `the record's envelope is invalid: ${what}`, {
      retryable: false,
      cause,
    });
  }
}

/** A record is of a newer schema than this release can read; it is never skipped. */
export class EnvelopeVersionError extends CodedError {
  static readonly code = 'EVENT_ENVELOPE_VERSION_UNKNOWN';
  constructor(id: string, found: number, known: number) {
    super(
      EnvelopeVersionError.code,
      `event ${id} has schema version ${found}, this release reads up to ${known}: update it first`,
      { retryable: false },
    );
  }
}

/** This process does not own the aggregate's lane (any more). Nothing was written. */
export class LaneNotOwnedError extends CodedError {
  static readonly code = 'OWNER_LANE_NOT_OWNED';
  constructor(
    readonly lane: number,
    cause?: unknown,
  ) {
    super(LaneNotOwnedError.code, `lane ${lane} is owned by another process: ask it, or retry`, {
      retryable: true,
      cause,
    });
  }
}

/** The lane is being taken over or handed over; it serves again in a moment. */
export class LaneUnavailableError extends CodedError {
  static readonly code = 'OWNER_LANE_UNAVAILABLE';
  constructor(
    readonly lane: number,
    state: string,
    cause?: unknown,
  ) {
    super(LaneUnavailableError.code, `lane ${lane} is ${state}: retry in a moment`, {
      retryable: true,
      cause,
    });
  }
}

/** The lane's queue is at its bound. Nothing of the call was taken. */
export class LaneQueueFullError extends CodedError {
  static readonly code = 'OWNER_QUEUE_FULL';
  constructor(
    readonly lane: number,
    limit: number,
  ) {
    super(LaneQueueFullError.code, `the queue of lane ${lane} is at its bound of ${limit}`, {
      retryable: true,
    });
  }
}

/** A command with the same id is being decided right now. */
export class CommandInFlightError extends CodedError {
  static readonly code = 'OWNER_COMMAND_IN_FLIGHT';
  constructor() {
    super(CommandInFlightError.code, 'a command with the same id is in flight: wait for its end', {
      retryable: true,
    });
  }
}

/** The commit was sent and its outcome could not be learnt. */
export class CommandOutcomeUnknownError extends CodedError {
  static readonly code = 'OWNER_COMMAND_OUTCOME_UNKNOWN';
  constructor(
    readonly lane: number,
    cause?: unknown,
  ) {
    super(
      CommandOutcomeUnknownError.code,
      `lane ${lane}: the command may or may not have taken effect; retry it with the same id`,
      { retryable: true, cause },
    );
  }
}

/** The command could not be committed after several attempts. It is known to have no effect. */
export class CommandNotCommittedError extends CodedError {
  static readonly code = 'OWNER_COMMAND_NOT_COMMITTED';
  constructor(
    readonly lane: number,
    attempts: number,
    cause?: unknown,
  ) {
    super(
      CommandNotCommittedError.code,
      `lane ${lane}: the command was not committed in ${attempts} attempts and has no effect`,
      { retryable: true, cause },
    );
  }
}

/** A decider or fold threw, or broke the aggregate's contract. Only its aggregate is affected. */
export class AggregateFailedError extends CodedError {
  static readonly code = 'OWNER_AGGREGATE_FAILED';
  constructor(aggregate: string, what: string, cause?: unknown) {
    super(AggregateFailedError.code, `aggregate type ${aggregate}: ${what}; nothing was written`, {
      retryable: false,
      cause,
    });
  }
}

/** No aggregate type of that name is registered. */
export class AggregateUnknownError extends CodedError {
  static readonly code = 'OWNER_AGGREGATE_UNKNOWN';
  constructor(aggregate: string) {
    super(AggregateUnknownError.code, `no aggregate type is registered as ${aggregate}`, {
      retryable: false,
    });
  }
}

/** A takeover could not read the log up to its own barriers. The lane is not served. */
export class TakeoverStalledError extends CodedError {
  static readonly code = 'OWNER_TAKEOVER_STALLED';
  constructor(
    readonly lane: number,
    what: string,
  ) {
    super(TakeoverStalledError.code, `takeover of lane ${lane} made no progress: ${what}`, {
      retryable: true,
    });
  }
}

/** The log contradicts itself or what was read before: truncation, or a second kind of writer. */
export class LaneInconsistentError extends CodedError {
  static readonly code = 'OWNER_LANE_INCONSISTENT';
  constructor(
    readonly lane: number,
    what: string,
  ) {
    super(LaneInconsistentError.code, `lane ${lane} is not consistent: ${what}; it is not served`, {
      retryable: false,
    });
  }
}

/** A runtime was given options that contradict each other. */
export class RuntimeOptionsInvalidError extends CodedError {
  static readonly code = 'OWNER_OPTIONS_INVALID';
  constructor(what: string) {
    super(RuntimeOptionsInvalidError.code, `the command runtime cannot be made: ${what}`, {
      retryable: false,
    });
  }
}
