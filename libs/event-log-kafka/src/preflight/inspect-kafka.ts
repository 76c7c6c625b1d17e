/**
 * A cluster as an operator wants to see it before or beside a running log: who answers, which topics
 * are there, what is unsafe. Makes nothing, not even the topic that names the log.
 */
import type { TopicSpec } from '@millrace/event-log';
import type { KafkaCluster } from '../cluster/kafka-cluster';
import { openCluster } from '../cluster/open-cluster';
import type { KafkaLogOptions } from '../kafka-options';
import { Names } from '../names';
import { firstId } from '../topics/incarnation';
import { INCARNATION_TOPIC } from '../topics/internal-topics';
import { specOf } from '../topics/topic-settings';
import { BrokerConnection } from '../wire/broker-connection';
import type { BrokerDescription, ClusterDescription } from './cluster-description';
import { DEFAULT_OUTAGE_BUDGET_MS } from './demands';
import { describeCluster } from './describe-cluster';
import type { Finding } from './finding';
import { findingsOf } from './judge-cluster';
import type { PreflightOptions } from './preflight';

/** An address that was given, and whether somebody answers there. */
export interface GivenAddress {
  readonly address: string;
  /** Undefined: it answers. */
  readonly trouble: string | undefined;
}

/** A declared topic. */
export interface InspectedTopic {
  readonly wanted: TopicSpec;
  /** Undefined: it does not exist, or its settings may not be read. */
  readonly found: TopicSpec | undefined;
  readonly exists: boolean;
}

/** What was seen. */
export interface KafkaInspection {
  readonly clusterId: string;
  /** As `EventLog.incarnation`; undefined when the log was never opened. */
  readonly incarnation: string | undefined;
  readonly given: readonly GivenAddress[];
  readonly brokers: readonly Omit<BrokerDescription, 'settings'>[];
  /** In the order of the declarations. */
  readonly topics: readonly InspectedTopic[];
  readonly findings: readonly Finding[];
}

/**
 * @param specs every topic of the log
 * @throws KafkaUnreachableError no address answers; KafkaAuthenticationError, KafkaTlsError
 */
export const inspectKafka = async (
  options: KafkaLogOptions,
  specs: readonly TopicSpec[],
  { outageBudgetMs = DEFAULT_OUTAGE_BUDGET_MS }: PreflightOptions = {},
): Promise<KafkaInspection> => {
  const cluster = await openCluster(options);
  try {
    const names = new Names(options.namespace ?? '');
    const described = await describeCluster({ cluster, names, hasMade: () => false }, specs);
    const demands = { specs, limits: cluster.limits, outageBudgetMs };
    return {
      clusterId: described.clusterId,
      incarnation: await incarnationOf(cluster, names, described),
      given: await Promise.all(options.brokers.map((address) => reach(address, options, cluster))),
      brokers: described.brokers.map(({ settings: _, ...broker }) => broker),
      topics: specs.map((wanted) => inspected(wanted, described)),
      findings: findingsOf(described, demands),
    };
  } finally {
    cluster.close();
  }
};

const incarnationOf = async (
  cluster: KafkaCluster,
  names: Names,
  { clusterId, incarnation }: ClusterDescription,
): Promise<string | undefined> => {
  if (incarnation === 'missing') return undefined;
  await cluster.metadata.learn([names.physical(INCARNATION_TOPIC.name)]);
  const id = await firstId({ cluster, names });
  return id === undefined ? undefined : `${clusterId}/${id}`;
};

const reach = async (
  address: string,
  { tls, sasl, clientId = 'millrace' }: KafkaLogOptions,
  { limits, observer }: KafkaCluster,
): Promise<GivenAddress> => {
  const { connectTimeoutMs, requestTimeoutMs } = limits;
  const settings = { clientId, tls, sasl, connectTimeoutMs, requestTimeoutMs, observer };
  try {
    const connection = await BrokerConnection.open(address, settings);
    connection.close();
    return { address, trouble: undefined };
  } catch (error) {
    return { address, trouble: error instanceof Error ? error.message : String(error) };
  }
};

const inspected = (wanted: TopicSpec, { topics }: ClusterDescription): InspectedTopic => {
  const topic = topics.find(({ name }) => name === wanted.name);
  const found =
    topic?.settings === undefined
      ? undefined
      : specOf(wanted.name, topic.partitions.length, topic.settings);
  return { wanted, found, exists: topic !== undefined };
};
