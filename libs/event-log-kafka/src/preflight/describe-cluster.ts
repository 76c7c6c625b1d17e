/** Asks the cluster for all that the preflight judges; changes nothing. */
import type { TopicSpec } from '@millrace/event-log';
import type { KafkaCluster } from '../cluster/kafka-cluster';
import type { Names } from '../names';
import { describeTopics, settingsIn } from '../topics/describe-topics';
import { INCARNATION_TOPIC } from '../topics/internal-topics';
import { judgeAdministration } from '../topics/judge-administration';
import { type Settings, topicSetting } from '../topics/topic-settings';
import { apiKeys } from '../wire/api-keys';
import { apiVersionsCall, type VersionRange } from '../wire/api-versions-call';
import {
  type BrokerAddress,
  describeConfigsCall,
  type MetadataAnswer,
} from '../wire/cluster-calls';
import { RequestFailedError } from '../wire/request-failed.errors';
import type {
  BrokerDescription,
  ClusterDescription,
  TopicDescription,
} from './cluster-description';
import { JUDGED_BROKER_SETTINGS } from './judge-broker';
import { JUDGED_TOPIC_SETTINGS } from './judge-topic';

/** What is asked. */
export interface DescriptionParts {
  readonly cluster: KafkaCluster;
  readonly names: Names;
  /** Whether this process has made a topic since it began. */
  readonly hasMade: (topic: string) => boolean;
}

const TRANSACTION_LOG = '__transaction_state';
const OFFSETS = '__consumer_offsets';

/** @throws KafkaUnreachableError and what a connection can fail with */
export const describeCluster = async (
  parts: DescriptionParts,
  specs: readonly TopicSpec[],
): Promise<ClusterDescription> => {
  const { cluster, names, hasMade } = parts;
  const metadata = await cluster.retrying({
    operation: 'describing the cluster',
    attempt: () => cluster.metadata.all(),
    judge: judgeAdministration,
  });
  const byName = new Map(metadata.topicMetadata.map((of) => [of.topic, of]));
  const declared = specs
    .map(({ name }) => ({ name, topic: names.physical(name) }))
    .filter(({ topic }) => byName.has(topic));
  const internal = [TRANSACTION_LOG, OFFSETS].filter((topic) => byName.has(topic));
  const settings = await topicSettings(cluster, [...declared.map((of) => of.topic), ...internal]);
  const described = (name: string, topic: string): TopicDescription | undefined => {
    const found = byName.get(topic);
    if (found === undefined) return undefined;
    const partitions = [...found.partitionMetadata].sort((a, b) => a.partitionId - b.partitionId);
    return { name, topic, partitions, settings: settings.get(topic) };
  };
  return {
    clusterId: metadata.clusterId,
    brokers: await describeBrokers(cluster, metadata),
    topics: declared.flatMap(({ name, topic }) => described(name, topic) ?? []),
    transactionLog: described(TRANSACTION_LOG, TRANSACTION_LOG),
    offsets: described(OFFSETS, OFFSETS),
    incarnation: incarnationOf({ names, hasMade }, specs, byName),
  };
};

// Made by this process and no topic of the log with it: then the log was there before.
const incarnationOf = (
  { names, hasMade }: Pick<DescriptionParts, 'names' | 'hasMade'>,
  specs: readonly TopicSpec[],
  byName: ReadonlyMap<string, unknown>,
): ClusterDescription['incarnation'] => {
  if (!byName.has(names.physical(INCARNATION_TOPIC.name))) return 'missing';
  const isNewLog = specs.some(({ name }) => hasMade(name));
  return hasMade(INCARNATION_TOPIC.name) && !isNewLog ? 'made' : 'there';
};

const topicSettings = async (
  cluster: KafkaCluster,
  topics: readonly string[],
): Promise<ReadonlyMap<string, Settings>> => {
  if (topics.length === 0) return new Map();
  const settings = [...new Set([...JUDGED_TOPIC_SETTINGS, topicSetting.minInSync])];
  try {
    return await describeTopics(cluster, { topics, settings });
  } catch (error) {
    if (isForbidden(error)) return new Map();
    throw error;
  }
};

const describeBrokers = (
  cluster: KafkaCluster,
  { brokers }: MetadataAnswer,
): Promise<readonly BrokerDescription[]> =>
  Promise.all([...brokers].sort((a, b) => a.nodeId - b.nodeId).map((of) => describe(cluster, of)));

const describe = async (
  cluster: KafkaCluster,
  { nodeId, host, port, rack }: BrokerAddress,
): Promise<BrokerDescription> => {
  const broker = { nodeId, address: `${host}:${port}`, rack };
  try {
    // The first one opens the connection: its time is not the way there and back.
    const versions = await cluster.send(nodeId, apiVersionsCall);
    const startedMs = performance.now();
    await cluster.send(nodeId, apiVersionsCall);
    const roundTripMs = performance.now() - startedMs;
    const settings = await brokerSettings(cluster, nodeId);
    return { ...broker, trouble: undefined, kafka: kafkaOf(versions), roundTripMs, settings };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const trouble = error.message;
    return { ...broker, trouble, kafka: undefined, roundTripMs: undefined, settings: undefined };
  }
};

const brokerSettings = async (
  cluster: KafkaCluster,
  nodeId: number,
): Promise<Settings | undefined> => {
  const resource = { type: 'broker', name: String(nodeId), configNames: JUDGED_BROKER_SETTINGS };
  try {
    const [answer] = await cluster.send(
      nodeId,
      describeConfigsCall([{ ...resource, type: 'broker' }]),
    );
    return answer === undefined ? undefined : settingsIn(answer);
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
};

const isForbidden = (error: unknown): boolean =>
  error instanceof RequestFailedError && /_AUTHORIZATION_FAILED$/.test(error.type ?? '');

/** Brokers do not tell their version; the requests that they take do. Source: KIP-853, KIP-896. */
export const kafkaOf = (versions: ReadonlyMap<number, VersionRange>): string => {
  const fetch = versions.get(apiKeys.fetch) ?? { min: 0, max: 0 };
  if (fetch.max < FETCH_OF_3_9) return 'older than 3.9';
  if (fetch.min === 0) return '3.9';
  return fetch.max === FETCH_OF_3_9 ? '4.0' : '4.1 or newer';
};

const FETCH_OF_3_9 = 17;
