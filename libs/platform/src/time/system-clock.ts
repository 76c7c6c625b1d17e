/**
 * The clock of the machine.
 */
import type { Clock, EpochMs } from '@millrace/event-log';

/** Nest token of the clock. */
export const CLOCK = Symbol('Clock');

/**
 * System time that never falls within this process: while the machine's clock is set back, the
 * last value is repeated until it has caught up.
 */
export class SystemClock implements Clock {
  #lastMs = 0;

  /** Milliseconds since 1970 UTC, never below an earlier answer of this object. */
  nowMs(): EpochMs {
    const nowMs = Date.now();
    if (nowMs > this.#lastMs) this.#lastMs = nowMs;
    return this.#lastMs;
  }
}
