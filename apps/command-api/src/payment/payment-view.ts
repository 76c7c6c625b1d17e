/**
 * A payment as clients see it.
 */
import { type CardStateRow, formatRfc3339, type PaymentRow } from '@millrace/payments';
import { z } from 'zod';

/** Schema of a payment in answers. Amounts are minor units. */
export const paymentSchema = z.strictObject({
  paymentId: z.string(),
  cardId: z.string(),
  status: z.string(),
  declineReason: z.string().optional(),
  merchantId: z.string(),
  merchantName: z.string().optional(),
  mcc: z.string(),
  country: z.string(),
  terminalId: z.string().optional(),
  channel: z.string().optional(),
  capture: z.enum(['manual', 'immediate']),
  amountMinor: z.int(),
  currency: z.string(),
  billingAmountMinor: z.int(),
  billingCurrency: z.string(),
  authorizedMinor: z.int(),
  capturedMinor: z.int(),
  refundedMinor: z.int(),
  releasedMinor: z.int(),
  disputeReason: z.string().optional(),
  occurredAt: z.string(),
  updatedAt: z.string(),
  expiresAt: z.string().optional(),
  version: z.int(),
});

/** A payment in answers. */
export type PaymentView = z.output<typeof paymentSchema>;

/** The answer's form of a payment. */
export const paymentView = (row: PaymentRow): PaymentView => ({
  paymentId: row.paymentId,
  cardId: row.cardId,
  status: row.status,
  ...(row.declineReason === undefined ? {} : { declineReason: row.declineReason }),
  merchantId: row.merchantId,
  ...(row.merchantName === undefined ? {} : { merchantName: row.merchantName }),
  mcc: row.mcc,
  country: row.country,
  ...(row.terminalId === undefined ? {} : { terminalId: row.terminalId }),
  ...(row.channel === undefined ? {} : { channel: row.channel }),
  capture: row.capture,
  amountMinor: row.amountMinor,
  currency: row.currency,
  billingAmountMinor: row.billingAmountMinor,
  billingCurrency: row.billingCurrency,
  authorizedMinor: row.authorizedMinor,
  capturedMinor: row.capturedMinor,
  refundedMinor: row.refundedMinor,
  releasedMinor: row.releasedMinor,
  ...(row.disputeReason === undefined ? {} : { disputeReason: row.disputeReason }),
  occurredAt: formatRfc3339(row.occurredAtMs),
  updatedAt: formatRfc3339(row.updatedAtMs),
  ...(row.expiresAtMs === undefined ? {} : { expiresAt: formatRfc3339(row.expiresAtMs) }),
  version: row.version,
});

/** The payment among the rows of an outcome: every payment command gives it. */
export const paymentRowOf = (rows: readonly (CardStateRow | undefined)[]): PaymentRow => {
  const row = rows[1];
  if (row?.kind !== 'payment') {
    throw new TypeError('a payment command was answered without its payment');
  }
  return row;
};
