/**
 * Refunding captured money, all at once or in pieces.
 */
import { accepted, type Decision, type DecisionContext, rejected } from '../aggregate-type';
import { followUpTimeOf } from '../event-time';
import type { RefundPayment } from './card-commands';
import type { PaymentRefunded } from './card-events';
import type { PaymentRow } from './card-rows';
import { allowsAct } from './payment-life-cycle';
import { emptyPiece, idsOf, notAllowed, pieceOf, refundableOf } from './payment-pieces';

/** Decides a refund: REFUND_EXCEEDS_CAPTURE, PAYMENT_TRANSITION_NOT_ALLOWED. */
export const decideRefund = (
  payment: PaymentRow,
  command: RefundPayment,
  { nowMs }: DecisionContext,
): Decision<PaymentRefunded> => {
  if (!allowsAct(payment.status, 'refund')) return notAllowed(payment, 'refund');
  if (command.amountMinor === 0) return emptyPiece(payment, 'refund');
  const occurredAtMs = followUpTimeOf(payment, command.occurredAtMs, nowMs);
  if (typeof occurredAtMs !== 'number') return occurredAtMs;
  const refundable = refundableOf(payment);
  if (command.amountMinor > refundable) {
    return rejected(
      'REFUND_EXCEEDS_CAPTURE',
      `payment ${payment.paymentId} has ${refundable} left to refund, not ${command.amountMinor}`,
    );
  }
  const piece = pieceOf(payment, payment.refundedMinor, command.amountMinor);
  const data = { ...idsOf(payment), ...piece };
  return accepted({ type: 'payment.refunded', occurredAtMs, data });
};
