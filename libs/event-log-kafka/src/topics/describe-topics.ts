/** Asks the cluster for the settings of topics. */
import type { KafkaCluster } from '../cluster/kafka-cluster';
import { describeConfigsCall, type ResourceConfig } from '../wire/cluster-calls';
import { protocolFailure } from '../wire/protocol-errors';
import { judgeAdministration } from './judge-administration';
import type { Settings } from './topic-settings';

/** Bounds the size of one answer. */
const TOPICS_PER_REQUEST = 200;

/** Which settings of which topics. */
export interface SettingsWanted {
  /** Names in the cluster, as its metadata lists them. */
  readonly topics: readonly string[];
  /** Kafka's names. */
  readonly settings: readonly string[];
}

/**
 * Settings by the topic's name in the cluster; one that has been deleted meanwhile is left out.
 * @throws RequestFailedError TOPIC_AUTHORIZATION_FAILED for one, when we may not read them
 */
export const describeTopics = async (
  cluster: KafkaCluster,
  { topics, settings }: SettingsWanted,
): Promise<ReadonlyMap<string, Settings>> => {
  const described = new Map<string, Settings>();
  for (let at = 0; at < topics.length; at += TOPICS_PER_REQUEST) {
    const chunk = topics.slice(at, at + TOPICS_PER_REQUEST);
    for (const [topic, found] of await describeChunk(cluster, { topics: chunk, settings })) {
      described.set(topic, found);
    }
  }
  return described;
};

const describeChunk = (
  cluster: KafkaCluster,
  wanted: SettingsWanted,
): Promise<ReadonlyMap<string, Settings>> => {
  let topics = wanted.topics;
  return cluster.retrying({
    operation: 'reading the settings of topics',
    attempt: async (attempt) => {
      // The broker may not know yet what another has told us; or the topic was deleted since.
      if (attempt > 1) {
        await cluster.metadata.learn(topics);
        topics = topics.filter((topic) => cluster.metadata.topic(topic) !== undefined);
      }
      if (topics.length === 0) return new Map();
      const resources = topics.map((name) => {
        return { type: 'topic', name, configNames: wanted.settings } as const;
      });
      const answer = await cluster.sendToAny(describeConfigsCall(resources));
      return new Map(answer.map((of) => [of.resourceName, settingsIn(of)]));
    },
    judge: async (error) => {
      const verdict = judgeAdministration(error);
      if (verdict !== 'fail') await cluster.metadata.refresh().catch(() => undefined);
      return verdict;
    },
  });
};

/** @throws RequestFailedError the broker would not tell */
export const settingsIn = (of: ResourceConfig): Settings => {
  const { errorCode, resourceName, configEntries } = of;
  if (errorCode !== 0) throw protocolFailure(`the settings of ${resourceName}`, errorCode);
  const found = new Map<string, string>();
  for (const { configName, configValue } of configEntries) {
    if (configValue !== null) found.set(configName, configValue);
  }
  return found;
};
