/**
 * CloudEvents 1.0 in binary mode: attributes are record headers, the data is the record's JSON value.
 */
import type { EpochMs, LogRecord, RecordHeaders, RecordToAppend } from '@millrace/event-log';
import { EnvelopeInvalidError, EnvelopeVersionError } from './event-sourcing.errors';

/** An event with its envelope, as a reader sees it. `version` and `writerEpoch` are the owner's. */
export interface EventEnvelope<Data = unknown> {
  /** Unique: `<aggregateId>/<version>` for events of an aggregate. */
  readonly id: string;
  readonly type: string;
  readonly source: string;
  /** Event time, ms since 1970 UTC. */
  readonly timeMs: EpochMs;
  /** Id of the aggregate. */
  readonly subject: string;
  readonly schemaVersion: number;
  /** Of the aggregate, from 1; 0 for events that no owner wrote. */
  readonly version: number;
  /** Offset of the owner's barrier in this topic; 0 for events that no owner wrote. */
  readonly writerEpoch: number;
  readonly commandId?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
  /** Parsed JSON. `Data` is what the caller knows of the topic; foreign topics need a schema. */
  readonly data: Data;
}

/** An event to encode; what is left out or undefined is not written. */
export interface EventToEncode
  extends Pick<EventEnvelope, 'id' | 'type' | 'source' | 'timeMs' | 'subject' | 'data'> {
  readonly topic: string;
  readonly partition: number;
  /** Record key; default: the subject. */
  readonly key?: string | undefined;
  /** Default 1. */
  readonly schemaVersion?: number | undefined;
  readonly version?: number | undefined;
  readonly writerEpoch?: number | undefined;
  readonly commandId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly causationId?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** Newest schema version that this release reads and writes. */
export const SCHEMA_VERSION = 1;
/** Record key of barriers. */
export const BARRIER_KEY = '__barrier__';
/** `ce_type` of barriers. */
export const BARRIER_TYPE = 'millrace.owner.barrier';

const BARRIER_KEY_BYTES = Buffer.from(BARRIER_KEY, 'utf8');

/**
 * The record of an event.
 *
 * @throws EnvelopeInvalidError when `timeMs` is no time
 */
export const encodeEvent = (event: EventToEncode): RecordToAppend => {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_type: event.type,
    ce_source: event.source,
    ce_time: timeText(event.timeMs),
    ce_subject: event.subject,
    schemaversion: String(event.schemaVersion ?? SCHEMA_VERSION),
  };
  if (event.version !== undefined) headers['aggregateversion'] = String(event.version);
  if (event.writerEpoch !== undefined) headers['writerepoch'] = String(event.writerEpoch);
  if (event.commandId !== undefined) headers['commandid'] = event.commandId;
  if (event.correlationId !== undefined) headers['correlationid'] = event.correlationId;
  if (event.causationId !== undefined) headers['causationid'] = event.causationId;
  if (event.traceparent !== undefined) headers['traceparent'] = event.traceparent;
  return {
    topic: event.topic,
    partition: event.partition,
    key: event.key ?? event.subject,
    value: JSON.stringify(event.data),
    headers,
  };
};

/** Whether the record is an owner's barrier, which every reader of its topic skips. */
export const isBarrier = (record: Pick<LogRecord, 'key' | 'headers'>): boolean =>
  record.headers['ce_type'] === BARRIER_TYPE &&
  record.key !== null &&
  BARRIER_KEY_BYTES.equals(record.key);

/**
 * The event of a record, or undefined for a barrier. The value is parsed, not judged.
 *
 * @throws EnvelopeInvalidError a header is missing or wrong, or the value is no JSON
 * @throws EnvelopeVersionError the schema version is newer than SCHEMA_VERSION
 */
export function decodeEvent<Data = unknown>(
  record: Pick<LogRecord, 'key' | 'value' | 'headers'>,
): EventEnvelope<Data> | undefined;
export function decodeEvent(
  record: Pick<LogRecord, 'key' | 'value' | 'headers'>,
): EventEnvelope | undefined {
  if (isBarrier(record)) return undefined;
  const { headers } = record;
  const id = required(headers, 'ce_id');
  const schemaVersion = wholeNumber(headers, 'schemaversion', SCHEMA_VERSION);
  if (schemaVersion > SCHEMA_VERSION) {
    throw new EnvelopeVersionError(id, schemaVersion, SCHEMA_VERSION);
  }
  return {
    id,
    type: required(headers, 'ce_type'),
    source: required(headers, 'ce_source'),
    timeMs: timeOf(headers),
    subject: required(headers, 'ce_subject'),
    schemaVersion,
    version: wholeNumber(headers, 'aggregateversion', 0),
    writerEpoch: wholeNumber(headers, 'writerepoch', 0),
    ...optionalAttributes(headers),
    data: parsedValue(record.value, id),
  };
}

type OptionalAttributes = Pick<
  EventEnvelope,
  'commandId' | 'correlationId' | 'causationId' | 'traceparent'
>;

const optionalAttributes = (headers: RecordHeaders): OptionalAttributes => {
  const commandId = headers['commandid'];
  const correlationId = headers['correlationid'];
  const causationId = headers['causationid'];
  const traceparent = headers['traceparent'];
  return {
    ...(commandId === undefined ? {} : { commandId }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(causationId === undefined ? {} : { causationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
};

const required = (headers: RecordHeaders, name: string): string => {
  const value = headers[name];
  if (value === undefined || value === '') throw new EnvelopeInvalidError(`no header ${name}`);
  return value;
};

const wholeNumber = (headers: RecordHeaders, name: string, missing: number): number => {
  const text = headers[name];
  if (text === undefined) return missing;
  const value = Number(text);
  if (text === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new EnvelopeInvalidError(`header ${name} is no whole number`);
  }
  return value;
};

const timeOf = (headers: RecordHeaders): EpochMs => {
  const timeMs = Date.parse(required(headers, 'ce_time'));
  if (Number.isNaN(timeMs)) throw new EnvelopeInvalidError('header ce_time is no RFC 3339 time');
  return timeMs;
};

const timeText = (timeMs: EpochMs): string => {
  const date = new Date(timeMs);
  if (Number.isNaN(date.getTime())) throw new EnvelopeInvalidError(`${timeMs} ms is no time`);
  return date.toISOString();
};

const parsedValue = (value: Buffer | null, id: string): unknown => {
  if (value === null) throw new EnvelopeInvalidError(`event ${id} has no value`);
  try {
    return JSON.parse(value.toString('utf8'));
  } catch (cause) {
    throw new EnvelopeInvalidError(`the value of event ${id} is no JSON`, cause);
  }
};
