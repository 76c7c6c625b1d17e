/** One direction of a proxy: the levers set on it, shared by all of its connections. */
import { SeededRandom } from '@millrace/testkit';
import type { FaultCounter } from './fault-counts';
import type { Direction, JitteredDelay } from './fault-proxy.port';

/** Bytes of this much time go out at once when the bandwidth is limited. */
const SLICE_MS = 20;

/** Levers of one direction. */
export class Link {
  held = false;
  /** Bytes until the reset that `dropAfter` asked for. */
  bytesUntilReset: number | undefined;
  #delayMs: () => number = () => 0;
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  #freeAtMs = 0;

  constructor(
    readonly direction: Direction,
    readonly counter: FaultCounter,
    readonly keepLimitBytes: number,
  ) {}

  delay(delay: number | JitteredDelay): void {
    if (typeof delay === 'number') {
      this.#delayMs = () => delay;
      return;
    }
    const { ms, jitterMs, seed } = delay;
    const random = new SeededRandom(seed);
    this.#delayMs = () => ms + random.next() * jitterMs;
  }

  bandwidth(bytesPerSecond: number | 'unlimited'): void {
    if (bytesPerSecond !== 'unlimited' && !(bytesPerSecond > 0)) {
      throw new RangeError(`bandwidth: ${bytesPerSecond} bytes per second; > 0 is wanted`);
    }
    this.#bytesPerSecond =
      bytesPerSecond === 'unlimited' ? Number.POSITIVE_INFINITY : bytesPerSecond;
    this.#freeAtMs = 0;
  }

  heal(): void {
    this.held = false;
    this.bytesUntilReset = undefined;
    this.delay(0);
    this.bandwidth('unlimited');
  }

  /** How long a chunk that arrives now is to wait, ms. */
  nextDelayMs(): number {
    return this.#delayMs();
  }

  /** Until the bandwidth lets more pass, ms; 0 = now. */
  busyMs(nowMs: number): number {
    return Math.max(0, this.#freeAtMs - nowMs);
  }

  /** Takes the bandwidth for up to `wanted` bytes and says for how many (at least 1). */
  claim(wanted: number, nowMs: number): number {
    if (this.#bytesPerSecond === Number.POSITIVE_INFINITY) return wanted;
    const slice = Math.max(1, Math.floor((this.#bytesPerSecond * SLICE_MS) / 1_000));
    const granted = Math.min(wanted, slice);
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + (granted / this.#bytesPerSecond) * 1_000;
    return granted;
  }
}
