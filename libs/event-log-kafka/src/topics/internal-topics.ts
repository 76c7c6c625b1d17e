/** Topics of the adapter's own, which the port does not show. Names without the namespace. */
import type { TopicSpec } from '@millrace/event-log';

/** Holds the record that names the incarnation of the log. */
export const INCARNATION_TOPIC: TopicSpec = {
  name: 'millrace-incarnation',
  partitions: 1,
  cleanup: 'compact',
  retentionMs: -1,
};

/** Names of all of them. */
export const INTERNAL_TOPICS: ReadonlySet<string> = new Set([INCARNATION_TOPIC.name]);
