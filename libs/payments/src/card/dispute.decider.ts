/**
 * Disputing a payment: the chargeback ends its life.
 */
import { accepted, type Decision, type DecisionContext, unchanged } from '../aggregate-type';
import { followUpTimeOf } from '../event-time';
import type { DisputePayment } from './card-commands';
import type { PaymentDisputed } from './card-events';
import type { PaymentRow } from './card-rows';
import { allowsAct } from './payment-life-cycle';
import { idsOf, notAllowed } from './payment-pieces';

/** Decides a dispute: PAYMENT_TRANSITION_NOT_ALLOWED. Repeated with the same reason: unchanged. */
export const decideDispute = (
  payment: PaymentRow,
  command: DisputePayment,
  { nowMs }: DecisionContext,
): Decision<PaymentDisputed> => {
  if (payment.status === 'charged-back' && payment.disputeReason === command.reason) {
    return unchanged;
  }
  if (!allowsAct(payment.status, 'dispute')) return notAllowed(payment, 'dispute');
  const occurredAtMs = followUpTimeOf(payment, command.occurredAtMs, nowMs);
  if (typeof occurredAtMs !== 'number') return occurredAtMs;
  const data = {
    ...idsOf(payment),
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    reason: command.reason,
    paymentOccurredAtMs: payment.occurredAtMs,
  };
  return accepted({ type: 'payment.disputed', occurredAtMs, data });
};
