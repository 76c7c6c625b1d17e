/**
 * Every code with which a command of this domain can be rejected. A rejection is a business answer,
 * never thrown; the shell turns its kind into a status.
 */

/** not-found: no such thing · conflict: its state forbids it · invalid: the wish contradicts itself. */
export type RejectionKind = 'not-found' | 'conflict' | 'invalid';

/** What a rejection code says. */
export interface Rejection {
  readonly kind: RejectionKind;
  /** What happened, for people. */
  readonly meaning: string;
}

/** Each rejection code with what it says. Codes are never reused; docs/ERRORS.md explains them. */
export const rejections = {
  AMOUNT_NOT_POSITIVE: {
    kind: 'invalid',
    meaning: 'a capture or refund of nothing',
  },
  AMOUNT_OVERFLOW: {
    kind: 'invalid',
    meaning: "the amounts of a card's month would add up beyond 2^53 - 1",
  },
  AUTHORIZATION_EXPIRED: {
    kind: 'conflict',
    meaning: 'a capture at or after the instant at which the authorization expired',
  },
  BILLING_AMOUNT_MISMATCH: {
    kind: 'invalid',
    meaning:
      'the billing amount contradicts the amount: same currency and another number, or something for nothing',
  },
  BILLING_AMOUNT_REQUIRED: {
    kind: 'invalid',
    meaning: "the payment is in another currency than the card and says no amount in the card's",
  },
  BLOCK_EXPIRED: {
    kind: 'conflict',
    meaning: 'a block arrived after its notAfter',
  },
  CAPTURE_EXCEEDS_AUTHORIZATION: {
    kind: 'invalid',
    meaning: 'a capture of more than is left of the authorization',
  },
  CARD_ID_CONFLICT: {
    kind: 'conflict',
    meaning: 'the card is open with other data',
  },
  CARD_NOT_FOUND: {
    kind: 'not-found',
    meaning: 'no card has this id',
  },
  CURRENCY_NOT_SUPPORTED: {
    kind: 'invalid',
    meaning: 'a card in a currency without minor unit (XAU, XXX)',
  },
  CURRENCY_UNKNOWN: {
    kind: 'invalid',
    meaning: 'no active ISO 4217 code',
  },
  OCCURRED_AT_BEFORE_PAYMENT: {
    kind: 'invalid',
    meaning: 'a capture, void, refund or dispute before the payment itself',
  },
  OCCURRED_AT_IN_FUTURE: {
    kind: 'invalid',
    meaning: "occurredAt is more than 5 min ahead of the owner's clock",
  },
  OCCURRED_AT_OUT_OF_RANGE: {
    kind: 'invalid',
    meaning: 'occurredAt is before 1970 or no whole number of ms',
  },
  PAYMENT_ID_CONFLICT: {
    kind: 'conflict',
    meaning: 'the card has another payment with this id',
  },
  PAYMENT_NOT_DUE: {
    kind: 'conflict',
    meaning: 'an expiry before its time, or of a payment with nothing to release',
  },
  PAYMENT_NOT_FOUND: {
    kind: 'not-found',
    meaning: 'the card has no payment with this id',
  },
  PAYMENT_TRANSITION_NOT_ALLOWED: {
    kind: 'conflict',
    meaning: "the payment's state does not allow the act (life cycle in libs/payments/README.md)",
  },
  REFUND_EXCEEDS_CAPTURE: {
    kind: 'invalid',
    meaning: 'a refund of more than is captured and not refunded',
  },
} as const satisfies Record<string, Rejection>;

/** A code of `rejections`. */
export type RejectionCode = keyof typeof rejections;

/** The kind of a rejection code; undefined when the code is not of this domain. */
export const rejectionKind = (code: string): RejectionKind | undefined =>
  isRejectionCode(code) ? rejections[code].kind : undefined;

const isRejectionCode = (code: string): code is RejectionCode => Object.hasOwn(rejections, code);
