/** The administration of topics of a fresh namespace, for engine specs. */
import { randomBytes } from 'node:crypto';
import { KafkaCluster } from '../../cluster/kafka-cluster';
import { DEFAULT_KAFKA_LIMITS, type KafkaTopicSettings } from '../../kafka-options';
import { Names } from '../../names';
import { SILENT } from '../../observer.port';
import type { IncarnationParts } from '../incarnation';
import { TopicAdmin } from '../topic-admin';

/** Parts of a log, as far as topics need them. */
export interface OpenedTopics extends IncarnationParts {
  readonly names: Names;
}

const opened: KafkaCluster[] = [];

/** A namespace that no other spec uses. */
export const freshNamespace = (): string => `topics-${randomBytes(4).toString('hex')}.`;

/** Closed by {@link closeOpenedTopics}. */
export const openTopics = async (
  brokers: readonly string[],
  namespace: string,
  settings: KafkaTopicSettings = {},
): Promise<OpenedTopics> => {
  const limits = DEFAULT_KAFKA_LIMITS;
  const { connectTimeoutMs, requestTimeoutMs } = limits;
  const cluster = await KafkaCluster.open({
    brokers,
    clientId: 'topics-spec',
    tls: undefined,
    sasl: undefined,
    connectTimeoutMs,
    requestTimeoutMs,
    observer: SILENT,
    limits,
  });
  opened.push(cluster);
  const names = new Names(namespace);
  const topics = new TopicAdmin(cluster, names, settings);
  return { cluster, names, topics, clock: { nowMs: () => Date.now() } };
};

/** For `afterAll`. */
export const closeOpenedTopics = (): void => {
  for (const cluster of opened.splice(0)) cluster.close();
};
