/**
 * What is wrong with the configuration.
 */
import { CodedError } from '@millrace/event-log';

/** One value that cannot be used. */
export interface ConfigIssue {
  /** Environment variable that sets it. */
  readonly variable: string;
  /** Kind of value, with its unit: "port number", "milliseconds", …. */
  readonly kind: string;
  /** What is allowed, or which rule is broken. */
  readonly allowed: string;
  /** Where the value came from. */
  readonly source: 'default' | 'environment' | 'override';
}

/** The process cannot start with this configuration. Names every issue, never a value. */
export class ConfigInvalidError extends CodedError {
  static readonly code = 'CONFIG_INVALID';
  constructor(readonly issues: readonly ConfigIssue[]) {
    const lines = issues.map((i) => `${i.variable} (${i.kind}, from ${i.source}): ${i.allowed}`);
    super(ConfigInvalidError.code, `configuration refused: ${lines.join('; ')}`, {
      retryable: false,
    });
  }
}
