/**
 * Blocking a card. An alert blocks once: after somebody took the block away, its repeat is no wish.
 */
import {
  accepted,
  type Decision,
  type DecisionContext,
  rejected,
  unchanged,
} from '../aggregate-type';
import { eventTimeOf } from '../event-time';
import type { BlockCard } from './card-commands';
import type { CardBlocked } from './card-events';
import type { CardRow } from './card-rows';

/** Decides a block: BLOCK_EXPIRED. A blocked card takes a new alert's id and is else unchanged. */
export const decideBlock = (
  card: CardRow,
  command: BlockCard,
  { nowMs }: DecisionContext,
): Decision<CardBlocked> => {
  const { alertId, notAfterMs, reason } = command;
  if (alertId !== undefined && card.actedAlertIds.includes(alertId)) return unchanged;
  if (notAfterMs !== undefined && notAfterMs < nowMs) {
    return rejected('BLOCK_EXPIRED', `the block was wanted until ${nowMs - notAfterMs} ms ago`);
  }
  if (card.blocked && alertId === undefined) return unchanged;
  const occurredAtMs = eventTimeOf(command.occurredAtMs, nowMs);
  if (typeof occurredAtMs !== 'number') return occurredAtMs;
  const alert = alertId === undefined ? {} : { alertId };
  const data = { cardId: card.cardId, reason, ...alert };
  return accepted({ type: 'card.blocked', occurredAtMs, data });
};
