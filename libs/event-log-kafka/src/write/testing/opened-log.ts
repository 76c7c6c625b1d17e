/** A log in a fresh namespace with one topic of four partitions, for engine specs of writers. */
import { randomBytes } from 'node:crypto';
import type { RecordToAppend } from '@millrace/event-log';
import { KafkaCluster } from '../../cluster/kafka-cluster';
import { DEFAULT_KAFKA_LIMITS, type KafkaLimits } from '../../kafka-options';
import type { LogParts } from '../../log-parts';
import { Names } from '../../names';
import type { KafkaEvent } from '../../observer.port';
import { TopicAdmin } from '../../topics/topic-admin';
import { listOffsetsCall } from '../../wire/cluster-calls';
import { offsetFetchCall } from '../../wire/group-calls';
import { type KafkaWriter, openKafkaWriter } from '../kafka-writer';

/** Partitions of the topic. */
export const PARTITIONS = 4;

/** See the top of the file. */
export interface OpenedLog {
  readonly parts: LogParts;
  readonly events: readonly KafkaEvent[];
  /** Name of the topic in the cluster, for the judge. */
  readonly physicalTopic: string;
  openWriter(writerId?: string): Promise<KafkaWriter>;
  record(partition: number, value: string): RecordToAppend;
  /** Last stable offsets, by partition. */
  stableEnds(): Promise<readonly number[]>;
  /** Committed position of a group in partition 0; -1 without one. */
  positionOf(groupId: string): Promise<number>;
}

const TOPIC = 'facts';

const opened: KafkaCluster[] = [];

/** Closed by {@link closeOpenedLogs}. */
export const openLog = async (
  brokers: readonly string[],
  limits: Partial<KafkaLimits> = {},
): Promise<OpenedLog> => {
  const events: KafkaEvent[] = [];
  const all = { ...DEFAULT_KAFKA_LIMITS, ...limits };
  const { connectTimeoutMs, requestTimeoutMs } = all;
  const cluster = await KafkaCluster.open({
    brokers,
    clientId: 'writers-spec',
    tls: undefined,
    sasl: undefined,
    connectTimeoutMs,
    requestTimeoutMs,
    observer: { event: (event) => void events.push(event) },
    limits: all,
  });
  opened.push(cluster);
  const names = new Names(`writers-${randomBytes(4).toString('hex')}.`);
  const topics = new TopicAdmin(cluster, names, {});
  await topics.ensureTopics([
    { name: TOPIC, partitions: PARTITIONS, cleanup: 'delete', retentionMs: -1 },
  ]);
  const physicalTopic = names.physical(TOPIC);
  // A leader that metadata name may not know it yet.
  await cluster.retrying({
    operation: 'finding leaders of all partitions',
    attempt: async () => {
      const ends = await stableEnds(cluster, physicalTopic);
      if (ends.includes(-1)) throw new Error('a partition has no leader');
    },
    judge: () => 'retry',
  });
  const clock = { nowMs: () => Date.now() };
  const parts: LogParts = { cluster, names, topics, clock, compression: 'none', rackId: '' };
  return {
    parts,
    events,
    physicalTopic,
    openWriter: (writerId = 'writer') => openKafkaWriter(parts, { writerId }),
    record: (partition, value) => ({ topic: TOPIC, partition, key: null, value }),
    stableEnds: () => stableEnds(cluster, physicalTopic),
    positionOf: async (groupId) => {
      const key = names.physical(groupId);
      const asked = [{ topic: physicalTopic, partitions: [0] }];
      const call = offsetFetchCall(key, asked);
      const [found] = await cluster.sendToCoordinator({ kind: 'group', key }, call);
      return found?.offset ?? -1;
    },
  };
};

/** For `afterAll`. */
export const closeOpenedLogs = (): void => {
  for (const cluster of opened.splice(0)) cluster.close();
};

const stableEnds = async (cluster: KafkaCluster, topic: string): Promise<readonly number[]> => {
  const ends: number[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const leader = cluster.metadata.leaderOf({ topic, partition }) ?? -1;
    const call = listOffsetsCall([{ topic, partitions: [partition] }], 'stable');
    const [found] = await cluster.send(leader, call);
    ends.push(found?.offset ?? -1);
  }
  return ends;
};
