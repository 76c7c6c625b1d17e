/**
 * A payment as the search view shows it.
 */
import type { FoundDocument, JsonObject } from '@millrace/projections';
import { paymentsIndex } from '@millrace/views';
import { z } from 'zod';
import { documentResource } from '../query/resource';

/** Schema of a payment in answers. */
export const foundPayment = z.strictObject({
  paymentId: z.string(),
  cardId: z.string(),
  merchantId: z.string(),
  terminalId: z.string().optional(),
  merchantName: z.string().optional(),
  country: z.string(),
  mcc: z.string(),
  category: z.string(),
  status: z.string(),
  declineReason: z.string().optional(),
  disputeReason: z.string().optional(),
  capture: z.string(),
  channel: z.string().optional(),
  currency: z.string(),
  amountMinor: z.int(),
  authorizedMinor: z.int(),
  capturedMinor: z.int(),
  refundedMinor: z.int(),
  releasedMinor: z.int(),
  billingCurrency: z.string(),
  billingAmountMinor: z.int(),
  occurredAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
  version: z.int(),
});

/** Schema of a page of payments. */
export const foundPayments = z.strictObject({
  items: z.array(foundPayment),
  /** Cursor of the next page; null on the last one. */
  next: z.string().nullable(),
});

/** A payment's document as clients see it. */
export const paymentResource = (document: FoundDocument): JsonObject =>
  documentResource(paymentsIndex, document);
