/** Which failures of requests about topics and settings may pass by themselves. */
import { LogUnavailableError } from '@millrace/event-log';
import type { Verdict } from '../cluster/retrying';
import { KafkaUnreachableError, RequestFailedError } from '../wire/request-failed.errors';

// A broker that lags behind the controller does not know a topic yet, or its leader.
const PASSING: ReadonlySet<string> = new Set([
  'NOT_CONTROLLER',
  'REQUEST_TIMED_OUT',
  'THROTTLING_QUOTA_EXCEEDED',
  'UNKNOWN',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'KAFKA_STORAGE_ERROR',
]);

/** For {@link KafkaCluster.retrying}. */
export const judgeAdministration = (error: unknown): Verdict => {
  if (error instanceof LogUnavailableError || error instanceof KafkaUnreachableError)
    return 'retry';
  if (!(error instanceof RequestFailedError)) return 'fail';
  return error.kind !== 'protocol' || mayPass(error.type ?? '') ? 'retry' : 'fail';
};

/** @param type Kafka's name of an error */
export const mayPass = (type: string): boolean => PASSING.has(type);
