/**
 * What happens with records that come after their windows have closed.
 */
import type { EpochMs } from '@millrace/event-log';
import { InvalidWindowError } from '../streams.errors';
import type { WindowBounds } from './time-window';

/** Lateness of a windowed operator. Each refused record is counted with reason and windows. */
export interface LateOptions {
  /** How long a window stays open behind its end, in event time; >= 0. There is no default. */
  readonly graceMs: number;
  /** `sideOutput` gives refused records on `late` as well. Default `drop`. */
  readonly late?: 'drop' | 'sideOutput';
}

/** A record that some windows, or all of them, refused. */
export interface LateRecord<V> {
  readonly value: V;
  /** The windows that refused it, ascending. */
  readonly windows: readonly WindowBounds[];
  /** Time of the operator at that moment. */
  readonly nowMs: EpochMs;
}

/** A result of a window. */
export interface Windowed<A> extends WindowBounds {
  readonly value: A;
}

/** @throws InvalidWindowError (STREAMS_INVALID_WINDOW) when grace is below 0 or no whole number */
export const checkedGraceMs = (graceMs: number): number => {
  if (!Number.isSafeInteger(graceMs) || graceMs < 0) {
    throw new InvalidWindowError(`grace ${graceMs} ms is not a whole number of at least 0`);
  }
  return graceMs;
};
