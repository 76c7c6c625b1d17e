/**
 * How far each lane of a view has come, measured against the log's own end.
 */
import { CodedError, type EpochMs, type PartitionOffsets } from '@millrace/event-log';
import type { BlockedSubject } from '../view-store.port';
import type { LaneProjector, LaneState } from './lane-projector';

/** One lane. */
export interface LaneStatus {
  readonly lane: number;
  readonly generation: number;
  readonly state: LaneState;
  /** Offset of the next record to apply. */
  readonly position: number;
  /** Last stable offset of the log now. */
  readonly end: number;
  readonly lagRecords: number;
  /** Age of the oldest known record that is not in the view, by append time; 0 when none waits. */
  readonly lagSeconds: number;
  readonly blocked: readonly BlockedSubject[];
  readonly recordsPerSecond: number;
  /** Why the lane has stopped. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** A view as its projector sees it. */
export interface ProjectorStatus {
  readonly view: string;
  readonly topic: string;
  /** Lanes of this process, ascending. */
  readonly lanes: readonly LaneStatus[];
  readonly lagRecords: number;
  readonly lagSeconds: number;
}

/** What a lane's state amounts to beside the log's offsets. */
export const laneStatus = <Source, Change>(
  lane: LaneProjector<Source, Change>,
  offsets: PartitionOffsets | undefined,
  nowMs: EpochMs,
): LaneStatus => {
  const end = Math.max(offsets?.endOffset ?? lane.next, lane.next);
  const waitsMs = lane.oldestWaitingMs === undefined ? 0 : nowMs - lane.oldestWaitingMs;
  return {
    lane: lane.lane,
    generation: lane.generation,
    state: lane.state,
    position: lane.next,
    end,
    lagRecords: end - lane.next,
    lagSeconds: end === lane.next ? 0 : Math.max(0, waitsMs) / 1_000,
    blocked: lane.blocked,
    recordsPerSecond: lane.recordsPerSecond(),
    ...(lane.failure === undefined ? {} : { failure: failureOf(lane.failure) }),
  };
};

const failureOf = (error: unknown): { readonly code: string; readonly message: string } => ({
  code: error instanceof CodedError ? error.code : 'UNEXPECTED',
  message: error instanceof Error ? error.message : String(error),
});
