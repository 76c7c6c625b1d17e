/**
 * Which command ids of a lane have a result, and where in the results topic it stands. Bodies stay
 * in the log: a million ids must fit in memory, a million answers need not.
 */
import type { EpochMs } from '@millrace/event-log';

/** Where a result stands. */
export interface ResultRef {
  /** In the results topic. */
  readonly offset: number;
  /** About its append time, ms since 1970 UTC. */
  readonly atMs: EpochMs;
  /** Position after the command's last event in its events topic, when this owner committed it. */
  readonly eventsOffset?: number;
}

/** Bounds of an index. */
export interface ResultIndexLimits {
  readonly ids: number;
  readonly ageMs: number;
}

/** Ids in the order of their results. */
export class ResultIndex {
  private readonly refs = new Map<string, ResultRef>();
  /** Never started anew: each search from the front would walk over the holes of what has left. */
  private readonly oldestFirst = this.refs.entries();
  private oldest: readonly [string, ResultRef] | undefined;
  /** Offset of the next result to be read from the log. */
  nextOffset = 0;

  constructor(private readonly limits: ResultIndexLimits) {}

  get size(): number {
    return this.refs.size;
  }

  /** The newest result of this id that is younger than the age bound. */
  find(commandId: string, nowMs: EpochMs): ResultRef | undefined {
    const ref = this.refs.get(commandId);
    return ref === undefined || this.isOld(ref, nowMs) ? undefined : ref;
  }

  add(commandId: string, ref: ResultRef): void {
    this.refs.delete(commandId);
    this.refs.set(commandId, ref);
  }

  delete(commandId: string): void {
    this.refs.delete(commandId);
  }

  /** Forgets what is too old, then what is too many; returns how many were too many. */
  prune(nowMs: EpochMs): number {
    let evicted = 0;
    for (;;) {
      const oldest = this.firstEntry();
      if (oldest === undefined) return evicted;
      const old = this.isOld(oldest[1], nowMs);
      if (!old && this.refs.size <= this.limits.ids) return evicted;
      if (!old) evicted += 1;
      this.refs.delete(oldest[0]);
    }
  }

  private firstEntry(): readonly [string, ResultRef] | undefined {
    while (this.refs.size > 0) {
      const { oldest } = this;
      if (oldest !== undefined && this.refs.get(oldest[0]) === oldest[1]) return oldest;
      const next = this.oldestFirst.next();
      if (next.done === true) return undefined;
      this.oldest = next.value;
    }
    return undefined;
  }

  private isOld(ref: ResultRef, nowMs: EpochMs): boolean {
    return nowMs - ref.atMs >= this.limits.ageMs;
  }
}
