/**
 * A payment as the live view of its card keeps it.
 */
import { categoryOfMcc, type MerchantCategory, type PaymentRow } from '@millrace/payments';
import type { JsonObject, JsonValue } from '@millrace/projections';

/** A payment of a card; amounts in minor units, times in epoch ms. */
export interface LivePayment {
  readonly paymentId: string;
  readonly status: PaymentRow['status'];
  readonly declineReason?: PaymentRow['declineReason'];
  readonly merchantId: string;
  readonly merchantName?: string;
  readonly terminalId?: string;
  readonly category: MerchantCategory;
  readonly country: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly billingAmountMinor: number;
  readonly billingCurrency: string;
  readonly occurredAtMs: number;
}

/** What the cache keeps of a payment. */
export const livePaymentValue = (row: PaymentRow): JsonObject => {
  const value: Record<string, JsonValue> = {
    paymentId: row.paymentId,
    status: row.status,
    merchantId: row.merchantId,
    category: categoryOfMcc(row.mcc),
    country: row.country,
    amountMinor: row.amountMinor,
    currency: row.currency,
    billingAmountMinor: row.billingAmountMinor,
    billingCurrency: row.billingCurrency,
    occurredAtMs: row.occurredAtMs,
  };
  if (row.terminalId !== undefined) value['terminalId'] = row.terminalId;
  if (row.merchantName !== undefined) value['merchantName'] = row.merchantName;
  if (row.declineReason !== undefined) value['declineReason'] = row.declineReason;
  return value;
};

/** Whether a value of the cache is a payment; its fields are trusted. */
export const isLivePayment = (value: JsonObject): value is JsonObject & LivePayment =>
  typeof value['paymentId'] === 'string' && typeof value['occurredAtMs'] === 'number';
