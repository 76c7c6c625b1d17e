/**
 * Failures of single requests. Whoever sent the request decides by kind, type and whether the
 * request may have arrived; users of the log see these as causes.
 */
import { CodedError } from '@millrace/event-log';

/** What went wrong with a request. */
export type FailureKind =
  /** The broker answered with an error code. */
  | 'protocol'
  /** No answer in time. */
  | 'timeout'
  /** The connection could not be made, or was lost. */
  | 'connection';

/** Details of a failed request. */
export interface FailureDetails {
  readonly kind: FailureKind;
  /** Kafka's name of the error code, `UNKNOWN_<code>` for one that kafkajs does not know. */
  readonly type?: string;
  /** False when the request certainly did nothing: it never left, or the broker refused it. */
  readonly mayHaveArrived: boolean;
  readonly cause?: unknown;
}

/** A request that failed; `type` is Kafka's name of the error when the broker answered. */
export class RequestFailedError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_REQUEST_FAILED';
  readonly kind: FailureKind;
  readonly type: string | undefined;
  readonly mayHaveArrived: boolean;

  constructor(request: string, details: FailureDetails) {
    const what = details.type ?? details.kind;
    const reason = details.cause instanceof Error ? `: ${details.cause.message}` : '';
    super(RequestFailedError.code, `${request} failed (${what})${reason}`, {
      retryable: true,
      ...(details.cause === undefined ? {} : { cause: details.cause }),
    });
    this.kind = details.kind;
    this.type = details.type;
    this.mayHaveArrived = details.mayHaveArrived;
  }
}

/** No broker of the cluster can be reached. */
export class KafkaUnreachableError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_UNREACHABLE';
  constructor(brokers: readonly string[], cause?: unknown) {
    const reason = cause instanceof Error ? ` (${cause.message})` : '';
    const message = `no broker of ${brokers.join(', ')} answers${reason}: check the addresses and the network`;
    super(KafkaUnreachableError.code, message, { retryable: true, cause });
  }
}

/** The addresses lead to another cluster than the one that was opened. */
export class KafkaClusterChangedError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_CLUSTER_CHANGED';
  constructor(opened: string, found: string) {
    const message = `the brokers' addresses led to cluster ${opened}, now to ${found}: positions of one mean nothing in the other; start anew`;
    super(KafkaClusterChangedError.code, message, { retryable: false });
  }
}

/** The brokers refused the credentials. */
export class KafkaAuthenticationError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_AUTHENTICATION';
  constructor(broker: string, mechanism: string, cause?: unknown) {
    const message = `${broker} refused the credentials (SASL ${mechanism}): check user, password and mechanism`;
    super(KafkaAuthenticationError.code, message, { retryable: false, cause });
  }
}

/** The broker's certificate cannot be trusted, or TLS is spoken by one side alone. */
export class KafkaTlsError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_TLS';
  constructor(broker: string, cause?: unknown) {
    const reason = cause instanceof Error ? cause.message : 'no handshake';
    const message = `no TLS connection to ${broker} (${reason}): give the CA that signed its certificate, or correct the listener`;
    super(KafkaTlsError.code, message, { retryable: false, cause });
  }
}

/** The broker speaks no version of a request that this adapter speaks. */
export class KafkaVersionUnsupportedError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_VERSION_UNSUPPORTED';
  constructor(broker: string, request: string, versions: readonly number[]) {
    const message = `${broker} takes no version of ${request} that this adapter speaks (${versions.join(', ')}): Kafka 3.9 to 4.x is supported`;
    super(KafkaVersionUnsupportedError.code, message, { retryable: false });
  }
}

/** The kafkajs that is installed is not the one that this adapter was written for. */
export class KafkajsMismatchError extends CodedError {
  static readonly code = 'EVENT_LOG_KAFKA_KAFKAJS_MISMATCH';
  constructor(what: string) {
    const message = `kafkajs is not what this adapter relies on: ${what}; install the pinned release`;
    super(KafkajsMismatchError.code, message, { retryable: false });
  }
}
