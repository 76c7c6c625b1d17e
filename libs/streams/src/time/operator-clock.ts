/**
 * The time of one operator: one clock for two modes. In stream time it follows the records that
 * pass; behind a repartition it follows the watermark. A window closes when `end + grace <= now`.
 */
import type { EpochMs } from '@millrace/event-log';

/** What moves a clock. */
export type ClockMode = 'stream-time' | 'watermark';

/** Time of an operator over all its keys; unknown at first, never falls. */
export class OperatorClock {
  #nowMs: EpochMs | undefined;
  #listener: (nowMs: EpochMs) => void = () => {};

  constructor(readonly mode: ClockMode) {}

  /** undefined while no record and no watermark has come. With a watermark w, now is w + 1. */
  get nowMs(): EpochMs | undefined {
    return this.#nowMs;
  }

  /** Called each time the clock has risen, with the new time. */
  onAdvance(listener: (nowMs: EpochMs) => void): void {
    this.#listener = listener;
  }

  /** A record has reached the operator; moves stream time, leaves a watermark clock alone. */
  observe(recordMs: EpochMs): void {
    if (this.mode === 'stream-time') this.advanceTo(recordMs);
  }

  /** Sets the clock unless it stands there or later. */
  advanceTo(nowMs: EpochMs): void {
    if (this.#nowMs !== undefined && nowMs <= this.#nowMs) return;
    this.#nowMs = nowMs;
    this.#listener(nowMs);
  }

  /** Sets the clock from stored state, telling nobody. */
  restore(nowMs: EpochMs): void {
    this.#nowMs = nowMs;
  }
}
