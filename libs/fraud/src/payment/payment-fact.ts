/**
 * What detection needs to know of a payment: one attempt, authorized or declined.
 */
import type { LogRecord } from '@millrace/event-log';
import { decodeEvent, SOURCE_IMPORT } from '@millrace/event-sourcing';
import type { AuthorizationData } from '@millrace/payments';

/** An attempt to pay. Money is minor units. Absent texts are null, so that all have one shape. */
export interface PaymentFact {
  readonly paymentId: string;
  readonly cardId: string;
  /** Event time, ms since 1970 UTC. */
  readonly occurredAtMs: number;
  readonly status: 'authorized' | 'declined';
  /** The merchant's, ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly mcc: string;
  readonly merchantId: string;
  readonly terminalId: string | null;
  readonly channel: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly billingAmountMinor: number;
  readonly billingCurrency: string;
  /** Came by an import: alerts on it are never acted upon. */
  readonly imported: boolean;
}

/**
 * The payment of a record of `card-events`; undefined for every other event and for barriers.
 * Fields are trusted: the owner wrote them.
 *
 * @throws EnvelopeInvalidError, EnvelopeVersionError
 */
export const paymentFactOf = (record: LogRecord): PaymentFact | undefined => {
  const type = record.headers['ce_type'];
  if (type !== 'payment.authorized' && type !== 'payment.declined') return undefined;
  const event = decodeEvent<AuthorizationData>(record);
  if (event === undefined) return undefined;
  const { data } = event;
  return {
    paymentId: data.paymentId,
    cardId: data.cardId,
    occurredAtMs: event.timeMs,
    status: type === 'payment.authorized' ? 'authorized' : 'declined',
    country: data.country,
    mcc: data.mcc,
    merchantId: data.merchantId,
    terminalId: data.terminalId ?? null,
    channel: data.channel ?? null,
    amountMinor: data.amountMinor,
    currency: data.currency,
    billingAmountMinor: data.billingAmountMinor,
    billingCurrency: data.billingCurrency,
    imported: event.source === SOURCE_IMPORT,
  };
};
