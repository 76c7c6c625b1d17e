/**
 * The job that Millrace replaces: every night it looks for the same pattern in the payments of a
 * whole day, one day after that day has been settled.
 */
import type { EpochMs } from '@millrace/event-log';

const DAY_MS = 86_400_000;
/** The job starts at 02:00 UTC. */
const RUN_AT_MS = 2 * 3_600_000;
/** A day's payments are complete in the warehouse when the following day is over. */
const SETTLEMENT_DAYS = 2;
const MIN_COUNTRIES = 3;
const MIN_COUNT = 5;

/** What the job reads of a payment. */
export interface SettledPayment {
  readonly cardId: string;
  readonly occurredAtMs: EpochMs;
  readonly country: string;
  readonly amountMinor: number;
}

/** A card that the job has found. */
export interface BatchFinding {
  readonly cardId: string;
  readonly payments: number;
  readonly countries: number;
  readonly amountMinor: number;
  readonly firstPaymentMs: EpochMs;
  /** When the job that found it started. */
  readonly foundAtMs: EpochMs;
}

/**
 * Cards with payments in `countries >= 3` and `count >= 5` within one UTC day, as the job of that
 * day reports them; ascending by time found, then card.
 */
export const nightlyBatch = (payments: readonly SettledPayment[]): readonly BatchFinding[] => {
  const days = new Map<string, SettledPayment[]>();
  for (const payment of payments) {
    const key = `${Math.floor(payment.occurredAtMs / DAY_MS)}/${payment.cardId}`;
    const group = days.get(key) ?? [];
    group.push(payment);
    days.set(key, group);
  }
  return [...days.values()]
    .map(findingOf)
    .filter(({ countries, payments: count }) => countries >= MIN_COUNTRIES && count >= MIN_COUNT)
    .sort((a, b) => a.foundAtMs - b.foundAtMs || (a.cardId < b.cardId ? -1 : 1));
};

const findingOf = (group: readonly SettledPayment[]): BatchFinding => {
  const firstPaymentMs = Math.min(...group.map((payment) => payment.occurredAtMs));
  const dayStartMs = Math.floor(firstPaymentMs / DAY_MS) * DAY_MS;
  return {
    cardId: group[0]?.cardId ?? '',
    payments: group.length,
    countries: new Set(group.map((payment) => payment.country)).size,
    amountMinor: group.reduce((sum, payment) => sum + payment.amountMinor, 0),
    firstPaymentMs,
    foundAtMs: dayStartMs + SETTLEMENT_DAYS * DAY_MS + RUN_AT_MS,
  };
};
