/**
 * Alerts of `alerts` out of their records: our own topology's, so the kind is checked, the fields
 * are trusted.
 */
import type { LogRecord } from '@millrace/event-log';
import { EnvelopeInvalidError, isBarrier } from '@millrace/event-sourcing';
import { requireKnownSchema } from '../records/schema-version';
import type { Alert } from './alert';

/**
 * The alert of a record; undefined for a barrier.
 *
 * @throws EnvelopeVersionError written by a newer release
 * @throws EnvelopeInvalidError no alert; a tombstone too: alerts are never deleted
 */
export const readAlert = (record: LogRecord): Alert | undefined => {
  if (isBarrier(record)) return undefined;
  requireKnownSchema(record);
  const alert = parsed(record.value);
  if (isAlert(alert)) return alert;
  throw new EnvelopeInvalidError('a record of alerts is no alert');
};

const isAlert = (value: unknown): value is Alert =>
  typeof value === 'object' &&
  value !== null &&
  'alertId' in value &&
  'revision' in value &&
  'raisedAtMs' in value &&
  typeof value.alertId === 'string' &&
  typeof value.revision === 'number' &&
  typeof value.raisedAtMs === 'number';

const parsed = (value: Buffer | null): unknown => {
  if (value === null) throw new EnvelopeInvalidError('an alert was deleted');
  try {
    return JSON.parse(value.toString('utf8'));
  } catch (cause) {
    throw new EnvelopeInvalidError('a record of alerts is no JSON', cause);
  }
};
