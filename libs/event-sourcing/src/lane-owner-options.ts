/**
 * What a lane's owner is made of, and the states it is in.
 */
import type { Clock, EventLog } from '@millrace/event-log';
import type { AnyAggregateType } from './aggregate';
import type { OwnerLimits } from './owner-limits';
import type { OwnerObserver } from './owner-observer.port';
import type { OpenRowStore } from './row-store.port';

/** What the owners of one process share. */
export interface LaneOwnerOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly aggregates: readonly AnyAggregateType[];
  readonly limits: OwnerLimits;
  readonly resultsTopic: string;
  /** The writer's id is this and the lane: equal in all processes that compete. */
  readonly writerIdPrefix: string;
  readonly instance: string;
  readonly address?: string;
  readonly observer: OwnerObserver;
  readonly openRowStore: OpenRowStore;
}

/** `lost`: fenced, or the takeover failed; `broken`: the log contradicts itself, not tried again. */
export type LaneOwnerStatus =
  | 'starting'
  | 'in takeover'
  | 'serving'
  | 'in hand-over'
  | 'lost'
  | 'broken'
  | 'stopped';
