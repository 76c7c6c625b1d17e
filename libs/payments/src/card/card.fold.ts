/**
 * The card's own row after each of its events, those of its payments included.
 */
import { assertNever } from '../assert-never';
import type { CardBlocked, CardEvent, CardOpened } from './card-events';
import type { CardRow, PaymentRow } from './card-rows';
import { type Spending, withGivenBack, withSpent } from './spending';

/** How many alerts a card remembers; the oldest goes first. */
export const MAX_ACTED_ALERTS = 50;

/** The rows before an event. */
export interface RowsBefore {
  readonly card: CardRow | undefined;
  readonly payment: PaymentRow | undefined;
}

/**
 * The card's row after an event.
 *
 * @param version number of the event in the card's stream
 * @throws RangeError an event of a card or payment that does not exist, or sums out of bounds: the
 *   log is broken
 */
export const foldCard = (
  { card, payment }: RowsBefore,
  event: CardEvent,
  version: number,
): CardRow => {
  if (event.type === 'card.opened') return openedCard(event, version);
  if (card === undefined) throw new RangeError(`${event.type} of a card that was never opened`);
  switch (event.type) {
    case 'card.blocked':
      return blockedCard(card, event, version);
    case 'card.unblocked': {
      const { blockReason: _reason, ...rest } = card;
      return { ...rest, blocked: false, version };
    }
    case 'card.limit-changed':
      return { ...card, limitMinor: event.data.limitMinor, version };
    default: {
      const spentMinorByMonth = spendingAfter({ card, payment }, event);
      return { ...card, spentMinorByMonth, version };
    }
  }
};

const openedCard = ({ data, occurredAtMs }: CardOpened, version: number): CardRow => ({
  kind: 'card',
  ...data,
  openedLimitMinor: data.limitMinor,
  blocked: false,
  actedAlertIds: [],
  spentMinorByMonth: {},
  openedAtMs: occurredAtMs,
  version,
});

// The reason is the one of the block that took effect; a later alert only adds its id.
const blockedCard = (card: CardRow, { data }: CardBlocked, version: number): CardRow => ({
  ...card,
  blocked: true,
  blockReason: card.blockReason ?? data.reason,
  actedAlertIds:
    data.alertId === undefined
      ? card.actedAlertIds
      : [...card.actedAlertIds, data.alertId].slice(-MAX_ACTED_ALERTS),
  version,
});

type PaymentEventOf = Exclude<CardEvent, { readonly type: `card.${string}` }>;

const spendingAfter = (
  { card, payment }: RowsBefore & { readonly card: CardRow },
  event: PaymentEventOf,
): Spending => {
  const spending = card.spentMinorByMonth;
  switch (event.type) {
    case 'payment.authorized':
      return withSpent(spending, event.occurredAtMs, event.data.billingAmountMinor);
    case 'payment.refunded':
      return withGivenBack(spending, timeOf(payment), event.data.billingAmountMinor);
    case 'payment.voided':
    case 'payment.expired':
      return withGivenBack(spending, timeOf(payment), event.data.billingReleasedMinor);
    case 'payment.declined':
    case 'payment.captured':
    case 'payment.disputed':
      return spending;
    default:
      return assertNever(event);
  }
};

// Money goes back to the month in which the payment was made, not to that of the refund.
const timeOf = (payment: PaymentRow | undefined): number => {
  if (payment === undefined) throw new RangeError('an event of a payment that does not exist');
  return payment.occurredAtMs;
};
