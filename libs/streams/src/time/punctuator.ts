/**
 * A timer of event time on a fixed grid.
 */
import type { EpochMs } from '@millrace/event-log';

/** Due times are the multiples of the interval from 0. */
export class Punctuator {
  #nextDueMs: EpochMs | undefined;

  /** @param intervalMs > 0 */
  constructor(readonly intervalMs: number) {}

  /**
   * Whether the timer fires at this time; call it with each new time. Fires when time first
   * becomes known, then once when the next due time is reached, however many were missed.
   */
  due(nowMs: EpochMs): boolean {
    if (this.#nextDueMs !== undefined && nowMs < this.#nextDueMs) return false;
    this.#nextDueMs = (Math.floor(nowMs / this.intervalMs) + 1) * this.intervalMs;
    return true;
  }
}
