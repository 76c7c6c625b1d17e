/**
 * One life of a lane between opening its writer and the first doubt: fence, restore, process.
 */
import type {
  Clock,
  EpochMs,
  EventLog,
  LogReader,
  Position,
  RecordBatch,
  TransactionalWriter,
} from '@millrace/event-log';
import type { LaneProcessor } from '../task/lane-processor';
import type { CommittedPositions } from './committed-positions';
import { LaneLoad } from './lane-load';
import type { MetricLabels, StreamMetrics } from './stream-metrics';

/** Bounds and waits of a lane. */
export interface LaneLimits {
  /** Longest time that results wait for a commit while input keeps coming, ms. */
  readonly commitIntervalMs: number;
  /** Records after which a commit is made, drained or not. */
  readonly maxRecordsPerCommit: number;
  /** Bound on the input buffers: records of one poll; nothing is polled before they are done. */
  readonly maxPollRecords: number;
  /** Records that are processed without a pause for the rest of the process. */
  readonly maxRecordsPerStep: number;
  /** Longest wait of a poll, ms. */
  readonly pollWaitMs: number;
  /** A source without records for this long stops holding back time behind a repartition, ms. */
  readonly idleAfterMs: number;
  /** Least time between two publications of a lane's positions for lag tools, ms. */
  readonly publishEveryMs: number;
}

/** What a session works with. */
export interface SessionParts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly lane: number;
  readonly processor: LaneProcessor;
  readonly writer: TransactionalWriter;
  readonly reader: LogReader;
  readonly committed: CommittedPositions;
  readonly limits: LaneLimits;
  readonly metrics: StreamMetrics;
  readonly labels: MetricLabels;
  /** Lets the rest of the process work; called between two steps of a backlog. */
  readonly breathe: () => Promise<void>;
}

// Positions alone are worth a commit only now and then: the work they save at a restart is skips.
const POSITION_COMMIT_FACTOR = 10;
// A key is written once per commit: with 1,250 keys in a lane, commits of 5,000 records write 0.25
// changes for each, commits of 1,000 write 0.7. Far behind, that is worth up to a second.
const BACKLOG_COMMIT_FACTOR = 20;

/** The loop: poll, process, commit. */
export class LaneSession {
  /** Records that the log held behind the last poll, by topic; only topics that had some. */
  readonly #behind = new Map<string, number>();
  readonly #heardMs = new Map<string, number>();
  readonly #load: LaneLoad;
  #stopping = false;
  #sinceCommit = 0;
  #uncommittedSinceMs: number | undefined;
  #oldestAppendMs: number | undefined;
  #newestAppendMs: number | undefined;
  #commits = 0;

  constructor(private readonly parts: SessionParts) {
    this.#load = new LaneLoad(parts.clock, parts.metrics, parts.labels);
    const nowMs = parts.clock.nowMs();
    for (const topic of Object.keys(parts.processor.positions)) this.#heardMs.set(topic, nowMs);
  }

  /** Commits of this session: whether it made progress at all. */
  get commits(): number {
    return this.#commits;
  }

  /** Append time of the oldest record that is not committed; undefined when none is known. */
  get oldestWaitingMs(): EpochMs | undefined {
    // What is still in the log was appended after what was polled last.
    return this.#oldestAppendMs ?? (this.#behind.size > 0 ? this.#newestAppendMs : undefined);
  }

  /** Ends the loop after what is in hand is committed. */
  stop(): void {
    this.#stopping = true;
    this.parts.reader.wakeup();
  }

  /** Returns after `stop`; throws on the first doubt: nothing of this session is usable then. */
  async run(): Promise<void> {
    const { processor, breathe, committed } = this.parts;
    while (!this.#stopping) {
      if (processor.queued === 0) await this.#poll();
      this.#step();
      this.#markIdle();
      if (this.#commitDue()) await this.#commit();
      else if (!this.#drained) await breathe();
      committed.publishIfDue();
    }
    if (processor.pending !== 'nothing') await this.#commit();
  }

  async #poll(): Promise<void> {
    const { reader, limits } = this.parts;
    const maxWaitMs = this.#waitMs();
    this.#load.enter('idle');
    const batches = await reader.poll({ maxWaitMs, maxRecords: limits.maxPollRecords });
    this.#load.enter('busy');
    if (batches.length > 0) this.#take(batches);
    // What cannot be had now is waited for, or this would turn without end.
    else this.#behind.clear();
  }

  #take(batches: readonly RecordBatch[]): void {
    const { processor, metrics, labels, clock } = this.parts;
    for (const batch of batches) {
      const { topic, records, nextOffset, endOffset } = batch;
      if (nextOffset < endOffset) this.#behind.set(topic, endOffset - nextOffset);
      else this.#behind.delete(topic);
      const [oldest] = records;
      if (oldest !== undefined) {
        this.#oldestAppendMs = Math.min(this.#oldestAppendMs ?? Infinity, oldest.timestampMs);
        this.#newestAppendMs = records.at(-1)?.timestampMs;
        this.#heardMs.set(topic, clock.nowMs());
      }
      processor.offer(batch);
    }
    metrics.gauge('input_queue_length', processor.queued, labels);
  }

