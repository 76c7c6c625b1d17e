/**
 * Errors of the alert responder. Codes are listed in docs/ERRORS.md and never reused.
 */
import { CodedError } from '@millrace/event-log';

/** command-api gave no final answer. */
export class CommandApiUnavailableError extends CodedError {
  static readonly code = 'RESPONDER_COMMAND_API_UNAVAILABLE';
  constructor(what: string, cause?: unknown) {
    super(
      CommandApiUnavailableError.code,
      `command-api gave no final answer: ${what}; the block is sent again`,
      { retryable: true, cause },
    );
  }
}
