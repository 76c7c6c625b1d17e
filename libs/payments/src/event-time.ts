/**
 * When something happened: the caller's word within bounds, or the owner's present.
 */
import { rejected } from './aggregate-type';
import type { PaymentRow } from './card/card-rows';

/** How far ahead of the owner's present an event may claim to be (bound included). */
export const MAX_AHEAD_MS = 5 * 60_000;

/**
 * Event time of a command.
 * @returns epoch ms, or the rejection: more than 5 min ahead, before 1970, no integer
 */
export const eventTimeOf = (askedMs: number | undefined, nowMs: number) => {
  if (askedMs === undefined) return nowMs;
  if (!Number.isSafeInteger(askedMs) || askedMs < 0) {
    return rejected('OCCURRED_AT_OUT_OF_RANGE', `occurredAt ${askedMs} ms is not from 1970 on`);
  }
  if (askedMs <= nowMs + MAX_AHEAD_MS) return askedMs;
  return rejected(
    'OCCURRED_AT_IN_FUTURE',
    `occurredAt is ${askedMs - nowMs} ms ahead, at most ${MAX_AHEAD_MS} ms are allowed`,
  );
};

/**
 * Event time of a command about a payment that exists: not before the payment's own. Without a
 * word from the caller it is the present, or the payment's time where that is still ahead.
 */
export const followUpTimeOf = (payment: PaymentRow, askedMs: number | undefined, nowMs: number) => {
  if (askedMs === undefined) return Math.max(nowMs, payment.occurredAtMs);
  const time = eventTimeOf(askedMs, nowMs);
  if (typeof time !== 'number' || time >= payment.occurredAtMs) return time;
  return rejected(
    'OCCURRED_AT_BEFORE_PAYMENT',
    `occurredAt is ${payment.occurredAtMs - time} ms before payment ${payment.paymentId}`,
  );
};
