/**
 * An episode: the payments of a key that make a rule hold, without a pause longer than the rule's
 * quiet period. One episode is one alert.
 */
import type { Alert, AlertPayment } from '../alert/alert';
import { alertIdOf } from '../alert/alert-id';
import type { PaymentFact } from '../payment/payment-fact';
import type { CompiledRule } from '../rules/compile-rule';
import type { RuleDefinition } from '../rules/rule';
import type { PassingWindow } from './passing-window';

/** Bound on the payments that an alert shows. */
export const MAX_ALERT_PAYMENTS = 50;

/** What is kept of an alert while payments may still belong to it. */
export interface Episode {
  readonly ruleId: string;
  readonly ruleSetVersion: number;
  readonly alertId: string;
  readonly imported: boolean;
  readonly crossedBy: string;
  readonly raisedAtMs: number;
  /** Event times of the first and last payment that matched. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly quietPeriodMs: number;
  readonly revision: number;
  readonly payments: readonly AlertPayment[];
}

/** A payment with which a rule holds. */
export interface Match {
  readonly rule: CompiledRule;
  readonly keyId: string;
  readonly payment: PaymentFact;
  readonly window: PassingWindow;
}

/**
 * The newest episode of the rule that a payment belongs to: within the quiet period of it (the
 * bound belongs to it), before or after. Live payments never belong to an imported episode, or
 * the end of an import would hide the begin of a live fraud.
 */
export const episodeOf = (
  episodes: readonly Episode[],
  rule: RuleDefinition,
  payment: PaymentFact,
): Episode | undefined => {
  const { occurredAtMs, imported } = payment;
  let newest: Episode | undefined;
  for (const episode of episodes) {
    if (episode.ruleId !== rule.ruleId || episode.imported !== imported) continue;
    if (occurredAtMs > episode.lastMs + rule.quietPeriodMs) continue;
    if (occurredAtMs < episode.firstMs - rule.quietPeriodMs) continue;
    if (newest === undefined || episode.lastMs > newest.lastMs) newest = episode;
  }
  return newest;
};

/** The episode that a match begins. */
export const beginEpisode = ({ rule, keyId, payment, window }: Match): Episode => {
  const { ruleId, keyKind, quietPeriodMs } = rule.definition;
  const { paymentId, occurredAtMs, imported } = payment;
  return {
    ruleId,
    ruleSetVersion: rule.ruleSetVersion,
    alertId: alertIdOf({ ruleId, keyKind, keyId, paymentId }),
    imported,
    crossedBy: paymentId,
    raisedAtMs: occurredAtMs,
    firstMs: occurredAtMs,
    lastMs: occurredAtMs,
    quietPeriodMs,
    revision: 1,
    payments: evidence(window.payments, payment),
  };
};

/** The episode with one more match; it grows, and never takes in another episode. */
export const continueEpisode = (episode: Episode, { payment }: Match): Episode => {
  const { occurredAtMs } = payment;
  const full = episode.payments.length >= MAX_ALERT_PAYMENTS;
  return {
    ...episode,
    firstMs: Math.min(episode.firstMs, occurredAtMs),
    lastMs: Math.max(episode.lastMs, occurredAtMs),
    revision: episode.revision + 1,
    payments: full ? episode.payments : [...episode.payments, alertPayment(payment)],
  };
};

/** The alert of an episode as a match has left it. */
export const alertOf = (episode: Episode, { rule, keyId, window }: Match): Alert => {
  const { keyKind, action, severity, reason } = rule.definition;
  return {
    alertId: episode.alertId,
    ruleId: episode.ruleId,
    ruleSetVersion: episode.ruleSetVersion,
    keyKind,
    keyId,
    ...(keyKind === 'card' ? { cardId: keyId } : {}),
    action,
    severity,
    reason,
    crossedBy: episode.crossedBy,
    window: {
      kind: rule.definition.window.kind,
      startMs: window.startMs,
      endMs: window.endMs,
    },
    values: window.values,
    thresholds: rule.thresholds,
    payments: episode.payments,
    raisedAtMs: episode.raisedAtMs,
    updatedAtMs: episode.lastMs,
    revision: episode.revision,
    imported: episode.imported,
  };
};

// The newest payments of the window; the one that crossed is always among them.
const evidence = (
  payments: readonly PaymentFact[],
  crossing: PaymentFact,
): readonly AlertPayment[] => {
  const newest = payments.slice(-MAX_ALERT_PAYMENTS);
  const shown = newest.includes(crossing) ? newest : [crossing, ...newest.slice(1)];
  return shown.map(alertPayment);
};

const alertPayment = (payment: PaymentFact): AlertPayment => ({
  paymentId: payment.paymentId,
  occurredAtMs: payment.occurredAtMs,
  country: payment.country,
  amountMinor: payment.amountMinor,
  currency: payment.currency,
  billingAmountMinor: payment.billingAmountMinor,
  status: payment.status,
});
