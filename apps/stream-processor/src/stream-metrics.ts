/**
 * What a running topology tells, as metrics of the process. Load goes by Flink's names.
 */
import type { Metrics } from '@millrace/platform';
import type { CounterName, GaugeName, HistogramName, StreamMetrics } from '@millrace/streams';

const counters = {
  records_in: 'Records read from the inputs',
  records_out: 'Records written to output and repartition topics',
  changelog_records: 'Changes of state written to the changelog',
  drops: 'Records, or their parts for some windows, that were not counted, by reason',
  commits: 'Transactions committed',
  restarts: 'Restarts of a lane after a doubtful outcome',
  unclean_closes: 'Writers and readers that failed while they were closed',
  unpublished_positions: 'Publications of positions for lag tools that failed',
} as const satisfies Record<CounterName, string>;

const gauges = {
  input_queue_length: ['inputQueueLength', 'Records read and not yet processed'],
  busy_ms_per_second: ['busyTimeMsPerSecond', 'Time spent with records'],
  idle_ms_per_second: ['idleTimeMsPerSecond', 'Time spent waiting for records'],
  back_pressured_ms_per_second: ['backPressuredTimeMsPerSecond', 'Time spent waiting for a commit'],
  restore_records_left: ['restoreRecordsLeft', 'Changelog records still to read at a start'],
} as const satisfies Record<GaugeName, readonly [string, string]>;

const histograms = {
  commit_ms: ['stream_commit_duration_seconds', 'Time of a transaction'],
  end_to_end_ms: [
    'stream_end_to_end_seconds',
    'From the append of the oldest record of a commit to the commit',
  ],
  restore_ms: ['stream_restore_duration_seconds', 'Time to restore the state of a lane'],
} as const satisfies Record<HistogramName, readonly [string, string]>;

/** The hook of the runner on the process's metrics; labels: topology, lane, operator, reason. */
export const streamMetrics = (metrics: Metrics): StreamMetrics => {
  const labels = ['topology', 'lane'] as const;
  const count = (name: CounterName) =>
    metrics.counter({
      name: `stream_${name}_total`,
      help: counters[name],
      labels: name === 'drops' ? [...labels, 'operator', 'reason'] : labels,
    });
  const gauge = (name: GaugeName) =>
    metrics.gauge({ name: gauges[name][0], help: gauges[name][1], labels });
  const seconds = (name: HistogramName) =>
    metrics.seconds({ name: histograms[name][0], help: histograms[name][1], labels });
  const counted: Record<CounterName, ReturnType<typeof count>> = {
    records_in: count('records_in'),
    records_out: count('records_out'),
    changelog_records: count('changelog_records'),
    drops: count('drops'),
    commits: count('commits'),
    restarts: count('restarts'),
    unclean_closes: count('unclean_closes'),
    unpublished_positions: count('unpublished_positions'),
  };
  const present: Record<GaugeName, ReturnType<typeof gauge>> = {
    input_queue_length: gauge('input_queue_length'),
    busy_ms_per_second: gauge('busy_ms_per_second'),
    idle_ms_per_second: gauge('idle_ms_per_second'),
    back_pressured_ms_per_second: gauge('back_pressured_ms_per_second'),
    restore_records_left: gauge('restore_records_left'),
  };
  const observed: Record<HistogramName, ReturnType<typeof seconds>> = {
    commit_ms: seconds('commit_ms'),
    end_to_end_ms: seconds('end_to_end_ms'),
    restore_ms: seconds('restore_ms'),
  };
  return {
    count: (name, by, at) => counted[name].inc({ ...at }, by),
    gauge: (name, value, at) => present[name].set({ ...at }, value),
    observe: (name, valueMs, at) => observed[name].observe({ ...at }, valueMs / 1_000),
  };
};
