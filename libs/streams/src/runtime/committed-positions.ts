/**
 * How far the inputs of a lane are committed; published for lag tools beside the transactions, so
 * that nothing waits for it.
 */
import type { Clock, EventLog, Position } from '@millrace/event-log';
import type { MetricLabels, StreamMetrics } from './stream-metrics';

/** What positions are published with, and who hears of them. */
export interface CommittedPositionsParts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly groupId: string;
  /** Least time between two publications of a lane, ms. */
  readonly publishEveryMs: number;
  readonly metrics: StreamMetrics;
  readonly labels: MetricLabels;
  readonly onMoved: (positions: readonly Position[]) => void;
}

/** The committed positions of one lane. */
export class CommittedPositions {
  #all: readonly Position[] = [];
  #published: readonly Position[] = this.#all;
  #publishedAtMs = Number.NEGATIVE_INFINITY;
  #publishing: Promise<void> | undefined;

  constructor(private readonly parts: CommittedPositionsParts) {}

  /** One per input; empty until the lane has restored its state for the first time. */
  get all(): readonly Position[] {
    return this.#all;
  }

  moveTo(positions: readonly Position[]): void {
    this.#all = positions;
    this.parts.onMoved(positions);
  }

  /** Publishes what is new when it is time; returns at once. */
  publishIfDue(): void {
    if (this.#all === this.#published || this.#publishing !== undefined) return;
    const nowMs = this.parts.clock.nowMs();
    if (nowMs - this.#publishedAtMs < this.parts.publishEveryMs) return;
    this.#publishedAtMs = nowMs;
    void this.#publish();
  }

  /** Publishes what is new, due or not. Never rejects. */
  async publishLast(): Promise<void> {
    await this.#publishing;
    if (this.#all !== this.#published) await this.#publish();
  }

  #publish(): Promise<void> {
    const positions = this.#all;
    this.#published = positions;
    this.#publishing = this.#send(positions).finally(() => {
      this.#publishing = undefined;
    });
    return this.#publishing;
  }

  async #send(positions: readonly Position[]): Promise<void> {
    const { log, groupId, metrics, labels } = this.parts;
    try {
      await log.publishGroupPositions(groupId, positions);
    } catch {
      // Lag tools are a second behind then; the next publication carries everything.
      metrics.count('unpublished_positions', 1, labels);
    }
  }
}
