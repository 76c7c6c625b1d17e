/**
 * What is kept of one key: its recent payments and its recent alerts.
 */
import type { PaymentFact } from '../payment/payment-fact';
import type { Episode } from './episode';

/** State of one key. Never changed in place. */
export interface KeyActivity {
  /** Ascending by event time, equal times in order of arrival. */
  readonly payments: readonly PaymentFact[];
  readonly episodes: readonly Episode[];
}

/** How long and how much is kept of a key. */
export interface Retention {
  /** What no open window can hold any more may go: longest window + grace, ms. */
  readonly keepMs: number;
  /** Bound on payments of a key, and with it on every distinct set. */
  readonly maxPayments: number;
}

/** A key of which nothing is known. */
export const noActivity: KeyActivity = { payments: [], episodes: [] };

/**
 * The payments with one more in its place, without what is too old.
 *
 * @returns also how many of the oldest left for want of room
 */
export const withPayment = (
  payments: readonly PaymentFact[],
  payment: PaymentFact,
  kept: Retention & { readonly nowMs: number },
): { readonly payments: readonly PaymentFact[]; readonly overflow: number } => {
  let gone = 0;
  while (gone < payments.length && isOver(payments[gone]?.occurredAtMs ?? 0, kept)) gone += 1;
  let at = payments.length;
  while (at > gone && (payments[at - 1]?.occurredAtMs ?? 0) > payment.occurredAtMs) at -= 1;
  const next = payments.slice(gone, at);
  next.push(payment);
  for (; at < payments.length; at += 1) {
    const later = payments[at];
    if (later !== undefined) next.push(later);
  }
  const overflow = Math.max(0, next.length - kept.maxPayments);
  return { payments: overflow === 0 ? next : next.slice(overflow), overflow };
};

const isOver = (timeMs: number, kept: { readonly keepMs: number; readonly nowMs: number }) =>
  timeMs + kept.keepMs <= kept.nowMs;
