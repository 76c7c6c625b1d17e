/**
 * Findings of the topics that Kafka keeps for itself: outcomes of transactions, and positions of
 * groups. Before their first use, of what brokers would make them with.
 */
import { FULL_MIN_IN_SYNC, FULL_REPLICATION, topicSetting } from '../topics/topic-settings';
import type {
  BrokerDescription,
  ClusterDescription,
  TopicDescription,
} from './cluster-description';
import { type Finding, findingOf } from './finding';
import type { FindingCode } from './finding-kinds.errors';
import { brokerSetting, nameOf, setOnBroker } from './judge-broker';
import { allNodes, fewestReplicas, replicasWanted } from './judge-places';

/** One bound on one of them. */
interface InternalRule {
  readonly code: FindingCode;
  /** Undefined: the topic does not exist yet. */
  readonly found: FoundValue | undefined;
  readonly setting: string;
  readonly wanted: number;
}

interface FoundValue {
  readonly topic: string;
  readonly value: number;
  readonly cure: string;
}

/** See the top of the file. */
export const internalFindings = (cluster: ClusterDescription): readonly Finding[] => {
  const { brokers, transactionLog, offsets } = cluster;
  const replicas = replicasWanted(cluster);
  const inSync = replicas >= FULL_REPLICATION ? FULL_MIN_IN_SYNC : 1;
  const rules: readonly InternalRule[] = [
    {
      code: 'KAFKA_TRANSACTION_LOG_REPLICATION',
      found: replicasOf(transactionLog),
      setting: brokerSetting.transactionLogReplication,
      wanted: replicas,
    },
    {
      code: 'KAFKA_TRANSACTION_LOG_MIN_IN_SYNC',
      found: minInSyncOf(transactionLog),
      setting: brokerSetting.transactionLogMinInSync,
      wanted: inSync,
    },
    {
      code: 'KAFKA_OFFSETS_REPLICATION',
      found: replicasOf(offsets),
      setting: brokerSetting.offsetsReplication,
      wanted: replicas,
    },
    {
      code: 'KAFKA_OFFSETS_MIN_IN_SYNC',
      found: minInSyncOf(offsets),
      setting: brokerSetting.minInSync,
      wanted: inSync,
    },
  ];
  return [
    ...rules.flatMap((rule) => ruleFindings(rule, brokers)),
    ...brokers.flatMap((broker) => impossible(cluster, broker)),
  ];
};

const ruleFindings = (
  { code, found, setting, wanted }: InternalRule,
  brokers: readonly BrokerDescription[],
): readonly Finding[] => {
  const good = String(wanted);
  if (found !== undefined) {
    const { topic, value, cure } = found;
    if (value >= wanted) return [];
    return [
      findingOf(code, { subject: `topic ${topic}`, found: `it is ${value}`, wanted: good, cure }),
    ];
  }
  return brokers.flatMap((broker) => {
    const value = broker.settings?.get(setting);
    if (value === undefined || Number(value) >= wanted) return [];
    const cure = setOnBroker(setting, good);
    const subject = nameOf(broker);
    return [findingOf(code, { subject, found: `${setting} is ${value}`, wanted: good, cure })];
  });
};

// Kafka creates them at the first use, with this many replicas or not at all.
const impossible = (cluster: ClusterDescription, broker: BrokerDescription): readonly Finding[] => {
  const { transactionLogReplication, offsetsReplication } = brokerSetting;
  const missing = [
    ...(cluster.transactionLog === undefined ? [transactionLogReplication] : []),
    ...(cluster.offsets === undefined ? [offsetsReplication] : []),
  ];
  const most = allNodes(cluster).size;
  return missing.flatMap((setting) => {
    const value = broker.settings?.get(setting);
    if (value === undefined || Number(value) <= most) return [];
    return [
      findingOf('KAFKA_INTERNAL_TOPIC_IMPOSSIBLE', {
        subject: nameOf(broker),
        found: `${setting} is ${value}`,
        wanted: `${most} or less, as there are brokers`,
        cure: setOnBroker(setting, String(most)),
      }),
    ];
  });
};

const replicasOf = (of: TopicDescription | undefined): FoundValue | undefined => {
  if (of === undefined) return undefined;
  const cure = `add replicas with kafka-reassign-partitions.sh for topic ${of.topic}`;
  return { topic: of.topic, value: fewestReplicas(of), cure };
};

const minInSyncOf = (of: TopicDescription | undefined): FoundValue | undefined => {
  const value = of?.settings?.get(topicSetting.minInSync);
  if (of === undefined || value === undefined) return undefined;
  const cure = `run kafka-configs.sh --bootstrap-server BROKER --alter --entity-type topics --entity-name ${of.topic} --add-config ${topicSetting.minInSync}=${FULL_MIN_IN_SYNC}`;
  return { topic: of.topic, value: Number(value), cure };
};
