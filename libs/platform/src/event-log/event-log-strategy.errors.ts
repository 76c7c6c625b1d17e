/**
 * Errors of the transport.
 */
import { CodedError } from '@millrace/event-log';

/** A consumer without a handler, or a handler without a consumer. */
export class StrategyWiringError extends CodedError {
  static readonly code = 'TRANSPORT_WIRING_INVALID';
  constructor(pattern: string, missing: 'handler' | 'consumer') {
    super(StrategyWiringError.code, `event pattern ${pattern} has no ${missing}`, {
      retryable: false,
    });
  }
}
