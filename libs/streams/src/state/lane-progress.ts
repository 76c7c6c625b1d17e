/**
 * Where a lane stands: positions of its inputs and the times of its operators. It travels in the
 * changelog, in the transaction of the state that belongs to it.
 */
import type { EpochMs } from '@millrace/event-log';
import type { ValveSnapshot } from '../time/watermark-valve';

/** Stored form, JSON. */
export interface LaneProgress {
  readonly format: 1;
  /** Offset of the next record to process, by topic. */
  readonly positions: Readonly<Record<string, number>>;
  /** Times of operators, by name. */
  readonly clocks: Readonly<Record<string, EpochMs>>;
  /** Highest clock time of each input, by topic. */
  readonly inputs: Readonly<Record<string, EpochMs>>;
  /** Watermark valves, by sub-topology. */
  readonly valves: Readonly<Record<string, ValveSnapshot>>;
  /** Number of keys of each store: state that lost a part is found out at start. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** The progress as bytes of a changelog record. */
export const encodeProgress = (progress: LaneProgress): string => JSON.stringify(progress);

/** Reads what `encodeProgress` wrote; undefined for another format. */
export const decodeProgress = (bytes: Buffer): LaneProgress | undefined => {
  const progress: LaneProgress = JSON.parse(bytes.toString('utf8'));
  return progress.format === 1 ? progress : undefined;
};
