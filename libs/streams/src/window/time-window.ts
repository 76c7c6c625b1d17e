/**
 * Tumbling and hopping windows: which windows hold a point in time.
 */
import type { EpochMs } from '@millrace/event-log';
import { InvalidWindowError } from '../streams.errors';

/** A tumbling (hop = size) or hopping window. Windows are `[start, start + sizeMs)`. */
export interface TimeWindow {
  readonly kind: 'tumbling' | 'hopping';
  readonly sizeMs: number;
  /** Distance between starts, 0 < hopMs <= sizeMs. */
  readonly hopMs: number;
  /** Starts are congruent to this modulo hopMs. */
  readonly offsetMs: number;
  /** Leaves out windows that start before 1970, as Kafka Streams does. */
  readonly clampStartAtZero: boolean;
}

/** Bounds of a window. */
export interface WindowBounds {
  readonly startMs: EpochMs;
  /** Exclusive. */
  readonly endMs: EpochMs;
}

/** Alignment of windows. */
export interface AlignmentOptions {
  /** Default 0: aligned to 1970-01-01T00:00Z. May be negative. */
  readonly offsetMs?: number;
  /** Default false. */
  readonly clampStartAtZero?: boolean;
}

/**
 * Windows of one size, side by side.
 * @param sizeMs a safe integer > 0
 * @throws InvalidWindowError (STREAMS_INVALID_WINDOW)
 */
export const tumbling = (sizeMs: number, options: AlignmentOptions = {}): TimeWindow =>
  checked({
    kind: 'tumbling',
    sizeMs,
    hopMs: sizeMs,
    offsetMs: options.offsetMs ?? 0,
    clampStartAtZero: options.clampStartAtZero ?? false,
  });

/**
 * Windows of one size that start every `hopMs`.
 * @throws InvalidWindowError (STREAMS_INVALID_WINDOW) when hopMs > sizeMs: records between windows
 *   would vanish
 */
export const hopping = (
  sizeMs: number,
  hopMs: number,
  options: AlignmentOptions = {},
): TimeWindow =>
  checked({
    kind: 'hopping',
    sizeMs,
    hopMs,
    offsetMs: options.offsetMs ?? 0,
    clampStartAtZero: options.clampStartAtZero ?? false,
  });

/**
 * Starts of every window that holds one point in time.
 * @param timeMs event time; may be negative
 * @returns ascending; a point on the end of a window is outside of it
 * Source: Apache Flink `TimeWindow.getWindowStartWithOffset`, with floored modulo
 */
export const windowStarts = (window: TimeWindow, timeMs: EpochMs): readonly EpochMs[] => {
  const starts: EpochMs[] = [];
  const last = windowStartAtOrBefore(window, timeMs);
  const first = firstStartAfter(window, timeMs - window.sizeMs);
  for (let start = first; start <= last; start += window.hopMs) {
    if (start >= 0 || !window.clampStartAtZero) starts.push(start);
  }
  return starts;
};

/** The newest start that is not after `timeMs`. */
export const windowStartAtOrBefore = (window: TimeWindow, timeMs: EpochMs): EpochMs =>
  timeMs - floorModulo(timeMs - window.offsetMs, window.hopMs);

/** The newest multiple of `stepMs` that is not after `timeMs`. */
export const floorTo = (stepMs: number, timeMs: EpochMs): EpochMs =>
  timeMs - floorModulo(timeMs, stepMs);

/** The oldest start that is after `timeMs`. */
export const firstStartAfter = (window: TimeWindow, timeMs: EpochMs): EpochMs =>
  windowStartAtOrBefore(window, timeMs) + window.hopMs;

// JavaScript's % takes the sign of the dividend: -1 % 5 is -1, and the start would lie after the
// point in time.
const floorModulo = (dividend: number, divisor: number): number =>
  ((dividend % divisor) + divisor) % divisor;

const checked = (window: TimeWindow): TimeWindow => {
  const { sizeMs, hopMs, offsetMs } = window;
  if (!Number.isSafeInteger(sizeMs) || sizeMs <= 0) {
    throw new InvalidWindowError(`window size ${sizeMs} ms is not a whole number above 0`);
  }
  if (!Number.isSafeInteger(hopMs) || hopMs <= 0) {
    throw new InvalidWindowError(`hop ${hopMs} ms is not a whole number above 0`);
  }
  if (hopMs > sizeMs) {
    throw new InvalidWindowError(
      `hop ${hopMs} ms is above size ${sizeMs} ms: records between windows would vanish`,
    );
  }
  if (!Number.isSafeInteger(offsetMs)) {
    throw new InvalidWindowError(`window offset ${offsetMs} ms is not a whole number`);
  }
  return window;
};
