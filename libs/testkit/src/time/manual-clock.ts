/**
 * Time for tests: it stands until somebody moves it.
 */
import type { Clock, EpochMs } from '@millrace/event-log';
import { parseRfc3339 } from '@millrace/payments';

/** A clock that is moved by hand, forward only. */
export class ManualClock implements Clock {
  #nowMs: EpochMs;

  constructor(startMs: EpochMs) {
    this.#nowMs = checked(startMs);
  }

  nowMs(): EpochMs {
    return this.#nowMs;
  }

  /** Moves forward. @param byMs >= 0 @throws RangeError for a step back */
  advanceMs(byMs: number): void {
    if (byMs < 0) throw new RangeError(`a clock does not go back by ${-byMs} ms`);
    this.#nowMs = checked(this.#nowMs + byMs);
  }

  /** Moves to an instant, not before the present. @throws RangeError for a step back */
  setMs(toMs: EpochMs): void {
    this.advanceMs(toMs - this.#nowMs);
  }
}

const checked = (ms: number): EpochMs => {
  if (Number.isSafeInteger(ms)) return ms;
  throw new RangeError(`not an instant: ${ms}`);
};

/**
 * Epoch ms of an RFC 3339 date-time: `at('2025-03-01T10:00:00Z')`.
 * @throws RangeError for anything else, so that a typing error in a test is no NaN
 */
export const at = (text: string): EpochMs => {
  const ms = parseRfc3339(text);
  if (ms === undefined) throw new RangeError(`not an RFC 3339 date-time: ${text}`);
  return ms;
};

/** Lengths of time in ms: `minutes(5)`. */
export const seconds = (count: number): number => count * 1_000;
/** Lengths of time in ms. */
export const minutes = (count: number): number => count * 60_000;
/** Lengths of time in ms. */
export const hours = (count: number): number => count * 3_600_000;
/** Lengths of time in ms. */
export const days = (count: number): number => count * 86_400_000;
