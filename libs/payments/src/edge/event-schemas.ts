/**
 * Schemas of the data of every event, for foreign topics and for sampling our own records.
 */
import { z } from 'zod';
import type { CardEventType } from '../card/card-events';
import type { MerchantEventType } from '../merchant/merchant-types';
import {
  alertIdentifier,
  amount,
  country,
  currency,
  epochMs,
  freeText,
  identifier,
  mcc,
} from './fields';

const SCHEMA_VERSION = '1';

/** Schema of one event's data, and the `schemaversion` header that goes with it. */
export interface EventSchema {
  readonly schemaversion: string;
  readonly data: z.ZodType;
}

const version1 = <Data extends z.ZodType>(data: Data) => ({ schemaversion: SCHEMA_VERSION, data });

const cardId = { cardId: identifier };
const ids = {
  ...cardId,
  paymentId: identifier,
  merchantId: identifier,
  mcc,
  country,
  terminalId: identifier.optional(),
};
const paid = {
  amountMinor: amount,
  currency,
  billingAmountMinor: amount,
  billingCurrency: currency,
};
const released = {
  releasedMinor: amount,
  currency,
  billingReleasedMinor: amount,
  billingCurrency: currency,
};
const authorization = {
  ...ids,
  ...paid,
  merchantName: freeText(120).optional(),
  capture: z.enum(['manual', 'immediate']),
  channel: identifier.max(32).optional(),
  requestHash: z.string().min(1).max(64),
};
const reason = freeText(200);

/** Schemas of the events on `card-events`, by `ce_type`. Unknown fields are refused. */
export const cardEventSchemas = {
  'card.opened': version1(
    z.strictObject({
      ...cardId,
      currency,
      limitMinor: amount,
      country,
      holderRef: identifier.optional(),
    }),
  ),
  'card.blocked': version1(
    z.strictObject({ ...cardId, reason, alertId: alertIdentifier.optional() }),
  ),
  'card.unblocked': version1(z.strictObject({ ...cardId, reason })),
  'card.limit-changed': version1(z.strictObject({ ...cardId, limitMinor: amount })),
  'payment.authorized': version1(z.strictObject(authorization)),
  'payment.declined': version1(
    z.strictObject({
      ...authorization,
      declineReason: z.enum(['card-blocked', 'limit-exceeded', 'currency-not-supported']),
    }),
  ),
  'payment.captured': version1(z.strictObject({ ...ids, ...paid })),
  'payment.refunded': version1(z.strictObject({ ...ids, ...paid })),
  'payment.voided': version1(z.strictObject({ ...ids, ...released })),
  'payment.expired': version1(z.strictObject({ ...ids, ...released })),
  'payment.disputed': version1(
    z.strictObject({
      ...ids,
      amountMinor: amount,
      currency,
      reason: z.enum(['fraud', 'other']),
      paymentOccurredAtMs: epochMs,
    }),
  ),
} as const satisfies Record<CardEventType, EventSchema>;

const merchant = z.strictObject({
  merchantId: identifier,
  name: freeText(120),
  category: freeText(64),
  mcc,
  country,
  validFromMs: epochMs,
});

/** Schemas of the events on `merchant-events`, by `ce_type`. Unknown fields are refused. */
export const merchantEventSchemas = {
  'merchant.registered': version1(merchant),
  'merchant.updated': version1(merchant),
} as const satisfies Record<MerchantEventType, EventSchema>;
