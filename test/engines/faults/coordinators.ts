/** Which broker coordinates a transactional id or a group: the leader of a partition that its hash names. */
import type { KafkaCluster } from '../../../tools/stack/index';
import { type ClusterView, clusterView } from '../../../tools/stack/kafka/wire/cluster-view';
import { poll } from '../../../tools/stack/poll';

/** Topics in which coordinators keep what they know. */
export const COORDINATOR_TOPICS = {
  transaction: '__transaction_state',
  group: '__consumer_offsets',
} as const;

export type CoordinatorKind = keyof typeof COORDINATOR_TOPICS;

const DEADLINE_MS = 30_000;

/** What a live broker knows of the cluster now. @throws GaveUpError when none answers in 30 s */
export const viewOf = (cluster: KafkaCluster): Promise<ClusterView> =>
  poll(
    async () => {
      const live = cluster.brokers.flatMap(({ pid }, index) =>
        pid === undefined ? [] : (cluster.innerBootstrap[index] ?? []),
      );
      for (const address of live) {
        const [host = '', port = ''] = address.split(':');
        const view = await clusterView({ host, port: Number(port) }).catch(() => undefined);
        if (view !== undefined) return view;
      }
      return undefined;
    },
    { what: 'an answer of any broker', deadlineMs: DEADLINE_MS },
  );

/** Node id of the coordinator; -1 while there is none. */
export const coordinatorOf = async (
  cluster: KafkaCluster,
  kind: CoordinatorKind,
  key: string,
): Promise<number> => {
  const partition = await coordinatorPartition(cluster, kind, key);
  return leaderOf(cluster, { topic: COORDINATOR_TOPICS[kind], partition });
};

/** The partition of the coordinators' topic whose leader coordinates. */
export const coordinatorPartition = async (
  cluster: KafkaCluster,
  kind: CoordinatorKind,
  key: string,
): Promise<number> => {
  const { partitions } = await viewOf(cluster);
  const all = partitions.filter(({ topic }) => topic === COORDINATOR_TOPICS[kind]);
  return all.length === 0 ? -1 : javaHash(key) % all.length;
};

/** Node id of the leader of a partition; -1 while there is none. */
export const leaderOf = async (
  cluster: KafkaCluster,
  at: { readonly topic: string; readonly partition: number },
): Promise<number> => {
  const { partitions } = await viewOf(cluster);
  const found = partitions.find(
    ({ topic, partition }) => topic === at.topic && partition === at.partition,
  );
  return found?.leader ?? -1;
};

/** Amount of Java's `String.hashCode`; Kafka takes 0 for the one that has none. */
const javaHash = (text: string): number => {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (hash * 31 + text.charCodeAt(at)) | 0;
  return hash === -(2 ** 31) ? 0 : Math.abs(hash);
};
