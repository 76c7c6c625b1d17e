/** Topics of one spec, with leaders that it chooses. */
import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import type { KafkaCluster } from '../../../tools/stack/index';
import { type ClusterView, clusterView } from '../../../tools/stack/kafka/wire/cluster-view';
import { poll } from '../../../tools/stack/poll';

const DEADLINE_MS = 20_000;

/** A name that no other spec of the run has. */
export const ownName = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;

/** What to create. */
export interface OwnTopic {
  /** Per partition its replicas, the leader first. */
  readonly replicas: readonly (readonly number[])[];
  readonly config?: Readonly<Record<string, string>>;
}

/** Creates a topic; resolves when every broker knows its leaders. @returns its name */
export const createOwnTopic = async (
  { cluster, kafka }: { readonly cluster: KafkaCluster; readonly kafka: Kafka },
  name: string,
  { replicas, config = {} }: OwnTopic,
): Promise<string> => {
  const topic = ownName(name);
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({
      // kafkajs asks a broker that may not know the topic yet, and fails.
      waitForLeaders: false,
      topics: [
        {
          topic,
          replicaAssignment: replicas.map((list, partition) => ({
            partition,
            replicas: [...list],
          })),
          configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
        },
      ],
    });
  } finally {
    await admin.disconnect();
  }
  await leadersAre(
    cluster,
    topic,
    replicas.map(([leader = -1]) => leader),
  );
  return topic;
};

/** Makes `replicas` (the leader first) the replicas of one partition; resolves when all know. */
export const moveLeader = async (
  { cluster, kafka }: { readonly cluster: KafkaCluster; readonly kafka: Kafka },
  at: { readonly topic: string; readonly partition: number },
  replicas: readonly number[],
): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const partitionAssignment = [{ partition: at.partition, replicas: [...replicas] }];
    await admin.alterPartitionReassignments({
      topics: [{ topic: at.topic, partitionAssignment }],
    });
  } finally {
    await admin.disconnect();
  }
  await everyView(cluster, `leader ${replicas[0]} of ${at.topic}/${at.partition}`, (view) =>
    view.partitions.some(
      ({ topic, partition, leader }) =>
        topic === at.topic && partition === at.partition && leader === replicas[0],
    ),
  );
};

const leadersAre = (
  cluster: KafkaCluster,
  wanted: string,
  leaders: readonly number[],
): Promise<void> =>
  everyView(cluster, `leaders of ${wanted}`, (view) => {
    const found = view.partitions.filter(({ topic }) => topic === wanted);
    return (
      found.length === leaders.length &&
      found.every(({ partition, leader }) => leaders[partition] === leader)
    );
  });

const everyView = async (
  cluster: KafkaCluster,
  what: string,
  holds: (view: ClusterView) => boolean,
): Promise<void> => {
  await poll(
    async () => {
      const views = await Promise.all(
        cluster.innerBootstrap.map((address) => {
          const [host = '', port = ''] = address.split(':');
          return clusterView({ host, port: Number(port) });
        }),
      );
      return views.every(holds) ? true : undefined;
    },
    { what, deadlineMs: DEADLINE_MS },
  );
};
