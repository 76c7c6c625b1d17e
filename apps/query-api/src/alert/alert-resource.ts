/**
 * An alert as the search view shows it.
 */
import type { FoundDocument, JsonObject } from '@millrace/projections';
import { alertsIndex } from '@millrace/views';
import { z } from 'zod';
import { documentResource, withInstants } from '../query/resource';

/** Schema of an alert in answers. */
export const foundAlert = z.strictObject({
  alertId: z.string(),
  ruleId: z.string(),
  ruleSetVersion: z.int(),
  keyKind: z.string(),
  keyId: z.string(),
  cardId: z.string().optional(),
  action: z.string(),
  severity: z.string(),
  reason: z.string(),
  crossedBy: z.string(),
  imported: z.boolean(),
  revision: z.int(),
  raisedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  window: z.strictObject({
    kind: z.string(),
    start: z.iso.datetime(),
    end: z.iso.datetime(),
  }),
  values: z.record(z.string(), z.number()),
  thresholds: z.record(z.string(), z.number()),
  payments: z.array(
    z.strictObject({
      paymentId: z.string(),
      occurredAt: z.iso.datetime(),
      country: z.string(),
      amountMinor: z.int(),
      currency: z.string(),
      billingAmountMinor: z.int(),
      status: z.string(),
    }),
  ),
  version: z.int(),
});

/** Schema of a page of alerts. */
export const foundAlerts = z.strictObject({
  items: z.array(foundAlert),
  next: z.string().nullable(),
});

/** An alert's document as clients see it, the evidence with instants as text. */
export const alertResource = (document: FoundDocument): JsonObject => {
  const { window, payments, ...rest } = documentResource(alertsIndex, document);
  return { ...rest, window: withInstants(window ?? {}), payments: withInstants(payments ?? []) };
};
