/** Findings of one topic: its settings against its declaration. */
import type { TopicSpec } from '@millrace/event-log';
import {
  cleanupOf,
  DELETE_RETENTION_MS,
  FULL_MIN_IN_SYNC,
  FULL_REPLICATION,
  isCompacted,
  MIN_COMPACTION_LAG_MS,
  topicSetting,
} from '../topics/topic-settings';
import type { TopicDescription } from './cluster-description';
import type { Demands } from './demands';
import { type Finding, findingOf } from './finding';
import type { FindingCode } from './finding-kinds.errors';

/** A topic in its surroundings. */
interface Judged {
  readonly spec: TopicSpec;
  readonly found: TopicDescription;
  readonly replicas: number;
  readonly demands: Demands;
}

/** A bound on one setting. */
interface SettingRule {
  readonly code: FindingCode;
  readonly setting: string;
  /** Default: always. */
  readonly applies?: (judged: Judged) => boolean;
  readonly wanted: (judged: Judged) => string;
  readonly isUnsafe: (value: string, judged: Judged) => boolean;
}

const isDeleted = ({ spec }: Judged): boolean => spec.cleanup !== 'compact';
const endless = (ms: number): number => (ms < 0 ? Number.POSITIVE_INFINITY : ms);

// Declared shorter than the outage budget: then the declaration says what may be lost.
const budgetOf = ({ spec, demands }: Judged): number =>
  Math.min(endless(spec.retentionMs), demands.outageBudgetMs);

const RULES: readonly SettingRule[] = [
  {
    code: 'KAFKA_TOPIC_CLEANUP',
    setting: topicSetting.cleanup,
    wanted: ({ spec }) => spec.cleanup,
    isUnsafe: (value, { spec }) => cleanupOf(value) !== spec.cleanup,
  },
  {
    code: 'KAFKA_TOPIC_RETENTION_OUTAGE',
    setting: topicSetting.retentionMs,
    applies: isDeleted,
    wanted: ({ spec }) => String(spec.retentionMs),
    isUnsafe: (value, judged) => endless(Number(value)) < budgetOf(judged),
  },
  {
    code: 'KAFKA_TOPIC_RETENTION',
    setting: topicSetting.retentionMs,
    applies: isDeleted,
    wanted: ({ spec }) => String(spec.retentionMs),
    isUnsafe: (value, judged) => {
      const foundMs = endless(Number(value));
      return foundMs >= budgetOf(judged) && foundMs < endless(judged.spec.retentionMs);
    },
  },
  {
    code: 'KAFKA_TOPIC_RETENTION_BYTES',
    setting: topicSetting.retentionBytes,
    applies: isDeleted,
    wanted: () => '-1',
    isUnsafe: (value) => Number(value) >= 0,
  },
  {
    code: 'KAFKA_TOPIC_TIMESTAMP_TYPE',
    setting: topicSetting.timestampType,
    wanted: () => 'LogAppendTime',
    isUnsafe: (value) => value !== 'LogAppendTime',
  },
  {
    code: 'KAFKA_TOPIC_UNCLEAN_ELECTION',
    setting: topicSetting.uncleanElection,
    wanted: () => 'false',
    isUnsafe: (value) => value !== 'false',
  },
  {
    code: 'KAFKA_TOPIC_MIN_IN_SYNC',
    setting: topicSetting.minInSync,
    applies: ({ replicas }) => replicas >= FULL_REPLICATION,
    wanted: () => String(FULL_MIN_IN_SYNC),
    isUnsafe: (value) => Number(value) < FULL_MIN_IN_SYNC,
  },
  {
    code: 'KAFKA_TOPIC_MIN_IN_SYNC_ALL',
    setting: topicSetting.minInSync,
    applies: ({ replicas }) => replicas > 1,
    wanted: ({ replicas }) => String(Math.min(FULL_MIN_IN_SYNC, replicas - 1)),
    isUnsafe: (value, { replicas }) => Number(value) >= replicas,
  },
  {
    code: 'KAFKA_TOPIC_MAX_BYTES',
    setting: topicSetting.maxMessageBytes,
    wanted: ({ demands }) => `${largestBatch(demands)} or more`,
    isUnsafe: (value, { demands }) => Number(value) < largestBatch(demands),
  },
  {
    code: 'KAFKA_TOPIC_DELETE_RETENTION',
    setting: topicSetting.deleteRetentionMs,
    applies: ({ spec }) => isCompacted(spec.cleanup),
    wanted: () => String(DELETE_RETENTION_MS),
    isUnsafe: (value) => Number(value) < DELETE_RETENTION_MS,
  },
  {
    code: 'KAFKA_TOPIC_COMPACTION_LAG',
    setting: topicSetting.minCompactionLagMs,
    applies: ({ spec }) => isCompacted(spec.cleanup),
    wanted: () => String(MIN_COMPACTION_LAG_MS),
    isUnsafe: (value) => Number(value) < MIN_COMPACTION_LAG_MS,
  },
];

const largestBatch = ({ limits }: Demands): number =>
  Math.max(limits.maxBatchBytes, limits.maxRecordBytes);

/** Kafka's names of the settings that are judged. */
export const JUDGED_TOPIC_SETTINGS: readonly string[] = [
  ...new Set(RULES.map(({ setting }) => setting)),
];

/** Settings that are not known are not judged: {@link findingsOf} says so. */
export const topicFindings = (
  spec: TopicSpec,
  found: TopicDescription,
  demands: Demands,
): readonly Finding[] => {
  const replicas = Math.max(0, ...found.partitions.map((place) => place.replicas.length));
  const judged = { spec, found, replicas, demands };
  return RULES.flatMap(({ code, setting, applies, wanted, isUnsafe }) => {
    const value = found.settings?.get(setting);
    if (value === undefined || applies?.(judged) === false || !isUnsafe(value, judged)) return [];
    const good = wanted(judged);
    const cure = alterTopic(found.topic, setting, good);
    return [
      findingOf(code, {
        subject: `topic ${spec.name}`,
        found: `${setting} is ${value}`,
        wanted: good,
        cure,
      }),
    ];
  });
};

const alterTopic = (topic: string, setting: string, value: string): string => {
  const plain = value.replace(' or more', '');
  // A list stands in brackets there.
  const given = plain.includes(',') ? `[${plain}]` : plain;
  return `run kafka-configs.sh --bootstrap-server BROKER --alter --entity-type topics --entity-name ${topic} --add-config ${setting}=${given}`;
};
