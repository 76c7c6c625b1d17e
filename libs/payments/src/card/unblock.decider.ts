/**
 * Taking a block away.
 */
import { accepted, type Decision, type DecisionContext, unchanged } from '../aggregate-type';
import { eventTimeOf } from '../event-time';
import type { UnblockCard } from './card-commands';
import type { CardUnblocked } from './card-events';
import type { CardRow } from './card-rows';

/** Decides an unblock; a card that is not blocked is unchanged. */
export const decideUnblock = (
  card: CardRow,
  command: UnblockCard,
  { nowMs }: DecisionContext,
): Decision<CardUnblocked> => {
  if (!card.blocked) return unchanged;
  const occurredAtMs = eventTimeOf(command.occurredAtMs, nowMs);
  if (typeof occurredAtMs !== 'number') return occurredAtMs;
  const data = { cardId: card.cardId, reason: command.reason };
  return accepted({ type: 'card.unblocked', occurredAtMs, data });
};
