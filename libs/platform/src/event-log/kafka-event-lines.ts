/** What each event of the log on Kafka is in the log of the service, and which counter it raises. */
import type { KafkaEvent } from '@millrace/event-log-kafka';
import type { LogFields } from '../logging/service-log.port';

/** One line of the service's log. */
export interface KafkaEventLine {
  readonly level: 'debug' | 'info' | 'warn';
  /** Stable code. */
  readonly event: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** Tries within this time are everyday business of a cluster. */
const QUIET_MS = 1_000;

/** Metrics by kind of event, with their help; kinds that are not here are not counted. */
export const kafkaCounters = {
  retry: ['millrace_kafka_retries_total', 'Operations that were tried again'],
  'connection-lost': ['millrace_kafka_connections_lost_total', 'Connections to brokers lost'],
  'writer-fenced': ['millrace_kafka_writers_fenced_total', 'Writers that a newer one replaced'],
  'writer-in-doubt': ['millrace_kafka_writers_in_doubt_total', 'Writers ended by a doubt'],
  rebalance: ['millrace_kafka_rebalances_total', 'Changes of the groups of this process'],
  'member-lost': ['millrace_kafka_members_lost_total', 'Members that their group gave up'],
  'positions-dropped': ['millrace_kafka_positions_dropped_total', 'Positions not published'],
} as const satisfies { readonly [K in KafkaEvent['kind']]?: readonly [string, string] };

/** The line of an event. */
export const lineOf = (event: KafkaEvent): KafkaEventLine => {
  switch (event.kind) {
    case 'retry':
      return lineOfRetry(event);
    case 'connected':
      return line('debug', 'KAFKA_CONNECTED', [`connected to ${event.broker}`, event]);
    case 'connection-lost':
      return line('warn', 'KAFKA_CONNECTION_LOST', [`lost the way to ${event.broker}`, event]);
    case 'writer-opened':
      return line('debug', 'KAFKA_WRITER_OPENED', [`writer ${event.writerId} is open`, event]);
    case 'writer-fenced':
      return line('warn', 'KAFKA_WRITER_FENCED', [`${event.writerId} has a newer owner`, event]);
    case 'writer-in-doubt':
      return line('warn', 'KAFKA_WRITER_IN_DOUBT', [`${event.writerId} is opened anew`, event]);
    case 'rebalance':
      return line('info', 'KAFKA_REBALANCE', [`group ${event.groupId} has changed`, event]);
    case 'member-lost':
      return line('warn', 'KAFKA_MEMBER_LOST', [`group ${event.groupId} gave us up`, event]);
    case 'positions-dropped':
      return line('warn', 'KAFKA_POSITIONS_DROPPED', [`${event.groupId} is not published`, event]);
    default:
      return assertNever(event);
  }
};

/** An operation without the ids of writers, groups and partitions: one label per kind. */
export const kindOfOperation = (operation: string): string =>
  operation
    .replace(/ (?:of|in) (?:writer|group) .*$/, '')
    .replace(/ (writer|group) .*$/, ' $1')
    .replace(/^reading \S+\/\d.*$/, 'reading');

// One that lasts is told at its 1st, 2nd, 4th, … try, not at each.
const lineOfRetry = (event: Extract<KafkaEvent, { readonly kind: 'retry' }>): KafkaEventLine => {
  const isLoud = event.elapsedMs >= QUIET_MS && Number.isInteger(Math.log2(event.attempt));
  const level = isLoud ? 'warn' : 'debug';
  return line(level, 'KAFKA_RETRY', [`${event.operation} is tried again`, event]);
};

const line = (
  level: KafkaEventLine['level'],
  code: string,
  [message, { kind: _, ...rest }]: readonly [string, KafkaEvent],
): KafkaEventLine => {
  const { error, ...fields } = { error: undefined, ...rest };
  const err = error === undefined ? {} : { err: error };
  return { level, event: code, message, fields: { ...fields, ...err } };
};

const assertNever = (event: never): never => {
  throw new TypeError(`an event of unknown kind: ${JSON.stringify(event)}`);
};
