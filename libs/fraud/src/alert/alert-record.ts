/**
 * Alerts as records: envelope, and the fast reader for what our own topology wrote.
 */
import type { LogRecord, RecordHeaders } from '@millrace/event-log';
import { decodeEvent, SCHEMA_VERSION } from '@millrace/event-sourcing';
import { AlertUnreadableError } from '../fraud.errors';
import type { Alert, AlertEventType } from './alert';

/** `ce_source` of what the topologies of this library write. */
export const SOURCE_STREAM_PROCESSOR = '/millrace/stream-processor';

/** An alert as it stands in `alert-events`. */
export interface AlertEvent {
  readonly type: AlertEventType;
  readonly alert: Alert;
}

/** Envelope of an alert; `cause` are the headers of the payment that made this revision. */
export const alertHeaders = (alert: Alert, cause: RecordHeaders): RecordHeaders => {
  const { ce_id: causationid, correlationid, traceparent } = cause;
  return {
    ce_specversion: '1.0',
    ce_id: `${alert.alertId}/${alert.revision}`,
    ce_type: alert.revision === 1 ? 'alert.raised' : 'alert.updated',
    ce_source: SOURCE_STREAM_PROCESSOR,
    ce_time: new Date(alert.updatedAtMs).toISOString(),
    ce_subject: alert.alertId,
    schemaversion: String(SCHEMA_VERSION),
    aggregateversion: String(alert.revision),
    ...(causationid === undefined ? {} : { causationid }),
    ...(correlationid === undefined ? {} : { correlationid }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
};

/**
 * Reads a record of `alert-events` or `alerts`; its fields are trusted.
 *
 * @returns undefined for a tombstone
 * @throws AlertUnreadableError (FRAUD_ALERT_UNREADABLE), EnvelopeInvalidError,
 *   EnvelopeVersionError
 */
export const readAlertEvent = (
  record: Pick<LogRecord, 'key' | 'value' | 'headers'>,
): AlertEvent | undefined => {
  if (record.value === null) return undefined;
  const event = decodeEvent<Alert>(record);
  const type = event?.type;
  if (event === undefined || (type !== 'alert.raised' && type !== 'alert.updated')) {
    throw new AlertUnreadableError(`an event of type ${type ?? 'barrier'}`);
  }
  if (event.data?.alertId !== event.subject) {
    throw new AlertUnreadableError(`the value of ${event.id} is not its alert`);
  }
  return { type, alert: event.data };
};
