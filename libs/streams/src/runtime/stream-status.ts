/**
 * How far each lane has come, measured against the log's own ends.
 */
import {
  CodedError,
  type EpochMs,
  type PartitionOffsets,
  type Position,
} from '@millrace/event-log';
import type { RestoreProgress } from './restore-lane';

/** Where a lane is in its life. */
export type LaneStatus = 'starting' | 'restoring' | 'running' | 'stopped' | 'fenced' | 'failed';

/** One input of a lane: a source, or a topic between the lanes of the topology. */
export interface LaneInputStatus {
  readonly topic: string;
  /** Offset of the next record to process, as committed; the log's start while it is not known. */
  readonly position: number;
  /** Last stable offset of the log now. */
  readonly end: number;
  readonly lagRecords: number;
}

/** One lane. */
export interface StreamLaneStatus {
  readonly lane: number;
  readonly state: LaneStatus;
  /** In the order of their declaration. */
  readonly inputs: readonly LaneInputStatus[];
  /** Of all inputs together. */
  readonly lagRecords: number;
  /** Age of the oldest known record that is not committed, by append time; 0 when none waits. */
  readonly lagSeconds: number;
  /** How far the changelog is read, while the state is `restoring`. */
  readonly restore?: RestoreProgress;
  /** Why the lane is `failed` or `fenced`. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** A topology as its runner sees it. */
export interface StreamStatus {
  readonly topology: string;
  /** Lanes of this process, ascending. */
  readonly lanes: readonly StreamLaneStatus[];
  readonly lagRecords: number;
  readonly lagSeconds: number;
}

/** What a lane knows of itself. */
export interface LaneView {
  readonly lane: number;
  readonly status: LaneStatus;
  readonly error: unknown;
  readonly restore: RestoreProgress | undefined;
  readonly positions: readonly Position[];
  /** Append time of the oldest record that is not committed; undefined when none is known. */
  readonly oldestWaitingMs: EpochMs | undefined;
}

/**
 * What a lane amounts to beside the log's offsets.
 * @param offsets one per input of the lane, in the order of their declaration
 */
export const laneStatus = (
  view: LaneView,
  offsets: readonly PartitionOffsets[],
  nowMs: EpochMs,
): StreamLaneStatus => {
  const inputs = offsets.map((range) => inputStatus(view.positions, range));
  const lagRecords = inputs.reduce((sum, input) => sum + input.lagRecords, 0);
  const waitsMs = view.oldestWaitingMs === undefined ? 0 : nowMs - view.oldestWaitingMs;
  const { lane, status, error, restore } = view;
  return {
    lane,
    state: status,
    inputs,
    lagRecords,
    lagSeconds: lagRecords === 0 ? 0 : Math.max(0, waitsMs) / 1_000,
    ...(status === 'restoring' && restore !== undefined ? { restore } : {}),
    ...(error === undefined ? {} : { failure: failureOf(error) }),
  };
};

/** The lanes together: records add up, the oldest wait counts. */
export const streamStatus = (
  topology: string,
  lanes: readonly StreamLaneStatus[],
): StreamStatus => ({
  topology,
  lanes,
  lagRecords: lanes.reduce((sum, lane) => sum + lane.lagRecords, 0),
  lagSeconds: Math.max(0, ...lanes.map((lane) => lane.lagSeconds)),
});

const inputStatus = (
  positions: readonly Position[],
  { topic, partition, startOffset, endOffset }: PartitionOffsets,
): LaneInputStatus => {
  const known = positions.find((at) => at.topic === topic && at.partition === partition);
  const position = known?.offset ?? startOffset;
  const end = Math.max(endOffset, position);
  return { topic, position, end, lagRecords: end - position };
};

const failureOf = (error: unknown): { readonly code: string; readonly message: string } => ({
  code: error instanceof CodedError ? error.code : 'UNEXPECTED',
  message: error instanceof Error ? error.message : String(error),
});
