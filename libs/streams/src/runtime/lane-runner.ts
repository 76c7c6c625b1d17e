/**
 * Keeps one lane running: after any doubt it throws the writer and all state away and begins anew.
 */
import {
  type Clock,
  CodedError,
  type EpochMs,
  type EventLog,
  type Position,
  type TransactionalWriter,
  WriterFencedError,
} from '@millrace/event-log';
import { LaneProcessor } from '../task/lane-processor';
import type { Topology } from '../topology/topology';
import { CommittedPositions } from './committed-positions';
import { inputPositions, type LaneLimits, LaneSession } from './lane-session';
import { type RestoreProgress, restoreLane } from './restore-lane';
import type { MetricLabels, StreamMetrics } from './stream-metrics';
import type { LaneStatus, LaneView } from './stream-status';

/** What a lane needs. */
export interface LaneRunnerOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly topology: Topology;
  readonly lane: number;
  readonly lanes: number;
  readonly limits: LaneLimits;
  readonly metrics: StreamMetrics;
  /** Restarts in succession without a commit after which the lane fails. */
  readonly maxRestarts: number;
  /** Waits before a restart; `attempt` counts from 1. */
  readonly backoff: (attempt: number) => Promise<void>;
  readonly breathe: () => Promise<void>;
  readonly onStatus: (lane: number, status: LaneStatus, error?: unknown) => void;
  readonly onRestore: (progress: RestoreProgress) => void;
  /** Under which positions are published. */
  readonly groupId: string;
  /** Called with each commit, and when the state is restored. */
  readonly onCommitted: (positions: readonly Position[]) => void;
}

/** One lane of a topology on a log. */
export class LaneRunner implements LaneView {
  #status: LaneStatus = 'starting';
  #error: unknown;
  #session: LaneSession | undefined;
  #stopping = false;
  #attempts = 0;
  #ended: Promise<void> | undefined;
  #restore: RestoreProgress | undefined;
  #oldestWaitingMs: EpochMs | undefined;
  readonly #committed: CommittedPositions;
  readonly #labels: MetricLabels;

  constructor(private readonly options: LaneRunnerOptions) {
    const labels = { topology: options.topology.id, lane: options.lane };
    const { log, clock, groupId, limits, metrics, onCommitted: onMoved } = options;
    const { publishEveryMs } = limits;
    const parts = { log, clock, groupId, publishEveryMs, metrics, labels, onMoved };
    this.#committed = new CommittedPositions(parts);
    this.#labels = labels;
  }

  get lane(): number {
    return this.options.lane;
  }

  get status(): LaneStatus {
    return this.#status;
  }

  /** Why the lane is `failed` or `fenced`. */
  get error(): unknown {
    return this.#error;
  }

  get restore(): RestoreProgress | undefined {
    return this.#restore;
  }

  get positions(): readonly Position[] {
    return this.#committed.all;
  }

  get oldestWaitingMs(): EpochMs | undefined {
    return this.#session === undefined ? this.#oldestWaitingMs : this.#session.oldestWaitingMs;
  }

  start(): void {
    this.#ended ??= this.#live();
  }

  /** Commits what is in hand, closes the writer, publishes the last positions. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#session?.stop();
    await this.#ended;
    // Whoever has fenced this lane is further, and publishes that.
    if (this.#status !== 'fenced') await this.#committed.publishLast();
  }

  async #live(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#liveOnce();
      } catch (error) {
        if (!(await this.#mayRestart(error))) return;
      }
    }
    this.#enter('stopped');
  }

  async #liveOnce(): Promise<void> {
    const { log, topology, lane } = this.options;
    this.#enter('starting');
    const writer = await log.openWriter(`stream-${topology.id}-${lane}`);
    try {
      await this.#work(writer);
    } finally {
      this.#oldestWaitingMs = this.oldestWaitingMs;
      this.#session = undefined;
      await this.#close(() => writer.close());
    }
  }

  async #work(writer: TransactionalWriter): Promise<void> {
    const { log, clock, lane, limits, metrics, breathe } = this.options;
    const processor = await this.#restored();
    const positions = inputPositions(processor, lane);
    this.#committed.moveTo(positions);
    const reader = await log.openReader(positions);
    try {
      const labels = this.#labels;
      const committed = this.#committed;
      const ports = { log, clock, writer, reader, metrics, labels, breathe };
      const session = new LaneSession({ ...ports, lane, processor, committed, limits });
      this.#session = session;
      if (this.#stopping) session.stop();
      this.#enter('running');
      try {
        await session.run();
      } finally {
        if (session.commits > 0) this.#attempts = 0;
      }
    } finally {
      await this.#close(() => reader.close());
    }
  }

  async #restored(): Promise<LaneProcessor> {
    const { log, clock, topology, lane, lanes, metrics } = this.options;
    this.#enter('restoring');
    const labels = this.#labels;
    const processor = new LaneProcessor({
      topology,
      lane,
      lanes,
      onDrop: ({ operator, reason, windows }) => {
        metrics.count('drops', Math.max(1, windows.length), { ...labels, operator, reason });
      },
    });
    const startMs = clock.nowMs();
    const onProgress = (progress: RestoreProgress): void => {
      metrics.gauge('restore_records_left', progress.endOffset - progress.offset, labels);
      this.#restore = progress;
      this.options.onRestore(progress);
    };
    const changelog = topology.changelogTopic;
    await restoreLane(processor, { log, changelog, lane, onProgress, maxEmptyPolls: 60 });
    const starts = await log.offsets(
      topology.inputs.map(({ topic }) => ({ topic, partition: lane })),
    );
    const startOf = new Map(starts.map(({ topic, startOffset }) => [topic, startOffset]));
    processor.finishRestore((topic) => startOf.get(topic) ?? 0);
    metrics.observe('restore_ms', clock.nowMs() - startMs, labels);
    return processor;
  }

  // An unknown outcome is no failure: the changelog says at the next start what was committed.
  async #mayRestart(error: unknown): Promise<boolean> {
    if (error instanceof WriterFencedError) {
      this.#enter('fenced', error);
      return false;
    }
    this.#attempts += 1;
    const retryable = error instanceof CodedError && error.retryable;
    if (!retryable || this.#attempts > this.options.maxRestarts) {
      this.#enter('failed', error);
      return false;
    }
    this.options.metrics.count('restarts', 1, this.#labels);
    await this.options.backoff(this.#attempts);
    return true;
  }

  // Closing what is in doubt may fail itself; the next writer of the id fences it anyway.
  async #close(close: () => Promise<void>): Promise<void> {
    try {
      await close();
    } catch {
      this.options.metrics.count('unclean_closes', 1, this.#labels);
    }
  }

  #enter(status: LaneStatus, error?: unknown): void {
    this.#status = status;
    this.#error = error;
    this.options.onStatus(this.lane, status, error);
  }
}
