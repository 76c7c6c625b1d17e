/**
 * Records for tests, in the envelope that the owner writes (CloudEvents 1.0, binary mode).
 */
import {
  type LogRecord,
  partitionFor,
  type RecordHeaders,
  type RecordToAppend,
} from '@millrace/event-log';
import { type CardEvent, formatRfc3339, topicNames } from '@millrace/payments';

/** Where an event stands in its aggregate and in the log. */
export interface EventPlace {
  /** Number of the event in its aggregate, from 1. Default 1. */
  readonly version?: number;
  /** Partitions of the topic. Default 4. */
  readonly lanes?: number;
  /** Default '/millrace/command-api'. */
  readonly source?: string;
  /** Default 0. */
  readonly writerEpoch?: number;
}

/** Headers of an event of a card. */
export const cardEventHeaders = (event: CardEvent, place: EventPlace = {}): RecordHeaders => {
  const { version = 1, source = '/millrace/command-api', writerEpoch = 0 } = place;
  return {
    ce_specversion: '1.0',
    ce_id: `${event.data.cardId}/${version}`,
    ce_type: event.type,
    ce_source: source,
    ce_time: formatRfc3339(event.occurredAtMs),
    ce_subject: event.data.cardId,
    schemaversion: '1',
    aggregateversion: String(version),
    writerepoch: String(writerEpoch),
  };
};

/** An event of a card, ready to be appended to `card-events` in the card's lane. */
export const cardEventRecord = (event: CardEvent, place: EventPlace = {}): RecordToAppend => ({
  topic: topicNames.cardEvents,
  partition: partitionFor(event.data.cardId, place.lanes ?? 4),
  key: event.data.cardId,
  value: JSON.stringify(event.data),
  headers: cardEventHeaders(event, place),
});

/** A record as a reader would get it. */
export const readRecord = (
  record: RecordToAppend,
  read: { readonly offset: number; readonly timestampMs: number },
): LogRecord => ({
  offset: read.offset,
  timestampMs: read.timestampMs,
  key: record.key === null ? null : Buffer.from(record.key),
  value: record.value === null ? null : Buffer.from(record.value),
  headers: record.headers ?? {},
});
