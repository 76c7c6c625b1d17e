/**
 * Records per second, smoothed: recent seconds weigh more.
 */

const SMOOTHING_MS = 5_000;

/** Rate of one lane. */
export class RateMeter {
  #perSecond = 0;
  #pending = 0;
  #sinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  mark(count: number, nowMs: number): void {
    this.#pending += count;
    const elapsedMs = nowMs - this.#sinceMs;
    if (elapsedMs < 50) return;
    const share = 1 - Math.exp(-elapsedMs / SMOOTHING_MS);
    this.#perSecond += share * ((this.#pending * 1_000) / elapsedMs - this.#perSecond);
    this.#pending = 0;
    this.#sinceMs = nowMs;
  }

  perSecond(nowMs: number): number {
    return this.#perSecond * Math.exp(-Math.max(0, nowMs - this.#sinceMs) / SMOOTHING_MS);
  }
}

/** Wait for more records before an apply, by the lane's rate: 250 ms at 1,000/s, none below 40/s. */
export const lingerMs = (recordsPerSecond: number, maxMs: number): number =>
  recordsPerSecond < 40 ? 0 : Math.min(maxMs, Math.floor(recordsPerSecond / 4));

/** Pause before the next try: doubles from `minMs` to `maxMs`, half of it by chance. */
export const backoffMs = (
  attempt: number,
  bounds: { readonly minMs: number; readonly maxMs: number },
  random: () => number,
): number => {
  const full = Math.min(bounds.maxMs, bounds.minMs * 2 ** Math.min(attempt, 30));
  return Math.floor(full * (0.5 + random() / 2));
};
