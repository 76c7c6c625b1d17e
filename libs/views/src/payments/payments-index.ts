/**
 * The index of payments: one document for each payment row of `card-state`, in the row's version.
 */
import {
  categories,
  categoryOfMcc,
  type PaymentRow,
  paymentRowKey,
  paymentStatuses,
  topicNames,
} from '@millrace/payments';
import type {
  IndexDefinition,
  JsonValue,
  Projection,
  VersionedDocument,
} from '@millrace/projections';
import { readPaymentRow } from '../records/read-state-row';

/**
 * Fields of a payment's document and what may be asked of them. Amounts are in minor units of the
 * currency beside them; `country` is the merchant's; `category` follows from `mcc`.
 */
export const paymentsIndex = {
  name: 'payments',
  fields: {
    paymentId: 'keyword',
    cardId: 'keyword',
    merchantId: 'keyword',
    terminalId: 'keyword',
    merchantName: 'text',
    country: 'keyword',
    mcc: 'keyword',
    category: 'keyword',
    status: 'keyword',
    declineReason: 'keyword',
    disputeReason: 'keyword',
    capture: 'keyword',
    channel: 'keyword',
    currency: 'keyword',
    amountMinor: 'long',
    authorizedMinor: 'long',
    capturedMinor: 'long',
    refundedMinor: 'long',
    releasedMinor: 'long',
    billingCurrency: 'keyword',
    billingAmountMinor: 'long',
    occurredAt: 'date',
    updatedAt: 'date',
    expiresAt: 'date',
  },
  words: ['merchantName', 'paymentId', 'cardId', 'merchantId', 'terminalId'],
  filters: [
    'paymentId',
    'cardId',
    'merchantId',
    'terminalId',
    'country',
    'category',
    'status',
    'amountMinor',
    'occurredAt',
  ],
  selective: ['paymentId', 'cardId', 'merchantId', 'terminalId'],
  sorts: ['occurredAt', 'amountMinor'],
} as const satisfies IndexDefinition;

/** Values of the fields that have few of them. */
export const paymentFieldValues = { status: paymentStatuses, category: categories } as const;

/** Key of a payment's document. */
export const paymentKey = paymentRowKey;

/** The document of a payment; its key is the row's key, `cardId/paymentId`. */
export const paymentDocument = (row: PaymentRow): VersionedDocument => {
  const fields: Record<string, JsonValue> = {
    paymentId: row.paymentId,
    cardId: row.cardId,
    merchantId: row.merchantId,
    country: row.country,
    mcc: row.mcc,
    category: categoryOfMcc(row.mcc),
    status: row.status,
    capture: row.capture,
    currency: row.currency,
    amountMinor: row.amountMinor,
    authorizedMinor: row.authorizedMinor,
    capturedMinor: row.capturedMinor,
    refundedMinor: row.refundedMinor,
    releasedMinor: row.releasedMinor,
    billingCurrency: row.billingCurrency,
    billingAmountMinor: row.billingAmountMinor,
    occurredAt: row.occurredAtMs,
    updatedAt: row.updatedAtMs,
  };
  if (row.terminalId !== undefined) fields['terminalId'] = row.terminalId;
  if (row.merchantName !== undefined) fields['merchantName'] = row.merchantName;
  if (row.declineReason !== undefined) fields['declineReason'] = row.declineReason;
  if (row.disputeReason !== undefined) fields['disputeReason'] = row.disputeReason;
  if (row.channel !== undefined) fields['channel'] = row.channel;
  if (row.expiresAtMs !== undefined) fields['expiresAt'] = row.expiresAtMs;
  return { key: paymentRowKey(row.cardId, row.paymentId), version: row.version, fields };
};

/** From `card-state` to the index; a payment that cannot be applied blocks its card. */
export const paymentsProjection: Projection<PaymentRow, VersionedDocument> = {
  topic: topicNames.cardState,
  latestByKey: true,
  read: readPaymentRow,
  subjectOf: (row) => row.cardId,
  map: (row) => [paymentDocument(row)],
};
