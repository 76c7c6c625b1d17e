/** From error codes of answers to failures that name them. */
import { errorCodes } from 'kafkajs/src/protocol/error';
import { RequestFailedError } from './request-failed.errors';

const names = new Map(errorCodes.map(({ code, type }) => [code, type]));

// Codes that kafkajs 2.2.4 does not know, and those that it names otherwise than Kafka does.
const KAFKA_NAMES: Readonly<Record<number, string>> = {
  6: 'NOT_LEADER_OR_FOLLOWER',
  14: 'COORDINATOR_LOAD_IN_PROGRESS',
  15: 'COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR',
  89: 'THROTTLING_QUOTA_EXCEEDED',
  90: 'PRODUCER_FENCED',
  100: 'UNKNOWN_TOPIC_ID',
  103: 'INCONSISTENT_TOPIC_ID',
  120: 'TRANSACTION_ABORTABLE',
};

/** Kafka's name of an error code. */
export const errorNameOf = (code: number): string =>
  KAFKA_NAMES[code] ?? names.get(code) ?? `UNKNOWN_${code}`;

// A broker that answers so has begun the work, and does not know its end.
const IN_DOUBT: ReadonlySet<number> = new Set([
  -1, // UNKNOWN_SERVER_ERROR
  7, // REQUEST_TIMED_OUT
  20, // NOT_ENOUGH_REPLICAS_AFTER_APPEND
  56, // KAFKA_STORAGE_ERROR
]);

/** A failure that a broker answered with: it refused, so the request mostly did nothing. */
export const protocolFailure = (request: string, code: number): RequestFailedError =>
  new RequestFailedError(request, {
    kind: 'protocol',
    type: errorNameOf(code),
    mayHaveArrived: IN_DOUBT.has(code),
  });

/** @throws RequestFailedError when the code is not 0 */
export const checkCode = (request: string, code: number): void => {
  if (code !== 0) throw protocolFailure(request, code);
};
