/**
 * How a lane spends its time.
 */
import type { Clock } from '@millrace/event-log';
import type { MetricLabels, StreamMetrics } from './stream-metrics';

/** What a lane does at a moment: work, wait for input, wait for a commit. */
export type LaneActivity = 'busy' | 'idle' | 'backPressured';

const WINDOW_MS = 1_000;

/** Sums up activities and publishes them about once a second. */
export class LaneLoad {
  #activity: LaneActivity = 'idle';
  #sinceMs: number;
  #windowStartMs: number;
  #spent = { busy: 0, idle: 0, backPressured: 0 };

  constructor(
    private readonly clock: Clock,
    private readonly metrics: StreamMetrics,
    private readonly labels: MetricLabels,
  ) {
    this.#sinceMs = clock.nowMs();
    this.#windowStartMs = this.#sinceMs;
  }

  enter(activity: LaneActivity): void {
    const nowMs = this.clock.nowMs();
    this.#spent[this.#activity] += nowMs - this.#sinceMs;
    this.#activity = activity;
    this.#sinceMs = nowMs;
    const windowMs = nowMs - this.#windowStartMs;
    if (windowMs < WINDOW_MS) return;
    const scale = WINDOW_MS / windowMs;
    const { metrics, labels } = this;
    metrics.gauge('busy_ms_per_second', this.#spent.busy * scale, labels);
    metrics.gauge('idle_ms_per_second', this.#spent.idle * scale, labels);
    metrics.gauge('back_pressured_ms_per_second', this.#spent.backPressured * scale, labels);
    this.#spent = { busy: 0, idle: 0, backPressured: 0 };
    this.#windowStartMs = nowMs;
  }
}
