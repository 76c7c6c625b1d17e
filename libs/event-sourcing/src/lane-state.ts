/**
 * What an owner knows of its lane: committed rows, what falls due, and which command ids have a
 * result; each with the position in the log up to which it is complete.
 */
import type { EpochMs, EventLog, LogRecord, Position } from '@millrace/event-log';
import { type AnyAggregateType, isVersionedRow } from './aggregate';
import { DueIndex } from './due-index';
import { isBarrier } from './envelope';
import { AggregateFailedError, LaneInconsistentError } from './event-sourcing.errors';
import type { ResultIndex } from './result-index';
import type { OpenRowStore, RowChange, RowStore } from './row-store.port';

/** One aggregate type on one lane. */
export interface LaneAggregate {
  readonly type: AnyAggregateType;
  readonly rows: RowStore;
  readonly due: DueIndex;
}

/** What a lane's state is made of. */
export interface LaneStateOptions {
  readonly lane: number;
  readonly aggregates: readonly AnyAggregateType[];
  readonly resultsTopic: string;
  readonly results: ResultIndex;
  readonly openRowStore: OpenRowStore;
}

/** Events before the barrier that a takeover compares with the rows. */
const TAIL_EVENTS = 256;

/** The state of one lane. Changed by committed records only. */
export class LaneState {
  readonly lane: number;
  readonly resultsTopic: string;
  readonly results: ResultIndex;
  readonly aggregates: ReadonlyMap<string, LaneAggregate>;

  constructor(options: LaneStateOptions) {
    this.lane = options.lane;
    this.resultsTopic = options.resultsTopic;
    this.results = options.results;
    this.aggregates = new Map(
      options.aggregates.map((type) => {
        const rows = options.openRowStore(options.lane, type.name);
        const due = new DueIndex();
        if (type.due !== undefined) {
          for (const [key, row] of rows.entries()) due.set(key, type.due(row)?.atMs);
        }
        return [type.name, { type, rows, due }];
      }),
    );
  }

  /** Every topic that gets a barrier. */
  get topics(): readonly string[] {
    const types = [...this.aggregates.values()].map(({ type }) => type);
    return [
      ...types.map(({ eventsTopic }) => eventsTopic),
      ...types.map(({ stateTopic }) => stateTopic),
      this.resultsTopic,
    ];
  }

  /**
   * Where a takeover reads from: rows and results from where they stand, events from shortly before
   * the barrier.
   *
   * @throws LaneInconsistentError what is known here is ahead of the log: it was truncated
   */
  async startPositions(
    log: EventLog,
    barriers: ReadonlyMap<string, number>,
  ): Promise<readonly Position[]> {
    const partitions = this.topics.map((topic) => ({ topic, partition: this.lane }));
    const offsets = await log.offsets(partitions);
    return offsets.map(({ topic, partition, startOffset }) => {
      const barrier = barriers.get(topic) ?? 0;
      const known = this.knownOffset(topic) ?? Math.max(0, barrier - TAIL_EVENTS);
      if (known > barrier) {
        const what = `${topic} was known up to ${known}, the barrier stands at ${barrier}`;
        throw new LaneInconsistentError(this.lane, what);
      }
      return { topic, partition, offset: Math.max(startOffset, known) };
    });
  }

  /** Applies changes of rows; `nextOffset` in the state topic. */
  applyRows(name: string, changes: readonly RowChange[], nextOffset: number): void {
    const aggregate = this.aggregate(name);
    aggregate.rows.apply(changes, nextOffset);
    const { type, due } = aggregate;
    if (type.due === undefined) return;
    for (const { key, row } of changes) {
      due.set(key, row === undefined ? undefined : type.due(row)?.atMs);
    }
  }

  /** Looks again when a row falls due, after a sweep has taken it. */
  rewindDue(name: string, key: string): void {
    const { type, rows, due } = this.aggregate(name);
    const row = rows.get(key);
    due.set(key, row === undefined ? undefined : type.due?.(row)?.atMs);
  }

  /** Rows due now, taken from the index: `rewindDue` each one that was dealt with. */
  takeDue(name: string, nowMs: EpochMs, limit: number): readonly string[] {
    return this.aggregate(name).due.take(nowMs, limit);
  }

  close(): void {
    for (const { rows } of this.aggregates.values()) rows.close();
  }

  private knownOffset(topic: string): number | undefined {
    if (topic === this.resultsTopic) return this.results.nextOffset;
    for (const { type, rows } of this.aggregates.values()) {
      if (topic === type.stateTopic) return rows.nextOffset;
    }
    return undefined;
  }

  private aggregate(name: string): LaneAggregate {
    const found = this.aggregates.get(name);
    if (found === undefined) throw new AggregateFailedError(name, 'it is not on this lane');
    return found;
  }
}

/**
 * The change that a record of a state topic stands for; undefined for a barrier.
 *
 * @throws LaneInconsistentError when its value is no row
 */
export const rowChangeOf = (record: LogRecord, lane: number): RowChange | undefined => {
  if (isBarrier(record)) return undefined;
  const { key, value, offset } = record;
  if (key === null) throw new LaneInconsistentError(lane, `the row at ${offset} has no key`);
  if (value === null) return { key: key.toString('utf8'), row: undefined };
  const row: unknown = JSON.parse(value.toString('utf8'));
  if (!isVersionedRow(row)) {
    throw new LaneInconsistentError(lane, `the value at ${offset} is no row`);
  }
  return { key: key.toString('utf8'), row };
};
