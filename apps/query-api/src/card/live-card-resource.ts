/**
 * A card as it lives, as clients see it.
 */
import type { LiveAlert, LiveCard, LivePayment, SpanCounters } from '@millrace/views';
import { z } from 'zod';
import { instantText } from '../query/resource';

const counters = {
  payments: z.int(),
  amountMinor: z.int(),
  declinedPayments: z.int(),
  declinedMinor: z.int(),
};

const spanSchema = z.strictObject({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** False: there were at least so many, see `KEPT_PAYMENTS`. */
  complete: z.boolean(),
  ...counters,
});

/** Schema of a live card in answers. */
export const liveCardSchema = z.strictObject({
  cardId: z.string(),
  currency: z.string(),
  country: z.string(),
  limitMinor: z.int(),
  blocked: z.boolean(),
  blockReason: z.string().optional(),
  spentMinorByMonth: z.record(z.string(), z.int()),
  openedAt: z.iso.datetime(),
  counters: z.strictObject({
    total: z.strictObject(counters),
    hour: spanSchema.optional(),
    day: spanSchema.optional(),
  }),
  risk: z.strictObject({
    level: z.enum(['none', 'low', 'medium', 'high', 'critical']),
    alerts: z.array(
      z.strictObject({
        alertId: z.string(),
        ruleId: z.string(),
        action: z.string(),
        severity: z.string(),
        reason: z.string(),
        raisedAt: z.iso.datetime(),
        updatedAt: z.iso.datetime(),
        imported: z.boolean(),
      }),
    ),
  }),
  payments: z.array(
    z.strictObject({
      paymentId: z.string(),
      status: z.string(),
      declineReason: z.string().optional(),
      merchantId: z.string(),
      merchantName: z.string().optional(),
      terminalId: z.string().optional(),
      category: z.string(),
      country: z.string(),
      amountMinor: z.int(),
      currency: z.string(),
      billingAmountMinor: z.int(),
      billingCurrency: z.string(),
      occurredAt: z.iso.datetime(),
    }),
  ),
  version: z.int(),
});

/** A live card in answers. */
export type LiveCardResource = z.output<typeof liveCardSchema>;

/** The answer's form of a live card. */
export const liveCardResource = (live: LiveCard): LiveCardResource => {
  const { openedAtMs, spentMinorByMonth, ...card } = live.card;
  const { total, hour, day } = live.counters;
  return {
    ...card,
    spentMinorByMonth: { ...spentMinorByMonth },
    openedAt: instantText(openedAtMs),
    counters: {
      total,
      ...(hour === undefined ? {} : { hour: spanResource(hour) }),
      ...(day === undefined ? {} : { day: spanResource(day) }),
    },
    risk: { level: live.risk.level, alerts: live.risk.alerts.map(alertResource) },
    payments: live.payments.map(paymentResource),
    version: live.version,
  };
};

const spanResource = ({ fromMs, toMs, ...rest }: SpanCounters) => ({
  from: instantText(fromMs),
  to: instantText(toMs),
  ...rest,
});

const alertResource = ({ raisedAtMs, updatedAtMs, ...rest }: LiveAlert) => ({
  ...rest,
  raisedAt: instantText(raisedAtMs),
  updatedAt: instantText(updatedAtMs),
});

const paymentResource = ({ occurredAtMs, ...rest }: LivePayment) => ({
  ...rest,
  occurredAt: instantText(occurredAtMs),
});
