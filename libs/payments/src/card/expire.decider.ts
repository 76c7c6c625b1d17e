/**
 * Releasing what was not captured within 7 days; the owner's sweep asks for it by the clock.
 */
import {
  accepted,
  type Decision,
  type DecisionContext,
  type DueCommand,
  rejected,
  unchanged,
} from '../aggregate-type';
import type { ExpirePayment } from './card-commands';
import type { PaymentExpired } from './card-events';
import type { CardStateRow, PaymentRow } from './card-rows';
import { releaseOf } from './payment-pieces';

/** How long a manual authorization can be captured, from its event time. */
export const AUTHORIZATION_LIFE_MS = 7 * 24 * 3_600_000;

/**
 * Decides an expiry: PAYMENT_NOT_DUE before its instant, or with nothing left to release. The
 * event's time is the instant of expiry, however late the sweep comes, so that replays agree.
 */
export const decideExpire = (
  payment: PaymentRow,
  _command: ExpirePayment,
  { nowMs }: DecisionContext,
): Decision<PaymentExpired> => {
  if (payment.status === 'expired') return unchanged;
  const { expiresAtMs, paymentId } = payment;
  if (expiresAtMs === undefined) {
    return rejected('PAYMENT_NOT_DUE', `payment ${paymentId} has nothing to release`);
  }
  if (nowMs < expiresAtMs) {
    return rejected('PAYMENT_NOT_DUE', `payment ${paymentId} expires in ${expiresAtMs - nowMs} ms`);
  }
  return accepted({
    type: 'payment.expired',
    occurredAtMs: expiresAtMs,
    data: releaseOf(payment),
  });
};

/** When a row falls due: payments with something left to capture, at their expiry. */
export const expiryDue = (row: CardStateRow): DueCommand<ExpirePayment> | undefined =>
  row.kind === 'payment' && row.expiresAtMs !== undefined
    ? {
        atMs: row.expiresAtMs,
        aggregateId: row.cardId,
        command: { type: 'expire-payment', paymentId: row.paymentId },
      }
    : undefined;
