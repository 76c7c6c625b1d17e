/**
 * A view's definition as the projector runs it: which topic, and what a record means for the view.
 */
import type { LogRecord } from '@millrace/event-log';

/**
 * One source topic, one view. `read` and `map` are pure; the difference between them is what a
 * failure means: `read` throwing stops the lane (the log holds something this version does not
 * know), `map` throwing blocks the subject in this view alone.
 */
export interface Projection<Source, Change> {
  /** The one topic that this view is made from. */
  readonly topic: string;
  /**
   * Whether only the newest record of a key matters (state topics): older ones of the same batch
   * are then left out before they are parsed.
   */
  readonly latestByKey: boolean;
  /**
   * Parses a record; undefined = not for this view (a barrier, another type).
   * @throws anything: broken envelope, unknown schema version
   */
  read(record: LogRecord): Source | undefined;
  /** The aggregate a record belongs to: it is what gets blocked. */
  subjectOf(source: Source): string;
  /**
   * What the record changes; empty for nothing.
   * @throws anything: the event can't be applied
   */
  map(source: Source): readonly Change[];
}
