/** Where partitions begin and end, asked of their leaders. */
import type { PartitionOffsets, TopicPartition } from '@millrace/event-log';
import { leaderMayHaveMoved, unavailable } from '../cluster/kafka-cluster';
import type { Verdict } from '../cluster/retrying';
import { listOffsetsCall, type OffsetBound, type TopicPartitions } from '../wire/cluster-calls';
import { protocolFailure } from '../wire/protocol-errors';
import { RequestFailedError } from '../wire/request-failed.errors';
import { isTransient, requireExisting } from './existing-partitions';
import type { ReadingCluster, ReadingParts } from './reading-cluster.port';

/**
 * First offset and last stable offset of each partition, in the order asked.
 *
 * @throws TopicUnknownError
 * @throws LogUnavailableError a leader did not answer within the limits' `operationTimeoutMs`
 */
export const offsetsOf = async (
  { cluster, names }: Pick<ReadingParts, 'cluster' | 'names'>,
  partitions: readonly TopicPartition[],
): Promise<readonly PartitionOffsets[]> => {
  if (partitions.length === 0) return [];
  const wanted = partitions.map(({ topic, partition }) => ({
    at: { topic, partition },
    physical: { topic: names.physical(topic), partition },
  }));
  await requireExisting(cluster, wanted);
  const start: Found = new Map();
  const end: Found = new Map();
  const all = wanted.map(({ physical }) => physical);
  await askUntilKnown(cluster, () =>
    Promise.all([
      ask(cluster, { all, bound: 'earliest', found: start }),
      ask(cluster, { all, bound: 'stable', found: end }),
    ]),
  );
  return wanted.map(({ at, physical }) => ({
    ...at,
    startOffset: start.get(keyOf(physical)) ?? 0,
    endOffset: end.get(keyOf(physical)) ?? 0,
  }));
};

/** All that a leader says of the extent of one partition; not tried again. */
export interface PartitionBounds {
  readonly startOffset: number;
  /** Last stable offset. */
  readonly endOffset: number;
  readonly highWatermark: number;
}

/** @throws RequestFailedError and connection errors */
export const boundsOf = async (
  cluster: ReadingCluster,
  at: TopicPartition,
): Promise<PartitionBounds> => {
  const bounds = ['earliest', 'stable', 'high-watermark'] as const;
  const [startOffset = 0, endOffset = 0, highWatermark = 0] = await Promise.all(
    bounds.map(async (bound) => {
      const found: Found = new Map();
      await ask(cluster, { all: [at], bound, found });
      return found.get(keyOf(at)) ?? 0;
    }),
  );
  return { startOffset, endOffset, highWatermark };
};

type Found = Map<string, number>;

interface Question {
  readonly all: readonly TopicPartition[];
  readonly bound: OffsetBound;
  /** Takes the answers; what is in it is not asked for again. */
  readonly found: Found;
}

const LEADER_NOT_AVAILABLE = 5;

const ask = async (cluster: ReadingCluster, { all, bound, found }: Question): Promise<void> => {
  const byLeader = new Map<number, Map<string, Set<number>>>();
  for (const at of all) {
    if (found.has(keyOf(at))) continue;
    const leader = cluster.metadata.leaderOf(at);
    if (leader === undefined) throw protocolFailure(nameOf(at), LEADER_NOT_AVAILABLE);
    const topics = byLeader.get(leader) ?? new Map<string, Set<number>>();
    byLeader.set(leader, topics);
    topics.set(at.topic, (topics.get(at.topic) ?? new Set()).add(at.partition));
  }
  await Promise.all(
    [...byLeader].map(async ([leader, topics]) => {
      const asked: readonly TopicPartitions[] = [...topics].map(([topic, partitions]) => ({
        topic,
        partitions: [...partitions],
      }));
      const listed = await cluster.send(leader, listOffsetsCall(asked, bound));
      let refused: RequestFailedError | undefined;
      for (const { errorCode, offset, ...at } of listed) {
        if (errorCode === 0) found.set(keyOf(at), offset);
        else refused = protocolFailure(nameOf(at), errorCode);
      }
      if (refused !== undefined) throw refused;
    }),
  );
};

const askUntilKnown = async (
  cluster: ReadingCluster,
  attempt: () => Promise<unknown>,
): Promise<void> => {
  const operation = 'asking for offsets';
  const mayPass = (error: unknown) => leaderMayHaveMoved(error) || isTransient(error);
  const judge = async (error: unknown): Promise<Verdict> => {
    if (!mayPass(error)) return 'fail';
    await cluster.metadata.refresh().catch(() => undefined);
    return 'retry';
  };
  try {
    await cluster.retrying({ operation, attempt, judge });
  } catch (error) {
    throw mayPass(error) ? unavailable(operation, error) : error;
  }
};

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

const nameOf = (at: TopicPartition): string => `asking for offsets of ${keyOf(at)}`;
