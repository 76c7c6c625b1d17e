/**
 * Creates topics with as many replicas as the cluster takes. Another process may create the same
 * ones at the same time.
 */
import type { KafkaCluster } from '../cluster/kafka-cluster';
import { type CreatedTopic, createTopicsCall } from '../wire/cluster-calls';
import { errorNameOf, protocolFailure } from '../wire/protocol-errors';
import { judgeAdministration, mayPass } from './judge-administration';
import { FULL_REPLICATION, type Settings } from './topic-settings';
import { TopicRefusedError } from './topics.errors';

/** A topic that is missing; its settings may depend on the number of replicas. */
export interface MissingTopic {
  /** Name in the cluster. */
  readonly topic: string;
  readonly partitions: number;
  readonly settings: (replicationFactor: number) => Settings;
}

const ALREADY_THERE = 'TOPIC_ALREADY_EXISTS';
const TOO_MANY_REPLICAS = 'INVALID_REPLICATION_FACTOR';

/**
 * A topic that is there already is no error: compare it afterwards. Whether leaders are chosen is
 * to be asked afterwards too.
 *
 * @param replicationFactor default: 3, or as many as there are brokers. A broker that is down but
 *   registered counts, so that topics made meanwhile are not poorer than others
 * @throws TopicRefusedError the brokers' reason is in the message
 */
export const createTopics = async (
  cluster: KafkaCluster,
  missing: readonly MissingTopic[],
  replicationFactor?: number,
): Promise<void> => {
  let left = missing;
  for (let replicas = replicationFactor ?? FULL_REPLICATION; left.length > 0; replicas--) {
    const refused = await createWith(cluster, left, replicas);
    const [first] = refused;
    const mayLower = replicationFactor === undefined && replicas > 1;
    if (first !== undefined && !(mayLower && refused.every(isForReplicas))) {
      const worst = refused.find((answer) => !isForReplicas(answer)) ?? first;
      throw new TopicRefusedError(worst.topic, {
        type: errorNameOf(worst.errorCode),
        reason: worst.errorMessage,
      });
    }
    left = left.filter(({ topic }) => refused.some((answer) => answer.topic === topic));
  }
};

// What the brokers refuse for good; what may pass is tried again.
const createWith = (
  cluster: KafkaCluster,
  missing: readonly MissingTopic[],
  replicas: number,
): Promise<readonly CreatedTopic[]> => {
  const topics = missing.map(({ topic, partitions, settings }) => ({
    topic,
    numPartitions: partitions,
    replicationFactor: replicas,
    configEntries: [...settings(replicas)].map(([name, value]) => ({ name, value })),
  }));
  return cluster.retrying({
    operation: 'creating topics',
    attempt: async () => {
      const call = createTopicsCall(topics, cluster.limits.requestTimeoutMs);
      const answers = await cluster.sendToAny(call);
      const refused = answers.filter(({ errorCode }) => !isCreated(errorCode));
      const passing = refused.find(({ errorCode }) => mayPass(errorNameOf(errorCode)));
      if (passing === undefined) return refused;
      throw protocolFailure(`creating topic ${passing.topic}`, passing.errorCode);
    },
    judge: judgeAdministration,
  });
};

const isCreated = (errorCode: number): boolean =>
  errorCode === 0 || errorNameOf(errorCode) === ALREADY_THERE;

const isForReplicas = ({ errorCode }: CreatedTopic): boolean =>
  errorNameOf(errorCode) === TOO_MANY_REPLICAS;