  #step(): void {
    const { processor, metrics, labels, limits, clock } = this.parts;
    const done = processor.step(limits.maxRecordsPerStep);
    this.#sinceCommit += done;
    if (done > 0) metrics.count('records_in', done, labels);
    if (processor.pending !== 'nothing') this.#uncommittedSinceMs ??= clock.nowMs();
  }

  /** Nothing is known to wait. */
  get #drained(): boolean {
    return this.#behind.size === 0 && this.parts.processor.queued === 0;
  }

  #markIdle(): void {
    const { processor, clock, limits } = this.parts;
    const nowMs = clock.nowMs();
    for (const [topic, heardMs] of this.#heardMs) {
      const idle = !this.#behind.has(topic) && nowMs - heardMs >= limits.idleAfterMs;
      processor.setIdle(topic, idle);
    }
    if (processor.pending !== 'nothing') this.#uncommittedSinceMs ??= nowMs;
  }

  // Waits for nothing while results are due; else no longer than positions may stay unwritten.
  #waitMs(): number {
    const { processor, limits } = this.parts;
    if (this.#behind.size > 0) return 0;
    if (processor.pending === 'nothing') return Math.min(limits.pollWaitMs, limits.idleAfterMs);
    return Math.max(0, Math.min(limits.pollWaitMs, this.#positionsIntervalMs - this.#waitedMs()));
  }

  #commitDue(): boolean {
    const { processor, limits } = this.parts;
    const { pending } = processor;
    if (pending === 'nothing') return false;
    if (this.#sinceCommit >= limits.maxRecordsPerCommit) return true;
    if (pending === 'positions') return this.#waitedMs() >= this.#positionsIntervalMs;
    return this.#drained || this.#waitedMs() >= this.#resultsIntervalMs;
  }

  get #resultsIntervalMs(): number {
    const { processor, limits } = this.parts;
    let waiting = processor.queued;
    for (const records of this.#behind.values()) waiting += records;
    const far = waiting >= limits.maxRecordsPerCommit;
    return limits.commitIntervalMs * (far ? BACKLOG_COMMIT_FACTOR : 1);
  }

  get #positionsIntervalMs(): number {
    return this.parts.limits.commitIntervalMs * POSITION_COMMIT_FACTOR;
  }

  #waitedMs(): number {
    const nowMs = this.parts.clock.nowMs();
    return nowMs - (this.#uncommittedSinceMs ?? nowMs);
  }

  async #commit(): Promise<void> {
    const { processor, writer, clock, committed, metrics, labels } = this.parts;
    const content = processor.collect();
    const positions = inputPositions(processor, this.parts.lane);
    this.#load.enter('backPressured');
    const startMs = clock.nowMs();
    const transaction = writer.begin();
    await transaction.append(content.records);
    await transaction.commit();
    committed.moveTo(positions);
    const endMs = clock.nowMs();
    this.#load.enter('busy');
    metrics.count('commits', 1, labels);
    metrics.count('records_out', content.outputs, labels);
    metrics.count('changelog_records', content.changes, labels);
    metrics.observe('commit_ms', endMs - startMs, labels);
    if (this.#oldestAppendMs !== undefined) {
      metrics.observe('end_to_end_ms', endMs - this.#oldestAppendMs, labels);
    }
    this.#commits += 1;
    this.#sinceCommit = 0;
    this.#uncommittedSinceMs = undefined;
    if (processor.queued === 0) this.#oldestAppendMs = undefined;
  }
}

/** Where the inputs of a lane stand, for a reader or for lag tools. */
export const inputPositions = (processor: LaneProcessor, lane: number): readonly Position[] =>
  Object.entries(processor.positions).map(([topic, offset]) => {
    return { topic, partition: lane, offset };
  });
