/** What a failed JoinGroup or SyncGroup means for the member. */
import { InvalidRecordError, LogClosedError } from '@millrace/event-log';
import {
  KafkaAuthenticationError,
  KafkaTlsError,
  KafkaVersionUnsupportedError,
  RequestFailedError,
} from '../wire/request-failed.errors';

/** See {@link joinVerdict}. */
export type JoinVerdict =
  /** The group has moved on: join again at once. */
  | 'again'
  /** The coordinator cannot be reached, or is not ready. */
  | 'retry'
  /** The coordinator does not know this member any more. */
  | 'lost'
  /** Trying again would not help: a new member is told, one that was in the group goes on trying. */
  | 'refused'
  /** The log was closed. */
  | 'closed';

const VERDICTS: ReadonlyMap<string, JoinVerdict> = new Map([
  ['REBALANCE_IN_PROGRESS', 'again'],
  // The coordinator knows the member, in a generation whose answer got lost, or in the one that a
  // new coordinator has read: its claims stand, and newer ones of others go before them.
  ['ILLEGAL_GENERATION', 'again'],
  ['UNKNOWN_MEMBER_ID', 'lost'],
  ['FENCED_INSTANCE_ID', 'lost'],
  ['INCONSISTENT_GROUP_PROTOCOL', 'refused'],
  ['INVALID_GROUP_ID', 'refused'],
  ['INVALID_SESSION_TIMEOUT', 'refused'],
  ['GROUP_AUTHORIZATION_FAILED', 'refused'],
  ['GROUP_MAX_SIZE_REACHED', 'refused'],
  ['GROUP_MESSAGE_UNREADABLE', 'refused'],
]);

/** Judges a failure of a join. */
export const joinVerdict = (error: unknown): JoinVerdict => {
  if (error instanceof LogClosedError) return 'closed';
  if (error instanceof RequestFailedError) return VERDICTS.get(error.type ?? '') ?? 'retry';
  const isRefused =
    error instanceof KafkaAuthenticationError ||
    error instanceof KafkaTlsError ||
    error instanceof KafkaVersionUnsupportedError;
  return isRefused ? 'refused' : 'retry';
};

/** The refusal as users of the port know it. @param groupId as the port knows it */
export const refusalOf = (groupId: string, error: unknown): unknown =>
  error instanceof RequestFailedError && error.type === 'INCONSISTENT_GROUP_PROTOCOL'
    ? new InvalidRecordError(
        `group ${groupId} was joined with other topics, or by another kind of client`,
      )
    : error;
