/**
 * Opening a card. The same opening again is no new fact; another one under the same id is refused.
 */
import {
  accepted,
  type Decision,
  type DecisionContext,
  rejected,
  unchanged,
} from '../aggregate-type';
import { eventTimeOf } from '../event-time';
import { isKnownCurrency, isTransactableCurrency } from '../money/currencies';
import type { OpenCard } from './card-commands';
import type { CardOpened } from './card-events';
import type { CardRow } from './card-rows';

/** Decides an opening: CARD_ID_CONFLICT, CURRENCY_UNKNOWN, CURRENCY_NOT_SUPPORTED. */
export const decideOpen = (
  card: CardRow | undefined,
  command: OpenCard,
  { aggregateId, nowMs }: DecisionContext,
): Decision<CardOpened> => {
  if (card !== undefined) {
    return opensAlike(card, command)
      ? unchanged
      : rejected('CARD_ID_CONFLICT', `card ${aggregateId} is open with other data`);
  }
  const { currency, limitMinor, country, holderRef } = command;
  if (!isKnownCurrency(currency)) {
    return rejected('CURRENCY_UNKNOWN', `${currency} is no active ISO 4217 code`);
  }
  if (!isTransactableCurrency(currency)) {
    return rejected('CURRENCY_NOT_SUPPORTED', `${currency} has no minor unit to pay in`);
  }
  const occurredAtMs = eventTimeOf(command.occurredAtMs, nowMs);
  if (typeof occurredAtMs !== 'number') return occurredAtMs;
  const holder = holderRef === undefined ? {} : { holderRef };
  const data = { cardId: aggregateId, currency, limitMinor, country, ...holder };
  return accepted({ type: 'card.opened', occurredAtMs, data });
};

const opensAlike = (card: CardRow, command: OpenCard): boolean =>
  card.currency === command.currency &&
  card.openedLimitMinor === command.limitMinor &&
  card.country === command.country &&
  card.holderRef === command.holderRef;
