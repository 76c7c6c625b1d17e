/**
 * Commands for tests: say what matters, the rest is a plain Belgian card in a Ghent grocery.
 */
import {
  type AuthorizePayment,
  type AuthorizePaymentRequest,
  authorizePaymentCommand,
  type BlockCard,
  type CapturePayment,
  type DisputePayment,
  type MinorUnits,
  minorUnits,
  type OpenCard,
  type PutMerchant,
  type RefundPayment,
  type VoidPayment,
} from '@millrace/payments';

/** Fields of T, money as plain numbers. */
export type Plain<T> = {
  readonly [K in keyof T]: T[K] extends MinorUnits | undefined
    ? number | Extract<T[K], undefined>
    : T[K];
};

/** Opens a card: EUR, BE, 1,000.00 a month. */
export const openCard = (
  given: Partial<Plain<Omit<OpenCard, 'type' | 'occurredAtMs'>>> & {
    readonly occurredAtMs?: number;
  } = {},
): OpenCard => ({
  type: 'open-card',
  currency: 'EUR',
  country: 'BE',
  ...given,
  limitMinor: minorUnits(given.limitMinor ?? 100_000),
});

/** What `authorize` takes. */
export type AuthorizeOptions = Partial<
  Plain<Omit<AuthorizePaymentRequest, 'occurredAt'>> & { readonly occurredAtMs: number }
>;

/** Authorizes pay_1: 10.00 EUR in BE, captured by hand. */
export const authorize = (given: AuthorizeOptions = {}): AuthorizePayment => {
  const { amountMinor = 1_000, billingAmountMinor, occurredAtMs, paymentId, ...rest } = given;
  const request = {
    merchantId: 'mer_1',
    mcc: '5411',
    country: 'BE',
    currency: 'EUR',
    capture: 'manual' as const,
    ...rest,
    amountMinor: minorUnits(amountMinor),
    ...(billingAmountMinor === undefined
      ? {}
      : { billingAmountMinor: minorUnits(billingAmountMinor) }),
    ...(occurredAtMs === undefined ? {} : { occurredAt: occurredAtMs }),
  };
  return authorizePaymentCommand(request, paymentId ?? 'pay_1');
};

/** What a command about an existing payment takes. */
export interface FollowUpOptions {
  /** Default 'pay_1'. */
  readonly paymentId?: string;
  readonly occurredAtMs?: number;
}

/** Captures a piece of a payment. */
export const capture = (amountMinor: number, given: FollowUpOptions = {}): CapturePayment => ({
  type: 'capture-payment',
  paymentId: 'pay_1',
  amountMinor: minorUnits(amountMinor),
  ...given,
});

/** Refunds a piece of a payment. */
export const refund = (amountMinor: number, given: FollowUpOptions = {}): RefundPayment => ({
  type: 'refund-payment',
  paymentId: 'pay_1',
  amountMinor: minorUnits(amountMinor),
  ...given,
});

/** Voids a payment. */
export const voidPayment = (given: FollowUpOptions = {}): VoidPayment => ({
  type: 'void-payment',
  paymentId: 'pay_1',
  ...given,
});

/** Disputes a payment; as fraud unless said otherwise. */
export const dispute = (
  given: FollowUpOptions & Partial<Pick<DisputePayment, 'reason'>> = {},
): DisputePayment => ({ type: 'dispute-payment', paymentId: 'pay_1', reason: 'fraud', ...given });

/** Blocks a card. */
export const blockCard = (given: Partial<Omit<BlockCard, 'type'>> = {}): BlockCard => ({
  type: 'block-card',
  reason: 'suspicious',
  ...given,
});

/** Puts a merchant: a grocery in Ghent. */
export const putMerchant = (given: Partial<Omit<PutMerchant, 'type'>> = {}): PutMerchant => ({
  type: 'put-merchant',
  name: 'Corner Market Ghent',
  category: 'groceries',
  mcc: '5411',
  country: 'BE',
  ...given,
});
