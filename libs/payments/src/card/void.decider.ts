/**
 * Voiding an authorization of which nothing was captured.
 */
import { accepted, type Decision, type DecisionContext, unchanged } from '../aggregate-type';
import { followUpTimeOf } from '../event-time';
import type { VoidPayment } from './card-commands';
import type { PaymentVoided } from './card-events';
import type { PaymentRow } from './card-rows';
import { allowsAct } from './payment-life-cycle';
import { notAllowed, releaseOf } from './payment-pieces';

/** Decides a void: PAYMENT_TRANSITION_NOT_ALLOWED. A voided payment is unchanged. */
export const decideVoid = (
  payment: PaymentRow,
  command: VoidPayment,
  { nowMs }: DecisionContext,
): Decision<PaymentVoided> => {
  if (payment.status === 'voided') return unchanged;
  if (!allowsAct(payment.status, 'void')) return notAllowed(payment, 'void');
  const occurredAtMs = followUpTimeOf(payment, command.occurredAtMs, nowMs);
  if (typeof occurredAtMs !== 'number') return occurredAtMs;
  return accepted({ type: 'payment.voided', occurredAtMs, data: releaseOf(payment) });
};
