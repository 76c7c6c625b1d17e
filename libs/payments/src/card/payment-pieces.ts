/**
 * Pieces of a payment: what captures, refunds and releases carry, as paid and as billed.
 */
import { rejected } from '../aggregate-type';
import { type MinorUnits, minorUnits, shareUpTo, subtractMinor } from '../money/minor-units';
import type { PaidAmount, PaymentIds, PaymentReleaseData } from './card-events';
import type { PaymentRow } from './card-rows';
import type { PaymentAct } from './payment-life-cycle';

/** Which payment an event is about, taken from its row. */
export const idsOf = (payment: PaymentRow): PaymentIds => ({
  cardId: payment.cardId,
  paymentId: payment.paymentId,
  merchantId: payment.merchantId,
  mcc: payment.mcc,
  country: payment.country,
  ...(payment.terminalId === undefined ? {} : { terminalId: payment.terminalId }),
});

/** What is authorized and neither captured nor released. */
export const capturableOf = (payment: PaymentRow): MinorUnits =>
  minorUnits(payment.authorizedMinor - payment.capturedMinor - payment.releasedMinor);

/** What is captured and not refunded. */
export const refundableOf = (payment: PaymentRow): MinorUnits =>
  subtractMinor(payment.capturedMinor, payment.refundedMinor);

/**
 * The piece of a payment from `fromMinor` to `fromMinor + amountMinor`, with its share of the
 * billing amount. Pieces that touch each other add up without a cent lost or won.
 */
export const pieceOf = (
  payment: PaymentRow,
  fromMinor: MinorUnits,
  amountMinor: MinorUnits,
): PaidAmount => ({
  amountMinor,
  currency: payment.currency,
  billingAmountMinor: billedBetween(payment, fromMinor, minorUnits(fromMinor + amountMinor)),
  billingCurrency: payment.billingCurrency,
});

/** What a void or an expiry releases: all that was authorized and never captured. */
export const releaseOf = (payment: PaymentRow): PaymentReleaseData => ({
  ...idsOf(payment),
  releasedMinor: capturableOf(payment),
  currency: payment.currency,
  billingReleasedMinor: billedBetween(payment, payment.capturedMinor, payment.authorizedMinor),
  billingCurrency: payment.billingCurrency,
});

const billedBetween = (payment: PaymentRow, from: MinorUnits, to: MinorUnits): MinorUnits => {
  const proportion = { total: payment.billingAmountMinor, whole: payment.amountMinor };
  return subtractMinor(shareUpTo(proportion, to), shareUpTo(proportion, from));
};

/** The rejection of an act that the life cycle does not allow. */
export const notAllowed = (payment: PaymentRow, act: PaymentAct) =>
  rejected(
    'PAYMENT_TRANSITION_NOT_ALLOWED',
    `payment ${payment.paymentId} is ${payment.status}: it allows no ${act}`,
  );

/** The rejection of a capture or refund of nothing. */
export const emptyPiece = (payment: PaymentRow, act: PaymentAct) =>
  rejected('AMOUNT_NOT_POSITIVE', `a ${act} of payment ${payment.paymentId} must have an amount`);
