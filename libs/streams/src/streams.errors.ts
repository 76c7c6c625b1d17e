/**
 * Errors of the stream library. Codes are listed in docs/ERRORS.md and never reused.
 */
import { CodedError } from '@millrace/event-log';

/** A topology that cannot work; found when it is built, before any record is read. */
export class InvalidTopologyError extends CodedError {
  static readonly code = 'STREAMS_INVALID_TOPOLOGY';
  constructor(topologyId: string, problem: string) {
    super(InvalidTopologyError.code, `topology ${topologyId}: ${problem}`, { retryable: false });
  }
}

/** A window that cannot be: size or hop not positive, hop above size, negative grace. */
export class InvalidWindowError extends CodedError {
  static readonly code = 'STREAMS_INVALID_WINDOW';
  constructor(problem: string) {
    super(InvalidWindowError.code, problem, { retryable: false });
  }
}

/** A record that cannot be decoded while the policy of its source is `stop`. */
export class UndecodableRecordError extends CodedError {
  static readonly code = 'STREAMS_UNDECODABLE_RECORD';
  constructor(where: { topic: string; partition: number; offset: number }, cause: unknown) {
    const at = `${where.topic}/${where.partition} offset ${where.offset}`;
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      UndecodableRecordError.code,
      `${at} cannot be decoded: ${why}; the lane stands before it`,
      { retryable: false, cause },
    );
  }
}

/** State and positions of a lane do not belong together. */
export class StateInconsistentError extends CodedError {
  static readonly code = 'STREAMS_STATE_INCONSISTENT';
  constructor(topologyId: string, lane: number, problem: string) {
    super(StateInconsistentError.code, `topology ${topologyId}, lane ${lane}: ${problem}`, {
      retryable: false,
    });
  }
}

/** Stored state has a format or schema version that this program cannot read. */
export class StateVersionError extends CodedError {
  static readonly code = 'STREAMS_STATE_VERSION';
  constructor(store: string, found: number, known: number) {
    super(
      StateVersionError.code,
      `store ${store}: state has version ${found}, this program knows ${known} and no way between`,
      { retryable: false },
    );
  }
}

/** A lane made no progress with its restore. */
export class RestoreStalledError extends CodedError {
  static readonly code = 'STREAMS_RESTORE_STALLED';
  constructor(changelog: string, lane: number, at: { offset: number; endOffset: number }) {
    super(
      RestoreStalledError.code,
      `${changelog}/${lane}: restore stands at ${at.offset} of ${at.endOffset}`,
      { retryable: true },
    );
  }
}
