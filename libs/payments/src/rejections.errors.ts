/**
 * Every code with which a command of this domain can be rejected. A rejection is a business answer,
 * never thrown; the shell turns its kind into a status.
 */

/** not-found: no such thing · conflict: its state forbids it · invalid: the wish contradicts itself. */
export type RejectionKind = 'not-found' | 'conflict' | 'invalid';

/** Each rejection code with its kind. Codes are never reused; docs/ERRORS.md explains them. */
export const rejections = {
  AMOUNT_NOT_POSITIVE: 'invalid',
  AMOUNT_OVERFLOW: 'invalid',
  AUTHORIZATION_EXPIRED: 'conflict',
  BILLING_AMOUNT_MISMATCH: 'invalid',
  BILLING_AMOUNT_REQUIRED: 'invalid',
  BLOCK_EXPIRED: 'conflict',
  CAPTURE_EXCEEDS_AUTHORIZATION: 'invalid',
  CARD_ID_CONFLICT: 'conflict',
  CARD_NOT_FOUND: 'not-found',
  CURRENCY_NOT_SUPPORTED: 'invalid',
  CURRENCY_UNKNOWN: 'invalid',
  OCCURRED_AT_BEFORE_PAYMENT: 'invalid',
  OCCURRED_AT_IN_FUTURE: 'invalid',
  OCCURRED_AT_OUT_OF_RANGE: 'invalid',
  PAYMENT_ID_CONFLICT: 'conflict',
  PAYMENT_NOT_DUE: 'conflict',
  PAYMENT_NOT_FOUND: 'not-found',
  PAYMENT_TRANSITION_NOT_ALLOWED: 'conflict',
  REFUND_EXCEEDS_CAPTURE: 'invalid',
} as const satisfies Record<string, RejectionKind>;

/** A code of `rejections`. */
export type RejectionCode = keyof typeof rejections;

/** The kind of a rejection code; undefined when the code is not of this domain. */
export const rejectionKind = (code: string): RejectionKind | undefined =>
  isRejectionCode(code) ? rejections[code] : undefined;

const isRejectionCode = (code: string): code is RejectionCode => Object.hasOwn(rejections, code);
