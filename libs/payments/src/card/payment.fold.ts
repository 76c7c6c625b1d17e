/**
 * A payment's row after each of its events.
 */
import { assertNever } from '../assert-never';
import { minorUnits, zeroMinor } from '../money/minor-units';
import type {
  PaymentAuthorized,
  PaymentDeclined,
  PaymentEvent,
  PaymentFollowUpEvent,
} from './card-events';
import type { PaymentRow } from './card-rows';
import { AUTHORIZATION_LIFE_MS } from './expire.decider';
import { statusAfter } from './payment-life-cycle';

/**
 * The payment's row after an event.
 *
 * @param version number of the event in the card's stream
 * @throws RangeError a payment that does not exist, a step that the life cycle does not know, sums
 *   out of bounds: the log is broken
 */
export const foldPayment = (
  payment: PaymentRow | undefined,
  event: PaymentEvent,
  version: number,
): PaymentRow => {
  if (event.type === 'payment.authorized') return authorizedPayment(event, version);
  if (event.type === 'payment.declined') return declinedPayment(event, version);
  if (payment === undefined) throw new RangeError(`${event.type} of a payment that does not exist`);
  const updatedAtMs = Math.max(payment.updatedAtMs, event.occurredAtMs);
  return { ...followedUp(payment, event), updatedAtMs, version };
};

const authorizedPayment = (event: PaymentAuthorized, version: number): PaymentRow => {
  const { data, occurredAtMs } = event;
  const immediate = data.capture === 'immediate';
  const row: PaymentRow = {
    kind: 'payment',
    ...data,
    status: immediate ? 'captured' : 'authorized',
    authorizedMinor: data.amountMinor,
    capturedMinor: immediate ? data.amountMinor : zeroMinor,
    refundedMinor: zeroMinor,
    releasedMinor: zeroMinor,
    occurredAtMs,
    updatedAtMs: occurredAtMs,
    version,
  };
  return immediate ? row : { ...row, expiresAtMs: occurredAtMs + AUTHORIZATION_LIFE_MS };
};

const declinedPayment = (event: PaymentDeclined, version: number): PaymentRow => ({
  kind: 'payment',
  ...event.data,
  status: 'declined',
  authorizedMinor: zeroMinor,
  capturedMinor: zeroMinor,
  refundedMinor: zeroMinor,
  releasedMinor: zeroMinor,
  occurredAtMs: event.occurredAtMs,
  updatedAtMs: event.occurredAtMs,
  version,
});

const followedUp = (payment: PaymentRow, event: PaymentFollowUpEvent): PaymentRow => {
  switch (event.type) {
    case 'payment.captured': {
      const capturedMinor = minorUnits(payment.capturedMinor + event.data.amountMinor);
      const complete = capturedMinor + payment.releasedMinor === payment.authorizedMinor;
      const status = statusAfter(payment.status, 'capture', complete);
      const row = { ...payment, status, capturedMinor };
      return complete ? withoutExpiry(row) : row;
    }
    case 'payment.refunded': {
      const refundedMinor = minorUnits(payment.refundedMinor + event.data.amountMinor);
      const complete = refundedMinor === payment.capturedMinor;
      return { ...payment, status: statusAfter(payment.status, 'refund', complete), refundedMinor };
    }
    case 'payment.voided': {
      const status = statusAfter(payment.status, 'void', true);
      return withoutExpiry({ ...payment, status, releasedMinor: event.data.releasedMinor });
    }
    case 'payment.expired': {
      const status = statusAfter(payment.status, 'expire', true);
      return withoutExpiry({ ...payment, status, releasedMinor: event.data.releasedMinor });
    }
    case 'payment.disputed': {
      const status = statusAfter(payment.status, 'dispute', true);
      return withoutExpiry({ ...payment, status, disputeReason: event.data.reason });
    }
    default:
      return assertNever(event);
  }
};

const withoutExpiry = ({ expiresAtMs: _expiry, ...row }: PaymentRow): PaymentRow => row;
