/**
 * Changing the monthly limit. It may fall below what is spent: then nothing more is authorized.
 */
import { accepted, type Decision, type DecisionContext, unchanged } from '../aggregate-type';
import { eventTimeOf } from '../event-time';
import type { ChangeLimit } from './card-commands';
import type { CardLimitChanged } from './card-events';
import type { CardRow } from './card-rows';

/** Decides a change of the limit; the same limit is unchanged. */
export const decideChangeLimit = (
  card: CardRow,
  command: ChangeLimit,
  { nowMs }: DecisionContext,
): Decision<CardLimitChanged> => {
  if (card.limitMinor === command.limitMinor) return unchanged;
  const occurredAtMs = eventTimeOf(command.occurredAtMs, nowMs);
  if (typeof occurredAtMs !== 'number') return occurredAtMs;
  const data = { cardId: card.cardId, limitMinor: command.limitMinor };
  return accepted({ type: 'card.limit-changed', occurredAtMs, data });
};
