/**
 * Rows of `card-state` out of their records. They are our own owner's: the kind is checked, the
 * fields are trusted, no schema runs on this path.
 */
import type { LogRecord } from '@millrace/event-log';
import { EnvelopeInvalidError, isBarrier } from '@millrace/event-sourcing';
import { type CardStateRow, isCardStateRow, type PaymentRow } from '@millrace/payments';
import { requireKnownSchema } from './schema-version';

const SLASH = 0x2f;

/**
 * The row of a record; undefined for a barrier.
 *
 * @throws EnvelopeVersionError written by a newer release
 * @throws EnvelopeInvalidError no row of `card-state`; a tombstone too: its rows are never deleted
 */
export const readStateRow = (record: LogRecord): CardStateRow | undefined => {
  if (isBarrier(record)) return undefined;
  requireKnownSchema(record);
  const row = parsedRow(record.value);
  if (isCardStateRow(row)) return row;
  throw new EnvelopeInvalidError('a record of card-state is no row of a card or payment');
};

/** The same for payment rows alone: other records are told by their key, without being parsed. */
export const readPaymentRow = (record: LogRecord): PaymentRow | undefined => {
  // Keys are `cardId` or `cardId/paymentId`, and ids hold no slash.
  if (record.key === null || !record.key.includes(SLASH)) return undefined;
  const row = readStateRow(record);
  return row?.kind === 'payment' ? row : undefined;
};

const parsedRow = (value: Buffer | null): unknown => {
  if (value === null) throw new EnvelopeInvalidError('a row of card-state was deleted');
  try {
    return JSON.parse(value.toString('utf8'));
  } catch (cause) {
    throw new EnvelopeInvalidError('a record of card-state is no JSON', cause);
  }
};
