/**
 * Totals per merchant category, currency and hour of event time, from `card-events`.
 *
 * Each event is counted in the hour of its own event time: a dispute of 12 April about a payment
 * of 5 April counts on 12 April, as a refund counts in the till on the day it is given. So a total
 * of the past never changes except by late events of that time itself.
 */
import { categoryOfMcc, topicNames } from '@millrace/payments';
import type { Projection, RollupDefinition, RollupIncrement } from '@millrace/projections';
import { type CardEventOf, cardEventReader } from '../records/read-card-event';

/** Length of a bucket: one hour. */
const HOUR_MS = 3_600_000;

/**
 * The rollup. `payments` and `amountMinor` are what was authorized; amounts are in minor units of
 * `currency`, the one that was paid in, so sums never mix currencies.
 */
export const categoriesRollup = {
  name: 'categories',
  bucketMs: HOUR_MS,
  dimensions: ['category', 'currency'],
  measures: [
    'payments',
    'amountMinor',
    'declinedPayments',
    'declinedMinor',
    'capturedMinor',
    'refundedMinor',
    'disputedPayments',
    'disputedMinor',
  ],
} as const satisfies RollupDefinition;

/** Events that the rollup counts; void and expiry move no money and are not among them. */
const counted = [
  'payment.authorized',
  'payment.declined',
  'payment.captured',
  'payment.refunded',
  'payment.disputed',
] as const;

/** An event that the rollup counts. */
export type CountedEvent = CardEventOf<(typeof counted)[number]>;

/** What an event adds. An immediate capture is captured by its authorization. */
export const categoryIncrement = (event: CountedEvent): RollupIncrement => ({
  atMs: event.occurredAtMs,
  dimensions: [categoryOfMcc(event.data.mcc), event.data.currency],
  measures: measuresOf(event),
});

/** From `card-events` to the rollup. */
export const categoriesProjection: Projection<CountedEvent, RollupIncrement> = {
  topic: topicNames.cardEvents,
  latestByKey: false,
  read: cardEventReader(counted),
  subjectOf: (event) => event.data.cardId,
  map: (event) => [categoryIncrement(event)],
};

const measuresOf = (event: CountedEvent): readonly number[] => {
  const { amountMinor } = event.data;
  switch (event.type) {
    case 'payment.authorized': {
      const capturedMinor = event.data.capture === 'immediate' ? amountMinor : 0;
      return [1, amountMinor, 0, 0, capturedMinor, 0, 0, 0];
    }
    case 'payment.declined':
      return [0, 0, 1, amountMinor, 0, 0, 0, 0];
    case 'payment.captured':
      return [0, 0, 0, 0, amountMinor, 0, 0, 0];
    case 'payment.refunded':
      return [0, 0, 0, 0, 0, amountMinor, 0, 0];
    case 'payment.disputed':
      return [0, 0, 0, 0, 0, 0, 1, amountMinor];
  }
};
