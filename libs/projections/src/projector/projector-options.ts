/**
 * What a projector is made of, and its bounds.
 */
import type { Clock, EventLog } from '@millrace/event-log';
import type { Projection } from '../projection';
import type { ViewStore } from '../view-store.port';
import type { ProjectorObserver } from './projector-observer.port';

/** Waiting as an argument. `Timers` of platform is one. */
export interface Delays {
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Bounds of a projector. */
export interface ProjectorLimits {
  /** Records per apply (a stored batch is never cut). */
  readonly maxRecords: number;
  /** Bytes of record values per apply, kept by polling fewer records when they are large. */
  readonly maxBytes: number;
  /** How long an idle poll waits, ms. */
  readonly pollWaitMs: number;
  /**
   * Longest wait for more records before an apply, ms. The wait grows with the lane's rate (250 ms
   * at 1,000 records/s, none below 40/s): an apply has a fixed price that a busy lane must share.
   */
  readonly maxLingerMs: number;
  /** Blocked aggregates per lane; one more stops the lane. */
  readonly maxBlockedPerLane: number;
  /** First and longest pause while the store is down, ms; jittered by half. */
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** How often a lane publishes its group position, ms. */
  readonly publishEveryMs: number;
}

/** Defaults of {@link ProjectorLimits}. */
export const defaultProjectorLimits: ProjectorLimits = {
  maxRecords: 4_000,
  maxBytes: 4_194_304,
  pollWaitMs: 500,
  maxLingerMs: 250,
  maxBlockedPerLane: 100,
  backoffMinMs: 1_000,
  backoffMaxMs: 30_000,
  publishEveryMs: 1_000,
};

/** What a projector is made of. */
export interface ProjectorOptions<Source, Change> {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly delays: Delays;
  /** 0 <= random < 1: jitters the pauses. */
  readonly random: () => number;
  readonly projection: Projection<Source, Change>;
  readonly store: ViewStore<Change>;
  /** Places lanes on the projectors of this view; default `projector-<view>`. */
  readonly groupId?: string;
  /** Where events that can't be applied are reported; same partitions as the source topic. */
  readonly deadLetterTopic: string;
  readonly limits?: Partial<ProjectorLimits>;
  readonly observer?: ProjectorObserver;
}
