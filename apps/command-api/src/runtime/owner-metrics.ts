/**
 * What the owners of lanes tell, as metrics and log lines.
 */
import type { OwnerObserver } from '@millrace/event-sourcing';
import type { Metrics, ServiceLog } from '@millrace/platform';

/** Observer that counts into the process's metrics and logs what an operator must see. */
export const ownerMetrics = (metrics: Metrics, log: ServiceLog): OwnerObserver => {
  const counter = (name: string, help: string) => metrics.counter({ name, help, labels: ['lane'] });
  const queue = metrics.gauge({
    name: 'command_queue_length',
    help: 'Commands that wait in a lane',
    labels: ['lane'],
  });
  const commit = metrics.seconds({
    name: 'command_commit_duration_seconds',
    help: 'Time of one transaction of an owner',
    labels: ['lane'],
  });
  const commands = counter('commands_decided_total', 'Commands decided and committed');
  const fences = counter('owner_fenced_total', 'Lanes lost to a newer writer');
  const unknown = counter('owner_outcome_unknown_total', 'Commits whose outcome was looked up');
  const failures = counter('owner_takeover_failures_total', 'Takeovers that failed');
  const evicted = counter('owner_results_evicted_total', 'Command results forgotten by count');
  return {
    queueLength: (lane, length) => queue.set({ lane }, length),
    committed: (lane, batch) => {
      commands.inc({ lane }, batch.commands);
      commit.observe({ lane }, batch.durationMs / 1_000);
    },
    takenOver: (lane, takeover) => {
      log.info('OWNER_LANE_TAKEN_OVER', `lane ${lane} is served`, { lane, ...takeover });
    },
    takeoverFailed: (lane, err) => {
      failures.inc({ lane });
      log.error('OWNER_TAKEOVER_FAILED', `lane ${lane} could not be taken over`, { lane, err });
    },
    fenced: (lane) => {
      fences.inc({ lane });
      log.warn('OWNER_FENCED', `lane ${lane} belongs to a newer writer`, { lane });
    },
    outcomeUnknown: (lane, err) => {
      unknown.inc({ lane });
      log.warn('OWNER_OUTCOME_UNKNOWN', `lane ${lane}: a commit is looked up`, { lane, err });
    },
    resultsEvicted: (lane, count) => evicted.inc({ lane }, count),
  };
};
