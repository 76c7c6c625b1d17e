/**
 * What failures of requests mean to a writer. A code that is not named here is doubt: nobody
 * guesses. Source: Kafka protocol guide, "Error codes"; KafkaProducer's documentation.
 */
import { CodedError, LogUnavailableError } from '@millrace/event-log';
import { coordinatorMayHaveMoved } from '../cluster/kafka-cluster';
import { KafkaUnreachableError, RequestFailedError } from '../wire/request-failed.errors';
import { KafkaRefusedError } from './writing.errors';

/** A newer owner has the id, or the broker has ended a transaction that was open for too long. */
export const isFenced = (error: unknown): boolean => isOfTypes(error, FENCED);

/** The coordinator still ends the transaction before this one. */
export const isBusy = (error: unknown): boolean =>
  error instanceof RequestFailedError && error.type === 'CONCURRENT_TRANSACTIONS';

/** An answer was lost: the request may have done its work, or may still do it. */
export const isLost = (error: unknown): boolean =>
  error instanceof RequestFailedError && error.kind !== 'protocol' && error.mayHaveArrived;

/** Whether an EndTxn that failed so may have decided the transaction, now or when it arrives. */
export const mayHaveDecided = (error: unknown): boolean => {
  if (!(error instanceof RequestFailedError)) return false;
  if (error.kind !== 'protocol') return error.mayHaveArrived;
  return !isFenced(error) && !isOfTypes(error, UNDECIDED);
};

/** Whether the same bytes may be sent again to whoever leads the partition now. */
export const mayProduceAgain = (error: unknown): boolean =>
  isTransport(error) || isOfTypes(error, PRODUCE_AGAIN);

/**
 * Whether a leader that answers so has certainly not appended the batch at this try. One that has
 * lost its leadership while it waited for replicas may have: NOT_LEADER_OR_FOLLOWER is doubt.
 */
export const isNotWritten = (error: unknown): boolean =>
  isFenced(error) || isOfTypes(error, REFUSED) || isOfTypes(error, NOT_WRITTEN);

/** Whether a request may be sent again to whoever coordinates now. */
export const mayAskCoordinatorAgain = (error: unknown): boolean =>
  isTransport(error) || coordinatorMayHaveMoved(error) || isOfTypes(error, ASK_AGAIN);

/**
 * A failure as an error of the port, for work of which nothing was kept.
 *
 * @param what named in the error
 */
export const nothingKept = (what: string, error: unknown): CodedError => {
  if (error instanceof RequestFailedError) {
    const { type } = error;
    if (type !== undefined && REFUSED.has(type)) return new KafkaRefusedError(what, type, error);
    return new LogUnavailableError(what, error);
  }
  const isNamed = error instanceof CodedError && !(error instanceof KafkaUnreachableError);
  return isNamed ? error : new LogUnavailableError(what, error);
};

const isTransport = (error: unknown): boolean =>
  error instanceof KafkaUnreachableError ||
  (error instanceof RequestFailedError && error.kind !== 'protocol');

const isOfTypes = (error: unknown, types: ReadonlySet<string>): boolean =>
  error instanceof RequestFailedError && error.type !== undefined && types.has(error.type);

const FENCED: ReadonlySet<string> = new Set([
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'PRODUCER_FENCED',
]);

// Not written, or written and recognised by its sequence when it comes again.
const PRODUCE_AGAIN: ReadonlySet<string> = new Set([
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'KAFKA_STORAGE_ERROR',
  'LEADER_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'NOT_COORDINATOR',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_LEADER_OR_FOLLOWER',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

const NOT_WRITTEN: ReadonlySet<string> = new Set([
  'CONCURRENT_TRANSACTIONS',
  'INVALID_TXN_STATE',
  'LEADER_NOT_AVAILABLE',
  'NOT_ENOUGH_REPLICAS',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
]);

// Answered before the coordinator does anything; others may come after it could not replicate.
const UNDECIDED: ReadonlySet<string> = new Set([
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
]);

const ASK_AGAIN: ReadonlySet<string> = new Set([
  'LEADER_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

const REFUSED: ReadonlySet<string> = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'CORRUPT_MESSAGE',
  'GROUP_AUTHORIZATION_FAILED',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'INVALID_TRANSACTION_TIMEOUT',
  'MESSAGE_TOO_LARGE',
  'POLICY_VIOLATION',
  'RECORD_LIST_TOO_LARGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'UNSUPPORTED_VERSION',
]);
