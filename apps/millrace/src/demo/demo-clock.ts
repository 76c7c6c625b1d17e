/**
 * The demo's only clock: append time, the door's clamp and the generator all read it. It is moved
 * step by step through the story, then runs with real time.
 */
import type { Clock, EpochMs } from '@millrace/event-log';

/** A clock that is set forward by hand until `run`, then follows real time. Never falls. */
export class DemoClock implements Clock {
  #setMs: EpochMs;
  #runningSinceMs: number | undefined;

  /**
   * @param startMs where it stands at first
   * @param elapsedMs a monotonic time in ms, such as `performance.now`
   */
  constructor(
    startMs: EpochMs,
    private readonly elapsedMs: () => number,
  ) {
    this.#setMs = startMs;
  }

  nowMs(): EpochMs {
    if (this.#runningSinceMs === undefined) return this.#setMs;
    return this.#setMs + Math.floor(this.elapsedMs() - this.#runningSinceMs);
  }

  /** Sets it forward; a time in its past changes nothing. */
  advanceTo(ms: EpochMs): void {
    if (ms <= this.nowMs()) return;
    this.#setMs = ms;
    if (this.#runningSinceMs !== undefined) this.#runningSinceMs = this.elapsedMs();
  }

  /** From now on it follows real time. */
  run(): void {
    this.#runningSinceMs ??= this.elapsedMs();
  }
}
