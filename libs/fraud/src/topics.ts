/**
 * The topics that detection writes.
 */
import type { TopicSpec } from '@millrace/event-log';

const DAY_MS = 86_400_000;

/** Names of the topics that detection writes. */
export const fraudTopicNames = {
  alertEvents: 'alert-events',
  alerts: 'alerts',
  latePayments: 'late-payments',
  deadLetters: 'dead-letters',
  detectChangelog: 'detect-changelog',
} as const;

/**
 * Alert events are facts and kept for ever, `alerts` holds the newest revision of each; what could
 * not be counted is kept 14 days. Topics between lanes come from `detectTopology().internalTopics`.
 *
 * @param lanes partitions of each, > 0: those of `card-events`
 */
export const fraudTopics = (lanes: number): readonly TopicSpec[] => {
  const facts = { partitions: lanes, cleanup: 'delete', retentionMs: -1 } as const;
  const table = { partitions: lanes, cleanup: 'compact', retentionMs: -1 } as const;
  const aside = { partitions: lanes, cleanup: 'delete', retentionMs: 14 * DAY_MS } as const;
  return [
    { name: fraudTopicNames.alertEvents, ...facts },
    { name: fraudTopicNames.alerts, ...table },
    { name: fraudTopicNames.latePayments, ...aside },
    { name: fraudTopicNames.deadLetters, ...aside },
    { name: fraudTopicNames.detectChangelog, ...table },
  ];
};
