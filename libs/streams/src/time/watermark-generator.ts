/**
 * Watermarks of one input with bounded disorder.
 */
import type { EpochMs } from '@millrace/event-log';

/** Watermark = highest clock time - bound - 1. Source: Flink `BoundedOutOfOrdernessWatermarks`. */
export class WatermarkGenerator {
  #highestMs: EpochMs | undefined;

  /** @param outOfOrdernessMs >= 0 */
  constructor(readonly outOfOrdernessMs: number) {}

  /** @param clockMs min(event time, append time) of a record */
  observe(clockMs: EpochMs): void {
    if (this.#highestMs === undefined || clockMs > this.#highestMs) this.#highestMs = clockMs;
  }

  /** No record with an event time at or before it is expected; undefined before the first. */
  get watermarkMs(): EpochMs | undefined {
    return this.#highestMs === undefined ? undefined : this.#highestMs - this.outOfOrdernessMs - 1;
  }

  /** What `restore` takes. */
  get highestMs(): EpochMs | undefined {
    return this.#highestMs;
  }

  restore(highestMs: EpochMs): void {
    this.#highestMs = highestMs;
  }
}
