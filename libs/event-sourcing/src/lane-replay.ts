/**
 * The reading half of a takeover: committed records of the lane up to the owner's own barriers.
 */
import type { LogRecord, RecordBatch } from '@millrace/event-log';
import { BARRIER_TYPE } from './envelope';
import { LaneInconsistentError, TakeoverStalledError } from './event-sourcing.errors';
import { type LaneState, rowChangeOf } from './lane-state';
import type { RowChange } from './row-store.port';
import { sequenceGuard } from './sequence-guard';

/** The owner's barriers. */
export interface OwnBarriers {
  /** `ce_id` of all of them. */
  readonly id: string;
  /** Offset by topic. */
  readonly offsets: ReadonlyMap<string, number>;
}

/** Feeds a lane's state; done when every barrier has been read. */
export class LaneReplay {
  private readonly waiting: Set<string>;
  /** Newest version of each aggregate in the events before the barrier, by events topic. */
  private readonly tails = new Map<string, Map<string, number>>();
  private readonly epochs = new Map<string, number>();
  private recordCount = 0;

  constructor(
    private readonly state: LaneState,
    private readonly barriers: OwnBarriers,
  ) {
    this.waiting = new Set(barriers.offsets.keys());
  }

  /** Topics whose barrier has not been read yet. */
  get missing(): readonly string[] {
    return [...this.waiting];
  }

  /** Records read so far. */
  get records(): number {
    return this.recordCount;
  }

  /** Takes a batch; what stands behind the barrier belongs to a newer owner and is left out. */
  read(batch: RecordBatch): void {
    const { topic } = batch;
    const barrier = this.barriers.offsets.get(topic);
    if (barrier === undefined || !this.waiting.has(topic)) return;
    const records = batch.records.filter(({ offset }) => offset < barrier);
    this.recordCount += records.length;
    const found = batch.records.find(({ offset }) => offset === barrier);
    const nextOffset = Math.min(batch.nextOffset, barrier + 1);
    this.take(topic, records, nextOffset);
    if (found !== undefined && this.isOwn(found)) this.waiting.delete(topic);
    else if (batch.nextOffset > barrier) {
      const what = `${topic} holds no barrier of this owner at offset ${barrier}`;
      throw new TakeoverStalledError(this.state.lane, what);
    }
  }

  /** @throws LaneInconsistentError rows and events disagree */
  finish(): void {
    for (const { type, rows } of this.state.aggregates.values()) {
      for (const [id, version] of this.tails.get(type.eventsTopic) ?? []) {
        const row = rows.get(id);
        if (row !== undefined && row.version !== version) {
          const what = `the newest event of an aggregate has version ${version}, its row ${row.version}`;
          throw new LaneInconsistentError(this.state.lane, `${type.eventsTopic}: ${what}`);
        }
      }
    }
  }

  private isOwn(record: LogRecord): boolean {
    return (
      record.headers['ce_type'] === BARRIER_TYPE && record.headers['ce_id'] === this.barriers.id
    );
  }

  private take(topic: string, records: readonly LogRecord[], nextOffset: number): void {
    const { results, resultsTopic, aggregates, lane } = this.state;
    if (topic === resultsTopic) {
      this.takeResults(records);
      results.nextOffset = nextOffset;
      return;
    }
    for (const { type } of aggregates.values()) {
      if (topic === type.eventsTopic) this.checkTail(topic, records);
      if (topic !== type.stateTopic) continue;
      const changes: RowChange[] = [];
      for (const record of records) {
        const change = rowChangeOf(record, lane);
        if (change !== undefined) changes.push(change);
      }
      this.state.applyRows(type.name, changes, nextOffset);
    }
  }

  private takeResults(records: readonly LogRecord[]): void {
    for (const { key, value, headers, offset, timestampMs } of records) {
      if (key === null || value === null || headers['ce_type'] === BARRIER_TYPE) continue;
      this.state.results.add(key.toString('utf8'), { offset, atMs: timestampMs });
    }
  }

  private checkTail(topic: string, records: readonly LogRecord[]): void {
    const versions = this.tails.get(topic) ?? new Map<string, number>();
    this.tails.set(topic, versions);
    for (const { headers, offset } of records) {
      if (headers['ce_type'] === BARRIER_TYPE) continue;
      const subject = headers['ce_subject'] ?? '';
      const next = {
        version: Number(headers['aggregateversion']),
        writerEpoch: Number(headers['writerepoch']),
      };
      const seen = { lastVersion: versions.get(subject), lastEpoch: this.epochs.get(topic) ?? 0 };
      const verdict = sequenceGuard(seen, next);
      if (verdict !== 'ok') {
        throw new LaneInconsistentError(
          this.state.lane,
          `${topic} at offset ${offset}: ${verdict}`,
        );
      }
      versions.set(subject, next.version);
      this.epochs.set(topic, next.writerEpoch);
    }
  }
}
