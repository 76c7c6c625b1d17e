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
}

// Positions alone are worth a commit only now and then: the work they save at a restart is skips.
const POSITION_COMMIT_FACTOR = 10;

/** The loop: poll, process, commit. */
export class LaneSession {
  readonly #behind = new Set<string>();
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
    while (!this.#stopping) {
      this.#load.enter('idle');
      const { maxPollRecords } = this.parts.limits;
      const maxWaitMs = this.#waitMs();
      const batches = await this.parts.reader.poll({ maxWaitMs, maxRecords: maxPollRecords });
      this.#load.enter('busy');
      this.#take(batches);
      this.#markIdle();
      if (this.#commitDue()) await this.#commit();
      this.parts.committed.publishIfDue();
    }
    if (this.parts.processor.pending !== 'nothing') await this.#commit();
  }

  #take(batches: readonly RecordBatch[]): void {
    const { processor, metrics, labels, clock } = this.parts;
    let records = 0;
    for (const batch of batches) {
      records += batch.records.length;
      if (batch.nextOffset < batch.endOffset) this.#behind.add(batch.topic);
      else this.#behind.delete(batch.topic);
      const [oldest] = batch.records;
      if (oldest !== undefined) {
        this.#oldestAppendMs = Math.min(this.#oldestAppendMs ?? Infinity, oldest.timestampMs);
        this.#newestAppendMs = batch.records.at(-1)?.timestampMs;
        this.#heardMs.set(batch.topic, clock.nowMs());
      }
      processor.offer(batch);
    }
    if (batches.length === 0) return;
    metrics.gauge('input_queue_length', processor.queued, labels);
    this.#sinceCommit += processor.step(Number.MAX_SAFE_INTEGER);
    metrics.count('records_in', records, labels);
    if (processor.pending !== 'nothing') this.#uncommittedSinceMs ??= clock.nowMs();
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
    return this.#behind.size === 0 || this.#waitedMs() >= limits.commitIntervalMs;
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
    this.#oldestAppendMs = undefined;
  }
}

/** Where the inputs of a lane stand, for a reader or for lag tools. */
export const inputPositions = (processor: LaneProcessor, lane: number): readonly Position[] =>
  Object.entries(processor.positions).map(([topic, offset]) => {
    return { topic, partition: lane, offset };
  });
