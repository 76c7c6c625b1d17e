/**
 * The live view of a card, put together from the parts that the cache keeps.
 */
import type { CachedRow, JsonObject } from '@millrace/projections';
import { type ActivityCounters, activityCounters } from './card-activity';
import { isLiveAlert, type LiveAlert } from './card-alerts';
import { isLiveCardRow, KEPT_PAYMENTS, type LiveCardRow } from './cards-projection';
import { isLivePayment, type LivePayment } from './live-payment';

/** How many payments the live view shows. */
export const SHOWN_PAYMENTS = 20;

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What was counted in a span of event time. */
export interface SpanCounters extends ActivityCounters {
  /** Epoch ms, inclusive; the span is a UTC hour or day. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** False when more payments were made than the cache keeps: then there were at least these. */
  readonly complete: boolean;
}

/** How dangerous the alerts of a card are. */
export interface CardRisk {
  /** Severity of the worst alert that is listed; `none` without any. */
  readonly level: LiveAlert['severity'] | 'none';
  /** Alerts that are listed, newest first. */
  readonly alerts: readonly LiveAlert[];
}

/** A card as it lives. */
export interface LiveCard {
  /** Number of the card's last event in this view. */
  readonly version: number;
  readonly card: LiveCardRow;
  readonly counters: {
    /** Since the card was opened. */
    readonly total: ActivityCounters;
    /** The hour and the day of the card's newest payment; absent when it has made none. */
    readonly hour?: SpanCounters;
    readonly day?: SpanCounters;
  };
  readonly risk: CardRisk;
  /** Newest first, at most 20. */
  readonly payments: readonly LivePayment[];
}

/** What the cache keeps of a card. */
export interface LiveCardParts {
  readonly row: CachedRow;
  /** List of payments, newest first. */
  readonly payments: readonly JsonObject[];
  /** List of alerts, newest first. */
  readonly alerts: readonly JsonObject[];
  readonly counters: Readonly<Record<string, number>>;
}

/**
 * The live view. Hour and day are those of the card's newest payment, by event time, counted over
 * the payments that the cache keeps: their versions make a repeated record count once, and nothing
 * grows with time.
 *
 * @returns undefined when the row is no card
 */
export const liveCard = (parts: LiveCardParts): LiveCard | undefined => {
  const { value, version } = parts.row;
  if (!isLiveCardRow(value)) return undefined;
  const payments = parts.payments.filter(isLivePayment);
  const alerts = parts.alerts.filter(isLiveAlert);
  const newestMs = payments[0]?.occurredAtMs;
  const total = activityCounters(parts.counters);
  return {
    version,
    card: value,
    counters:
      newestMs === undefined
        ? { total }
        : {
            total,
            hour: countersOf(payments, newestMs, HOUR_MS),
            day: countersOf(payments, newestMs, DAY_MS),
          },
    risk: { level: worstOf(alerts), alerts },
    payments: payments.slice(0, SHOWN_PAYMENTS),
  };
};

const countersOf = (
  payments: readonly LivePayment[],
  newestMs: number,
  spanMs: number,
): SpanCounters => {
  const fromMs = Math.floor(newestMs / spanMs) * spanMs;
  const within = payments.filter((payment) => payment.occurredAtMs >= fromMs);
  const declined = within.filter((payment) => payment.status === 'declined');
  const declinedMinor = billed(declined);
  return {
    fromMs,
    toMs: fromMs + spanMs,
    complete: within.length < KEPT_PAYMENTS,
    payments: within.length - declined.length,
    amountMinor: billed(within) - declinedMinor,
    declinedPayments: declined.length,
    declinedMinor,
  };
};

const billed = (payments: readonly LivePayment[]): number =>
  payments.reduce((sum, payment) => sum + payment.billingAmountMinor, 0);

const severities = ['none', 'low', 'medium', 'high', 'critical'] as const;

const worstOf = (alerts: readonly LiveAlert[]): CardRisk['level'] =>
  severities[Math.max(0, ...alerts.map(({ severity }) => severities.indexOf(severity)))] ?? 'none';
