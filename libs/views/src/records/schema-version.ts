/**
 * The schema version of a record, looked at before its value is parsed.
 */
import type { LogRecord } from '@millrace/event-log';
import {
  EnvelopeInvalidError,
  EnvelopeVersionError,
  SCHEMA_VERSION,
} from '@millrace/event-sourcing';

const CURRENT = String(SCHEMA_VERSION);

/**
 * @throws EnvelopeInvalidError the record has no schema version
 * @throws EnvelopeVersionError it is newer than this release: the lane stops, nothing is guessed
 */
export const requireKnownSchema = (record: LogRecord): void => {
  const found = record.headers['schemaversion'];
  if (found === CURRENT) return;
  const version = Number(found);
  if (found === undefined || found === '' || !Number.isSafeInteger(version) || version < 1) {
    throw new EnvelopeInvalidError('header schemaversion is no whole number from 1 on');
  }
  const id = record.headers['ce_id'] ?? `offset ${record.offset}`;
  if (version > SCHEMA_VERSION) throw new EnvelopeVersionError(id, version, SCHEMA_VERSION);
};
