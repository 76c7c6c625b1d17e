/**
 * What the responder tells, as metrics and log lines.
 */
import type { Metrics, ServiceLog } from '@millrace/platform';
import type { AlertDone, ResponderObserver } from './responder-observer.port';

/** Observer that counts into the process's metrics and logs what an operator must see. */
export const responderMetrics = (metrics: Metrics, log: ServiceLog): ResponderObserver => {
  const answered = metrics.counter({
    name: 'alert_responses_total',
    help: 'Alerts that are done with, by how they ended',
    labels: ['end', 'code'],
  });
  const retries = metrics.counter({
    name: 'alert_response_retries_total',
    help: 'Attempts to block a card that had no answer',
  });
  const troubles = metrics.counter({
    name: 'alert_responder_troubles_total',
    help: 'Lanes that began anew (restarts) or stand still (failed) after an error',
    labels: ['trouble'],
  });
  const took = metrics.seconds({
    name: 'alert_to_block_seconds',
    help: 'From the append of an alert to the answer of the owner of the card',
  });
  const lag = metrics.gauge({
    name: 'alert_responder_lag_records',
    help: 'Alerts not yet answered',
    labels: ['lane'],
  });
  return {
    done: (alert) => {
      answered.inc({ end: alert.end, code: alert.code ?? '' });
      if (alert.tookMs !== undefined) took.observe(alert.tookMs / 1_000);
      tell(log, alert);
    },
    retried: ({ lane, alertId }, attempt, err) => {
      retries.inc();
      const fields = { lane, alertId, attempt, err };
      log.warn('ALERT_RESPONSE_RETRIED', 'a block had no answer and is sent again', fields);
    },
    lag: (lane, records) => lag.set({ lane }, records),
    troubled: (lane, trouble, err) => {
      troubles.inc({ trouble });
      if (trouble === 'failed') {
        log.error('ALERT_RESPONDER_LANE_FAILED', `lane ${lane} stands still`, { lane, err });
      } else {
        log.warn('ALERT_RESPONDER_LANE_RESTARTS', `lane ${lane} begins anew`, { lane, err });
      }
    },
  };
};

const tell = (log: ServiceLog, { lane, alertId, end, code, tookMs }: AlertDone): void => {
  const fields = { lane, alertId, tookMs, ...(code === undefined ? {} : { code }) };
  if (end === 'blocked') {
    log.info('ALERT_CARD_BLOCKED', 'an alert has blocked a card', fields);
  } else if (end === 'refused') {
    log.warn('ALERT_BLOCK_REFUSED', 'the owner refused a block', fields);
  } else if (end === 'given-up') {
    log.error('ALERT_BLOCK_GIVEN_UP', 'no answer to a block before it expired', fields);
  }
};
