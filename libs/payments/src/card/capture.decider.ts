/**
 * Capturing money that was authorized, all at once or in pieces, until the authorization expires.
 */
import { accepted, type Decision, type DecisionContext, rejected } from '../aggregate-type';
import { followUpTimeOf } from '../event-time';
import type { CapturePayment } from './card-commands';
import type { PaymentCaptured } from './card-events';
import type { PaymentRow } from './card-rows';
import { allowsAct } from './payment-life-cycle';
import { capturableOf, emptyPiece, idsOf, notAllowed, pieceOf } from './payment-pieces';

/**
 * Decides a capture: AUTHORIZATION_EXPIRED from the instant of expiry on, whether or not the sweep
 * has been there; CAPTURE_EXCEEDS_AUTHORIZATION; PAYMENT_TRANSITION_NOT_ALLOWED.
 */
export const decideCapture = (
  payment: PaymentRow,
  command: CapturePayment,
  { nowMs }: DecisionContext,
): Decision<PaymentCaptured> => {
  if (!allowsAct(payment.status, 'capture')) return notAllowed(payment, 'capture');
  if (command.amountMinor === 0) return emptyPiece(payment, 'capture');
  const occurredAtMs = followUpTimeOf(payment, command.occurredAtMs, nowMs);
  if (typeof occurredAtMs !== 'number') return occurredAtMs;
  if (payment.expiresAtMs !== undefined && occurredAtMs >= payment.expiresAtMs) {
    return rejected(
      'AUTHORIZATION_EXPIRED',
      `payment ${payment.paymentId} expired ${occurredAtMs - payment.expiresAtMs} ms before`,
    );
  }
  const capturable = capturableOf(payment);
  if (command.amountMinor > capturable) {
    return rejected(
      'CAPTURE_EXCEEDS_AUTHORIZATION',
      `payment ${payment.paymentId} has ${capturable} left to capture, not ${command.amountMinor}`,
    );
  }
  const piece = pieceOf(payment, payment.capturedMinor, command.amountMinor);
  const data = { ...idsOf(payment), ...piece };
  return accepted({ type: 'payment.captured', occurredAtMs, data });
};
