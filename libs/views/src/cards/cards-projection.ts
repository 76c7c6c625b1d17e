/**
 * Cards and their newest payments in the cache, from `card-state`.
 */
import { type CardRow, type CardStateRow, topicNames } from '@millrace/payments';
import type { CacheUpdate, JsonObject, JsonValue, Projection } from '@millrace/projections';
import { readStateRow } from '../records/read-state-row';
import { livePaymentValue } from './live-payment';

/** How many payments of a card are kept: enough to count its hour and day, see `liveCard`. */
export const KEPT_PAYMENTS = 50;

/** A card's row as the cache keeps it: what it may spend, what it has spent, whether it is blocked. */
export interface LiveCardRow {
  readonly cardId: string;
  readonly currency: string;
  readonly country: string;
  /** Per UTC calendar month of event time. */
  readonly limitMinor: number;
  readonly blocked: boolean;
  readonly blockReason?: string;
  /** By 'YYYY-MM'. */
  readonly spentMinorByMonth: Readonly<Record<string, number>>;
  readonly openedAtMs: number;
}

/** From `card-state` to the cache: rows and lists have the card's id as key. */
export const cardsProjection: Projection<CardStateRow, CacheUpdate> = {
  topic: topicNames.cardState,
  latestByKey: true,
  read: readStateRow,
  subjectOf: (row) => row.cardId,
  map: (row) => [cardUpdate(row)],
};

/** Whether a value of the cache is a card; its fields are trusted. */
export const isLiveCardRow = (value: JsonObject): value is JsonObject & LiveCardRow =>
  typeof value['cardId'] === 'string' && typeof value['limitMinor'] === 'number';

const cardUpdate = (row: CardStateRow): CacheUpdate =>
  row.kind === 'card'
    ? { kind: 'put', key: row.cardId, version: row.version, value: cardValue(row) }
    : {
        kind: 'push',
        key: row.cardId,
        entry: row.paymentId,
        version: row.version,
        order: row.occurredAtMs,
        keep: KEPT_PAYMENTS,
        value: livePaymentValue(row),
      };

const cardValue = (row: CardRow): JsonObject => {
  const value: Record<string, JsonValue> = {
    cardId: row.cardId,
    currency: row.currency,
    country: row.country,
    limitMinor: row.limitMinor,
    blocked: row.blocked,
    spentMinorByMonth: row.spentMinorByMonth,
    openedAtMs: row.openedAtMs,
  };
  if (row.blockReason !== undefined) value['blockReason'] = row.blockReason;
  return value;
};
