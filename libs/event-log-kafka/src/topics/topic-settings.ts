/**
 * From a declared topic to Kafka's settings and back. Kafka's names stand here once.
 */
import type { CleanupPolicy, TopicSpec } from '@millrace/event-log';

/** Kafka's names of the settings of a topic that matter to us. */
export const topicSetting = {
  cleanup: 'cleanup.policy',
  retentionMs: 'retention.ms',
  retentionBytes: 'retention.bytes',
  timestampType: 'message.timestamp.type',
  minInSync: 'min.insync.replicas',
  uncleanElection: 'unclean.leader.election.enable',
  compression: 'compression.type',
  deleteRetentionMs: 'delete.retention.ms',
  minCompactionLagMs: 'min.compaction.lag.ms',
  maxMessageBytes: 'max.message.bytes',
} as const;

/** Settings by Kafka's name; what a broker would not tell is missing. */
export type Settings = ReadonlyMap<string, string>;

/** Replicas that a partition has where the cluster is large enough. */
export const FULL_REPLICATION = 3;
/** Replicas that have a record before it is acknowledged, out of three. */
export const FULL_MIN_IN_SYNC = 2;
/** Tombstones stay so long: a state that is younger than half of it cannot have missed one. */
export const DELETE_RETENTION_MS = 604_800_000;
/** A record stays so long beside a newer one with its key. */
export const MIN_COMPACTION_LAG_MS = 3_600_000;
/** Compressed bytes and the frame of a batch may be more than its records. */
const BATCH_MARGIN_BYTES = 65_536;

/** What the settings of a topic depend on, beside its declaration. */
export interface SettingsOptions {
  readonly replicationFactor: number;
  /** Largest batch that is sent. */
  readonly maxBatchBytes: number;
  /** In place of what is said here. */
  readonly config?: Readonly<Record<string, string>> | undefined;
}

/** Settings that a topic is created with. Source: `docs/decisions`, and the table of topics. */
export const settingsOf = (spec: TopicSpec, options: SettingsOptions): Settings => {
  const { replicationFactor, maxBatchBytes, config = {} } = options;
  const minInSync = replicationFactor >= FULL_REPLICATION ? FULL_MIN_IN_SYNC : 1;
  const settings = new Map<string, string>([
    [topicSetting.cleanup, spec.cleanup],
    [topicSetting.retentionMs, String(spec.cleanup === 'compact' ? -1 : spec.retentionMs)],
    [topicSetting.retentionBytes, '-1'],
    [topicSetting.timestampType, 'LogAppendTime'],
    [topicSetting.minInSync, String(minInSync)],
    [topicSetting.uncleanElection, 'false'],
    [topicSetting.compression, 'producer'],
    [topicSetting.maxMessageBytes, String(maxBatchBytes + BATCH_MARGIN_BYTES)],
  ]);
  if (isCompacted(spec.cleanup)) {
    settings.set(topicSetting.deleteRetentionMs, String(DELETE_RETENTION_MS));
    settings.set(topicSetting.minCompactionLagMs, String(MIN_COMPACTION_LAG_MS));
  }
  for (const [name, value] of Object.entries(config)) settings.set(name, value);
  return settings;
};

/** The topic as it would be declared. */
export const specOf = (name: string, partitions: number, settings: Settings): TopicSpec => {
  const cleanup = cleanupOf(settings.get(topicSetting.cleanup));
  const retentionMs = Number(settings.get(topicSetting.retentionMs) ?? -1);
  return { name, partitions, cleanup, retentionMs: cleanup === 'compact' ? -1 : retentionMs };
};

/** Kafka lists policies in any order; a topic without one keeps everything, as `delete` with -1. */
export const cleanupOf = (policy: string | undefined): CleanupPolicy => {
  const parts = new Set((policy ?? '').split(',').map((part) => part.trim()));
  if (!parts.has('compact')) return 'delete';
  return parts.has('delete') ? 'compact,delete' : 'compact';
};

/** Whether records go when a newer one with their key exists. */
export const isCompacted = (cleanup: CleanupPolicy): boolean => cleanup !== 'delete';
