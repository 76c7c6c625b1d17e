/**
 * An alert: a rule has held for a key, with the values and payments that made it.
 */
import { z } from 'zod';
import type { AlertAction, AlertSeverity, RuleKeyKind } from '../rules/rule';

/** A payment that an alert shows as evidence. */
export interface AlertPayment {
  readonly paymentId: string;
  /** Event time, ms since 1970 UTC. */
  readonly occurredAtMs: number;
  readonly country: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly billingAmountMinor: number;
  readonly status: 'authorized' | 'declined';
}

/** An alert in one of its revisions. Times are epoch ms of event time. */
export interface Alert {
  /** `alr_` and 32 hexadecimal digits made of rule, key and the payment that crossed. */
  readonly alertId: string;
  readonly ruleId: string;
  readonly ruleSetVersion: number;
  readonly keyKind: RuleKeyKind;
  readonly keyId: string;
  /** The card, when the rule is keyed by card. */
  readonly cardId?: string;
  readonly action: AlertAction;
  readonly severity: AlertSeverity;
  readonly reason: string;
  /** The payment with which the rule held for the first time. */
  readonly crossedBy: string;
  /** The window that holds now: [startMs, endMs), also for trailing windows. */
  readonly window: {
    readonly kind: 'hopping' | 'trailing';
    readonly startMs: number;
    readonly endMs: number;
  };
  /** Aggregates of the rule over that window, by name. */
  readonly values: Readonly<Record<string, number>>;
  /** Bounds of the rule's condition, by aggregate. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** The window's payments when it was raised, then those that matched; at most 50. */
  readonly payments: readonly AlertPayment[];
  readonly raisedAtMs: number;
  readonly updatedAtMs: number;
  /** 1 when raised, one more with each update. */
  readonly revision: number;
  /** Raised by an imported payment: nobody acts on it. */
  readonly imported: boolean;
}

/** `ce_type` of an alert's first event and of all further ones. */
export type AlertEventType = 'alert.raised' | 'alert.updated';

const text = z.string().min(1).max(256);
const epochMs = z.int().min(0);
const numbers = z.record(z.string(), z.number());

/** Schema of an alert, for foreign topics and for sampling our own. */
export const alertSchema: z.ZodType<Alert> = z.strictObject({
  alertId: z.string().regex(/^alr_[0-9a-f]{32}$/),
  ruleId: text,
  ruleSetVersion: z.int().min(0),
  keyKind: z.enum(['card', 'terminal', 'merchant']),
  keyId: text,
  cardId: text.exactOptional(),
  action: z.enum(['alert', 'review', 'block']),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  reason: text,
  crossedBy: text,
  window: z.strictObject({
    kind: z.enum(['hopping', 'trailing']),
    startMs: z.int(),
    endMs: z.int(),
  }),
  values: numbers,
  thresholds: numbers,
  payments: z
    .array(
      z.strictObject({
        paymentId: text,
        occurredAtMs: epochMs,
        country: z.string().length(2),
        amountMinor: z.int().min(0),
        currency: z.string().length(3),
        billingAmountMinor: z.int().min(0),
        status: z.enum(['authorized', 'declined']),
      }),
    )
    .max(50)
    .readonly(),
  raisedAtMs: epochMs,
  updatedAtMs: epochMs,
  revision: z.int().min(1),
  imported: z.boolean(),
});
