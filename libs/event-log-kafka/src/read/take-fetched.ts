/**
 * From one partition's part of a fetch answer to batches that can be polled: whole, checked,
 * committed. What holds nothing to read moves the position all the same, else a reader would stand
 * before a marker, or before a batch that compaction has emptied, for ever.
 */
import { LogDamagedError, type TopicPartition } from '@millrace/event-log';
import { AbortedFilter } from '../batch/aborted-filter';
import { scanBatches } from '../batch/batch-scanner';
import type { FetchedPartition } from '../wire/fetch-call';
import type { FetchedBatches } from './fetched-batches';

/** A part of a fetch answer, and what it is taken for. */
export interface TakenPart {
  readonly part: FetchedPartition;
  /** The offset that was asked for; what stands before it is left out. */
  readonly from: number;
  /** As errors name it. */
  readonly where: TopicPartition;
}

/** How far a part of an answer reached. */
export interface TakenExtent {
  readonly nextOffset: number;
  /** What is wrong with the batch at `nextOffset`. */
  readonly damage?: unknown;
}

/** Adds to what was fetched; `bytes` must not be empty. */
export const takeFetched = (taken: TakenPart, into: FetchedBatches): TakenExtent => {
  const { part, from, where } = taken;
  const filter = new AbortedFilter(part.aborted);
  let nextOffset = from;
  try {
    for (const batch of scanBatches(part.bytes, where)) {
      const isAborted = filter.isAborted(batch);
      if (batch.lastOffset < from) continue;
      nextOffset = batch.lastOffset + 1;
      if (isAborted || batch.control || batch.recordCount === 0) into.skipTo(nextOffset);
      else into.add(batch);
    }
    // Asked again, the broker would say the same.
    if (nextOffset === from) throw new LogDamagedError(where, from, 'what came ends before it');
    return { nextOffset };
  } catch (damage) {
    return { nextOffset, damage };
  }
};
