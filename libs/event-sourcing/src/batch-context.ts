/**
 * What a batch of commands is decided on.
 */
import type { EpochMs } from '@millrace/event-log';
import type { AnyAggregateType, VersionedRow } from './aggregate';

/** An aggregate type on one lane, as a batch sees it. */
export interface BatchAggregate {
  readonly type: AnyAggregateType;
  /** Offset of the owner's barrier in the events topic. */
  readonly writerEpoch: number;
  /** A committed row. */
  row(key: string): VersionedRow | undefined;
}

/** What a batch is decided on. */
export interface BatchContext {
  readonly lane: number;
  readonly nowMs: EpochMs;
  readonly resultsTopic: string;
  readonly aggregates: ReadonlyMap<string, BatchAggregate>;
}
