/** Errors of the administration of topics. */
import { CodedError } from '@millrace/event-log';

/** The brokers will not make a topic. */
export class TopicRefusedError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_TOPIC_REFUSED';
  constructor(topic: string, refusal: { readonly type: string; readonly reason: string | null }) {
    const { type, reason } = refusal;
    const why = reason === null || reason === '' ? type : `${type}: ${reason}`;
    const message = `the brokers refuse to create topic ${topic} (${why}): grant the right, or create it by hand with the settings of "millrace doctor"`;
    super(TopicRefusedError.code, message, { retryable: false });
  }
}
