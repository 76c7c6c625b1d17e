/**
 * Errors of fraud detection. Codes are listed in docs/ERRORS.md and never reused.
 */
import { CodedError } from '@millrace/event-log';

/** A record among the alerts is none. */
export class AlertUnreadableError extends CodedError {
  static readonly code = 'FRAUD_ALERT_UNREADABLE';
  constructor(what: string) {
    super(AlertUnreadableError.code, `cannot be read as an alert: ${what}`, { retryable: false });
  }
}

/** A rule set that cannot be evaluated; found before any payment is read. */
export class RuleSetInvalidError extends CodedError {
  static readonly code = 'FRAUD_RULE_SET_INVALID';
  constructor(version: number, problem: string) {
    super(RuleSetInvalidError.code, `rule set ${version}: ${problem}`, { retryable: false });
  }
}
