/** A cluster in which everything is as it should be, for specs that change one thing. */
import type { TopicSpec } from '@millrace/event-log';
import { DEFAULT_KAFKA_LIMITS } from '../../kafka-options';
import { settingsOf } from '../../topics/topic-settings';
import type {
  BrokerDescription,
  ClusterDescription,
  TopicDescription,
} from '../cluster-description';
import { DEFAULT_OUTAGE_BUDGET_MS, type Demands } from '../demands';

/** Facts that stay for ever. */
export const facts: TopicSpec = {
  name: 'facts',
  partitions: 2,
  cleanup: 'delete',
  retentionMs: -1,
};

/** The newest value of each key. */
export const table: TopicSpec = {
  name: 'table',
  partitions: 2,
  cleanup: 'compact',
  retentionMs: -1,
};

/** Kept for a day. */
export const results: TopicSpec = {
  name: 'results',
  partitions: 1,
  cleanup: 'compact,delete',
  retentionMs: 86_400_000,
};

/** What the cluster is compared with. */
export const demands: Demands = {
  specs: [facts, table, results],
  limits: DEFAULT_KAFKA_LIMITS,
  outageBudgetMs: DEFAULT_OUTAGE_BUDGET_MS,
};

const SAFE_BROKER = {
  'auto.create.topics.enable': 'false',
  'min.insync.replicas': '2',
  'transaction.state.log.replication.factor': '3',
  'transaction.state.log.min.isr': '2',
  'offsets.topic.replication.factor': '3',
  'transactional.id.expiration.ms': '604800000',
  'transaction.max.timeout.ms': '900000',
  'transaction.partition.verification.enable': 'true',
  'group.min.session.timeout.ms': '6000',
  'group.max.session.timeout.ms': '1800000',
} as const;

/** A setting of brokers. */
export type BrokerSettingName = keyof typeof SAFE_BROKER;

/** A broker that answers; its settings are safe but for those given. */
export const broker = (
  nodeId: number,
  settings: { readonly [N in BrokerSettingName]?: string } = {},
): BrokerDescription => ({
  nodeId,
  address: `kafka-${nodeId}:9092`,
  rack: null,
  trouble: undefined,
  kafka: '3.9',
  roundTripMs: 1,
  settings: new Map(Object.entries({ ...SAFE_BROKER, ...settings })),
});

/** A topic as it is created; with other settings where given. */
export const topic = (
  spec: TopicSpec,
  change: {
    readonly settings?: Readonly<Record<string, string>>;
    readonly replicas?: readonly number[];
    readonly isr?: readonly number[];
    readonly leader?: number;
  } = {},
): TopicDescription => {
  const { replicas = [1, 2, 3], settings: config } = change;
  const options = { maxBatchBytes: demands.limits.maxBatchBytes, config };
  return {
    name: spec.name,
    topic: `test.${spec.name}`,
    partitions: Array.from({ length: spec.partitions }, (_, partitionId) => ({
      partitionErrorCode: 0,
      partitionId,
      leader: change.leader ?? 1,
      replicas,
      isr: change.isr ?? replicas,
    })),
    settings: settingsOf(spec, { ...options, replicationFactor: replicas.length }),
  };
};

const INTERNAL: TopicSpec = {
  name: '__transaction_state',
  partitions: 5,
  cleanup: 'compact',
  retentionMs: -1,
};

/** One of Kafka's own topics, with three replicas of which two are in sync. */
export const internalTopic = (
  change: { readonly replicas?: readonly number[]; readonly minInSync?: number } = {},
): TopicDescription => {
  const { replicas = [1, 2, 3], minInSync = 2 } = change;
  const settings = { 'min.insync.replicas': String(minInSync) };
  return { ...topic(INTERNAL, { replicas, settings }), topic: INTERNAL.name };
};

/** Three brokers, all topics of {@link demands}. */
export const safeCluster = (change: Partial<ClusterDescription> = {}): ClusterDescription => ({
  clusterId: 'cluster-of-specs',
  brokers: [broker(1), broker(2), broker(3)],
  topics: [topic(facts), topic(table), topic(results)],
  transactionLog: internalTopic(),
  offsets: internalTopic(),
  incarnation: 'there',
  ...change,
});
