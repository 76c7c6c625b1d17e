/**
 * Events for tests: say what matters, the rest is a plain Belgian card in a Ghent grocery.
 */
import {
  type AuthorizationData,
  type CardBlocked,
  type CardOpened,
  type CardUnblocked,
  type DeclineReason,
  type MinorUnits,
  minorUnits,
  type PaymentAuthorized,
  type PaymentCaptured,
  type PaymentDeclined,
  type PaymentDisputed,
  type PaymentRefunded,
} from '@millrace/payments';
import type { Plain } from './commands';

type Given<Data> = Partial<Plain<Data>> & { readonly occurredAtMs?: number };

/** A card was opened: card_1, EUR, BE, 1,000.00 a month. */
export const cardOpened = (given: Given<CardOpened['data']> = {}): CardOpened => {
  const { occurredAtMs = 0, limitMinor = 100_000, ...rest } = given;
  const data = { cardId: 'card_1', currency: 'EUR', country: 'BE', ...rest };
  return {
    type: 'card.opened',
    occurredAtMs,
    data: { ...data, limitMinor: minorUnits(limitMinor) },
  };
};

/** A card was blocked. */
export const cardBlocked = (given: Given<CardBlocked['data']> = {}): CardBlocked => {
  const { occurredAtMs = 0, ...rest } = given;
  return {
    type: 'card.blocked',
    occurredAtMs,
    data: { cardId: 'card_1', reason: 'suspicious', ...rest },
  };
};

/** A block was taken away. */
export const cardUnblocked = (given: Given<CardUnblocked['data']> = {}): CardUnblocked => {
  const { occurredAtMs = 0, ...rest } = given;
  return {
    type: 'card.unblocked',
    occurredAtMs,
    data: { cardId: 'card_1', reason: 'genuine', ...rest },
  };
};

/** What `authorized` and `declined` take. */
export type AuthorizationOptions = Given<AuthorizationData>;

/** A payment was authorized: pay_1 of card_1, 10.00 EUR, captured by hand. */
export const authorized = (given: AuthorizationOptions = {}): PaymentAuthorized => ({
  type: 'payment.authorized',
  occurredAtMs: given.occurredAtMs ?? 0,
  data: authorizationData(given),
});

/** A payment was declined; by the limit unless said otherwise. */
export const declined = (
  given: AuthorizationOptions & { readonly declineReason?: DeclineReason } = {},
): PaymentDeclined => {
  const { declineReason = 'limit-exceeded', ...rest } = given;
  return {
    type: 'payment.declined',
    occurredAtMs: rest.occurredAtMs ?? 0,
    data: { ...authorizationData(rest), declineReason },
  };
};

/** A piece of a payment was captured. */
export const captured = (payment: PaymentAuthorized, amountMinor: number): PaymentCaptured => ({
  type: 'payment.captured',
  occurredAtMs: payment.occurredAtMs,
  data: pieceData(payment, minorUnits(amountMinor)),
});

/** A piece of a payment was refunded. */
export const refunded = (payment: PaymentAuthorized, amountMinor: number): PaymentRefunded => ({
  type: 'payment.refunded',
  occurredAtMs: payment.occurredAtMs,
  data: pieceData(payment, minorUnits(amountMinor)),
});

/** A payment was disputed as fraud, at `occurredAtMs`. */
export const disputed = (payment: PaymentAuthorized, occurredAtMs: number): PaymentDisputed => ({
  type: 'payment.disputed',
  occurredAtMs,
  data: {
    ...idsOf(payment),
    amountMinor: payment.data.amountMinor,
    currency: payment.data.currency,
    reason: 'fraud',
    paymentOccurredAtMs: payment.occurredAtMs,
  },
});

const authorizationData = (given: AuthorizationOptions): AuthorizationData => {
  const { occurredAtMs: _time, amountMinor = 1_000, billingAmountMinor, ...rest } = given;
  return {
    cardId: 'card_1',
    paymentId: 'pay_1',
    merchantId: 'mer_1',
    mcc: '5411',
    country: 'BE',
    currency: 'EUR',
    billingCurrency: 'EUR',
    capture: 'manual',
    requestHash: 'hash-of-pay_1',
    ...rest,
    amountMinor: minorUnits(amountMinor),
    billingAmountMinor: minorUnits(billingAmountMinor ?? amountMinor),
  };
};

const idsOf = ({ data }: PaymentAuthorized) => {
  const { cardId, paymentId, merchantId, mcc, country, terminalId } = data;
  const terminal = terminalId === undefined ? {} : { terminalId };
  return { cardId, paymentId, merchantId, mcc, country, ...terminal };
};

const pieceData = (payment: PaymentAuthorized, amountMinor: MinorUnits) => ({
  ...idsOf(payment),
  amountMinor,
  currency: payment.data.currency,
  billingAmountMinor: amountMinor,
  billingCurrency: payment.data.billingCurrency,
});
