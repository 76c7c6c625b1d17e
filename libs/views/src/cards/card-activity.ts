/**
 * Counters of a card since it was opened, from `card-events`: each event is counted once, since
 * counters move together with the checkpoint.
 */
import { topicNames } from '@millrace/payments';
import type { CacheUpdate, Projection } from '@millrace/projections';
import { type CardEventOf, cardEventReader } from '../records/read-card-event';

const counted = ['payment.authorized', 'payment.declined'] as const;

/** An event that is counted. */
export type AuthorizationEvent = CardEventOf<(typeof counted)[number]>;

/** Authorizations of a card; amounts in minor units of the card's currency, as billed. */
export interface ActivityCounters {
  /** Authorized payments. */
  readonly payments: number;
  readonly amountMinor: number;
  readonly declinedPayments: number;
  readonly declinedMinor: number;
}

/** From `card-events` to the counters; their key is the card's id. */
export const cardActivityProjection: Projection<AuthorizationEvent, CacheUpdate> = {
  topic: topicNames.cardEvents,
  latestByKey: false,
  read: cardEventReader(counted),
  subjectOf: (event) => event.data.cardId,
  map: (event) => [{ kind: 'count', key: event.data.cardId, add: addedBy(event) }],
};

/** Counters of the cache as numbers; what was never counted is 0. */
export const activityCounters = (counters: Readonly<Record<string, number>>): ActivityCounters => ({
  payments: counters['payments'] ?? 0,
  amountMinor: counters['amountMinor'] ?? 0,
  declinedPayments: counters['declinedPayments'] ?? 0,
  declinedMinor: counters['declinedMinor'] ?? 0,
});

const addedBy = ({ type, data }: AuthorizationEvent): Readonly<Record<string, number>> =>
  type === 'payment.authorized'
    ? { payments: 1, amountMinor: data.billingAmountMinor }
    : { declinedPayments: 1, declinedMinor: data.billingAmountMinor };
