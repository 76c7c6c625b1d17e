/** Findings of where partitions are: how many, on how many brokers, with whom in sync. */
import type { TopicSpec } from '@millrace/event-log';
import { FULL_REPLICATION, topicSetting } from '../topics/topic-settings';
import type { ClusterDescription, TopicDescription } from './cluster-description';
import { type Finding, findingOf } from './finding';

/** Node ids of all brokers: those that are up, and those that partitions are known to be on. */
export const allNodes = (cluster: ClusterDescription): ReadonlySet<number> => {
  const { brokers, topics, transactionLog, offsets } = cluster;
  const known = [...topics, transactionLog, offsets].flatMap((of) => of?.partitions ?? []);
  return new Set([
    ...brokers.map(({ nodeId }) => nodeId),
    ...known.flatMap(({ replicas }) => replicas),
  ]);
};

/** Replicas that each partition should have in a cluster of this size. */
export const replicasWanted = (cluster: ClusterDescription): number =>
  Math.min(FULL_REPLICATION, allNodes(cluster).size);

/** Fewest replicas of a partition of the topic. */
export const fewestReplicas = ({ partitions }: TopicDescription): number =>
  Math.min(...partitions.map(({ replicas }) => replicas.length));

/** Topics in the order given. */
export const placeFindings = (
  cluster: ClusterDescription,
  specs: readonly TopicSpec[],
): readonly Finding[] => {
  const counts = new Set(cluster.topics.map(({ partitions }) => partitions.length));
  const [lanes] = counts;
  const cure =
    counts.size === 1
      ? `all topics have ${lanes} partitions: set MILLRACE_LANES=${lanes}`
      : 'partitions cannot be changed under records: copy the topic into a new one';
  return cluster.topics.flatMap((found) => {
    const spec = specs.find(({ name }) => name === found.name);
    return [
      ...(spec === undefined ? [] : countFindings(found, spec, cure)),
      ...replicaFindings(found, replicasWanted(cluster)),
      ...found.partitions.flatMap((place) => syncFindings(found, place)),
    ];
  });
};

const countFindings = (
  found: TopicDescription,
  spec: TopicSpec,
  cure: string,
): readonly Finding[] => {
  if (found.partitions.length === spec.partitions) return [];
  return [
    findingOf('KAFKA_TOPIC_PARTITIONS', {
      subject: `topic ${found.name}`,
      found: `partitions are ${found.partitions.length}`,
      wanted: String(spec.partitions),
      cure,
    }),
  ];
};

const replicaFindings = (found: TopicDescription, wanted: number): readonly Finding[] => {
  const replicas = fewestReplicas(found);
  if (replicas >= wanted) return [];
  return [
    findingOf('KAFKA_TOPIC_REPLICATION', {
      subject: `topic ${found.name}`,
      found: `replicas are ${replicas}`,
      wanted: String(wanted),
      cure: `add replicas with kafka-reassign-partitions.sh for topic ${found.topic}`,
    }),
  ];
};

type Place = TopicDescription['partitions'][number];

const syncFindings = (found: TopicDescription, place: Place): readonly Finding[] => {
  const subject = `partition ${found.name}/${place.partitionId}`;
  const nodes = place.replicas.join(', ');
  if (place.leader < 0) {
    return [
      findingOf('KAFKA_PARTITION_LEADERLESS', {
        subject,
        found: 'it has no leader',
        wanted: 'one of its replicas',
        cure: `bring back one of the brokers ${nodes}`,
      }),
    ];
  }
  const minInSync = Number(found.settings?.get(topicSetting.minInSync) ?? 1);
  // More in sync than there are replicas cannot be asked for: brokers take the smaller number.
  const wanted = Math.min(minInSync, place.replicas.length);
  if (place.isr.length >= wanted) return [];
  return [
    findingOf('KAFKA_PARTITION_UNDER_MIN_IN_SYNC', {
      subject,
      found: `in sync are ${place.isr.length}`,
      wanted: `${wanted} or more`,
      cure: `bring back the brokers of ${nodes} that are behind`,
    }),
  ];
};
