/**
 * The card with its payments: one stream of events, one owner, one row for the card and one for
 * each payment. "Captured never exceeds authorized" and "limit left" are decided here.
 */
import {
  type Decision,
  type DecisionContext,
  type PaymentsAggregate,
  rejected,
} from '../aggregate-type';
import { assertNever } from '../assert-never';
import { topicNames } from '../topics';
import { decideAuthorize } from './authorize.decider';
import { decideBlock } from './block.decider';
import { decideCapture } from './capture.decider';
import { foldCard } from './card.fold';
import type { AuthorizePayment, CardCommand, PaymentFollowUp } from './card-commands';
import type { CardEvent, CardOnlyEvent } from './card-events';
import { type CardRow, type CardStateRow, type PaymentRow, paymentRowKey } from './card-rows';
import { decideChangeLimit } from './change-limit.decider';
import { decideDispute } from './dispute.decider';
import { decideExpire, expiryDue } from './expire.decider';
import { decideOpen } from './open.decider';
import { foldPayment } from './payment.fold';
import { decideRefund } from './refund.decider';
import { decideUnblock } from './unblock.decider';
import { decideVoid } from './void.decider';

type Rows = readonly (CardStateRow | undefined)[];

/**
 * The card aggregate. Rows of a command: [card], or [card, payment] for commands with a paymentId.
 * Rejections are listed in `rejections`; nothing throws but a broken log.
 */
export const cardAggregate = {
  name: 'card',
  eventsTopic: topicNames.cardEvents,
  stateTopic: topicNames.cardState,
  rowKeys: (cardId: string, command: CardCommand): readonly string[] =>
    'paymentId' in command ? [cardId, paymentRowKey(cardId, command.paymentId)] : [cardId],
  decide: (rows: Rows, command: CardCommand, context: DecisionContext): Decision<CardEvent> => {
    const card = cardIn(rows);
    if (command.type === 'open-card') return decideOpen(card, command, context);
    if (card === undefined) {
      return rejected('CARD_NOT_FOUND', `no card ${context.aggregateId}`);
    }
    switch (command.type) {
      case 'block-card':
        return decideBlock(card, command, context);
      case 'unblock-card':
        return decideUnblock(card, command, context);
      case 'change-limit':
        return decideChangeLimit(card, command, context);
      default:
        return decideOfPayment({ card, payment: paymentIn(rows) }, command, context);
    }
  },
  fold: (rows: Rows, event: CardEvent, version: number): Rows => {
    const payment = paymentIn(rows);
    const card = foldCard({ card: cardIn(rows), payment }, event, version);
    if (isCardOnly(event)) return rows.length > 1 ? [card, rows[1]] : [card];
    return [card, foldPayment(payment, event, version)];
  },
  due: expiryDue,
} as const satisfies PaymentsAggregate<CardCommand, CardEvent, CardStateRow>;

const decideOfPayment = (
  rows: { readonly card: CardRow; readonly payment: PaymentRow | undefined },
  command: AuthorizePayment | PaymentFollowUp,
  context: DecisionContext,
): Decision<CardEvent> => {
  if (command.type === 'authorize-payment') return decideAuthorize(rows, command, context);
  const { payment } = rows;
  if (payment === undefined) {
    return rejected('PAYMENT_NOT_FOUND', `card ${rows.card.cardId}: no such payment`);
  }
  switch (command.type) {
    case 'capture-payment':
      return decideCapture(payment, command, context);
    case 'void-payment':
      return decideVoid(payment, command, context);
    case 'refund-payment':
      return decideRefund(payment, command, context);
    case 'dispute-payment':
      return decideDispute(payment, command, context);
    case 'expire-payment':
      return decideExpire(payment, command, context);
    default:
      return assertNever(command);
  }
};

const cardIn = (rows: Rows): CardRow | undefined =>
  rows[0]?.kind === 'card' ? rows[0] : undefined;

const paymentIn = (rows: Rows): PaymentRow | undefined =>
  rows[1]?.kind === 'payment' ? rows[1] : undefined;

const isCardOnly = (event: CardEvent): event is CardOnlyEvent => event.type.startsWith('card.');
