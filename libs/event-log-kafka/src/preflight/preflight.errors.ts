/** The preflight says no. */
import { CodedError } from '@millrace/event-log';
import { type Finding, findingLines } from './finding';

/** The cluster or its topics are not safe for a log that is trusted with money. */
export class KafkaUnsafeError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_UNSAFE';
  constructor(readonly findings: readonly Finding[]) {
    const lines = findingLines(findings).join('\n');
    const message = `the log on Kafka is not safe as it is set up: mend it, or accept the risk of single codes with MILLRACE_KAFKA_ALLOW_UNSAFE\n${lines}\n`;
    super(KafkaUnsafeError.code, message, { retryable: false });
  }
}
