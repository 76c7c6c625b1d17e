/**
 * What a running topology tells about itself. The platform turns it into its own metrics.
 */
import type { DropReason } from '../topology/wiring';

/** Where a number belongs. */
export interface MetricLabels {
  readonly topology: string;
  readonly lane: number;
  readonly operator?: string;
  readonly reason?: DropReason;
}

/** Totals. */
export type CounterName =
  | 'records_in'
  | 'records_out'
  | 'changelog_records'
  | 'drops'
  | 'commits'
  | 'restarts'
  | 'unclean_closes'
  | 'unpublished_positions';

/** Present values; times are ms of the last second or more, scaled to one second. */
export type GaugeName =
  | 'input_queue_length'
  | 'busy_ms_per_second'
  | 'idle_ms_per_second'
  | 'back_pressured_ms_per_second'
  | 'restore_records_left';

/** Distributions, ms. `end_to_end_ms`: append of the oldest input of a commit to its commit. */
export type HistogramName = 'commit_ms' | 'end_to_end_ms' | 'restore_ms';

/** The hook. Calls are synchronous and on the path of records: keep them cheap. */
export interface StreamMetrics {
  count(name: CounterName, by: number, labels: MetricLabels): void;
  gauge(name: GaugeName, value: number, labels: MetricLabels): void;
  observe(name: HistogramName, valueMs: number, labels: MetricLabels): void;
}

/** Drops all metrics. */
export const noStreamMetrics: StreamMetrics = {
  count: () => {},
  gauge: () => {},
  observe: () => {},
};
