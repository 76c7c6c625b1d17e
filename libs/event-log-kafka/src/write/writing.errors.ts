/**
 * Errors of writing to Kafka beyond the port's. Codes are listed in docs/ERRORS.md, never reused.
 */
import { CodedError } from '@millrace/event-log';

/** What was written is not what was appended; the transaction was not committed. */
export class ReceiptIncompleteError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_RECEIPT_INCOMPLETE';
  constructor(writerId: string, what: string) {
    const message = `writer ${writerId}: ${what}; nothing was committed, open the writer anew`;
    super(ReceiptIncompleteError.code, message, { retryable: true });
  }
}

/** The brokers refuse a request for a reason that only settings or rights can change. */
export class KafkaRefusedError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_REFUSED';
  constructor(what: string, type: string, cause?: unknown) {
    const message = `the brokers refuse ${what} (${type}): ${CURES[type] ?? DEFAULT_CURE}`;
    super(KafkaRefusedError.code, message, { retryable: false, cause });
  }
}

const GRANT_WRITE = 'grant this user WRITE on the topic';
const DEFAULT_CURE = "look the code up in Kafka's protocol guide";

const CURES: Readonly<Record<string, string>> = {
  CLUSTER_AUTHORIZATION_FAILED: 'grant this user IDEMPOTENT_WRITE on the cluster',
  GROUP_AUTHORIZATION_FAILED: 'grant this user READ on the group',
  INVALID_TRANSACTION_TIMEOUT:
    "lower limits.transactionTimeoutMs, or raise the brokers' transaction.max.timeout.ms",
  MESSAGE_TOO_LARGE: "lower limits.maxBatchBytes, or raise the topic's max.message.bytes",
  RECORD_LIST_TOO_LARGE: "lower limits.maxBatchBytes, or raise the topic's segment.bytes",
  TOPIC_AUTHORIZATION_FAILED: GRANT_WRITE,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'grant this user WRITE on the transactional id',
};
