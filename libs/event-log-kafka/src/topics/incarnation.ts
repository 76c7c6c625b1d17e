/**
 * Which log this is: the cluster's id, and an id that is made once with the log's first topic.
 * Positions, views and state of another incarnation mean nothing here.
 *
 * The id is a record. Two processes that begin at the same time may write two: the first one counts.
 * Each has a key of its own, so compaction keeps it.
 */
import { randomUUID } from 'node:crypto';
import { BatchBuilder } from '../batch/batch-builder';
import { scanBatches } from '../batch/batch-scanner';
import { recordsOf } from '../batch/lazy-records';
import { unavailable } from '../cluster/kafka-cluster';
import type { LogParts } from '../log-parts';
import { listOffsetsCall } from '../wire/cluster-calls';
import { type FetchedPartition, fetchCall } from '../wire/fetch-call';
import { produceCall } from '../wire/produce-call';
import { checkCode, protocolFailure } from '../wire/protocol-errors';
import { INCARNATION_TOPIC } from './internal-topics';
import { judgeAdministration } from './judge-administration';
import type { TopicAdmin } from './topic-admin';

/** What is needed to read or make it. */
export interface IncarnationParts extends Pick<LogParts, 'cluster' | 'names' | 'clock'> {
  readonly topics: TopicAdmin;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PARTITION = 0;
const FETCH_BYTES = 65_536;
const LEADER_NOT_AVAILABLE = 5;
const NO_PRODUCER = { producerId: -1, producerEpoch: -1, baseSequence: -1 } as const;

/**
 * @returns `<cluster id>/<uuid>`; made when there is none
 * @throws TopicMismatchError, TopicRefusedError, LogUnavailableError
 */
export const readIncarnation = async (parts: IncarnationParts): Promise<string> => {
  await parts.topics.ensureTopics([INCARNATION_TOPIC]);
  let id = await firstId(parts);
  if (id === undefined) {
    await writeId(parts, randomUUID());
    id = await firstId(parts);
  }
  if (id === undefined) throw unavailable('the incarnation of the log', undefined);
  return `${parts.cluster.metadata.clusterId}/${id}`;
};

/** The id that the log holds; undefined when its topic is empty or does not exist. */
export const firstId = async (
  parts: Pick<LogParts, 'cluster' | 'names'>,
): Promise<string | undefined> => {
  let offset = await startOffset(parts);
  for (;;) {
    const fetched = await fetchFrom(parts, offset);
    for (const batch of scanBatches(fetched.bytes, fetched)) {
      for (const { value } of recordsOf(batch, offset, fetched)) {
        const text = value?.toString('utf8') ?? '';
        if (UUID.test(text)) return text;
      }
      offset = batch.lastOffset + 1;
    }
    if (fetched.bytes.length === 0 || offset >= fetched.lastStableOffset) return undefined;
  }
};

const placeOf = ({ names }: Pick<LogParts, 'names'>) => ({
  topic: names.physical(INCARNATION_TOPIC.name),
  partition: PARTITION,
});

const startOffset = (parts: Pick<LogParts, 'cluster' | 'names'>): Promise<number> => {
  const { topic, partition } = placeOf(parts);
  return toLeader(parts, async (leader) => {
    const call = listOffsetsCall([{ topic, partitions: [partition] }], 'earliest');
    const [listed] = await parts.cluster.send(leader, call);
    checkCode(`the start of ${topic}`, listed?.errorCode ?? LEADER_NOT_AVAILABLE);
    return listed?.offset ?? 0;
  });
};

const fetchFrom = (
  parts: Pick<LogParts, 'cluster' | 'names'>,
  offset: number,
): Promise<FetchedPartition> =>
  toLeader(parts, async (leader) => {
    const positions = [{ ...placeOf(parts), offset, maxBytes: FETCH_BYTES }];
    const request = { positions, maxWaitMs: 0, minBytes: 0, maxBytes: FETCH_BYTES, rackId: '' };
    const answer = await parts.cluster.send(leader, fetchCall(request));
    checkCode('Fetch', answer.errorCode);
    const [fetched] = answer.partitions;
    checkCode(`Fetch of ${positions[0]?.topic}`, fetched?.errorCode ?? LEADER_NOT_AVAILABLE);
    if (fetched === undefined) throw protocolFailure('Fetch', LEADER_NOT_AVAILABLE);
    return fetched;
  });

// Sent again after a doubt it may stand twice: the first one counts.
const writeId = async (parts: IncarnationParts, id: string): Promise<void> => {
  const { topic, partition } = placeOf(parts);
  const builder = new BatchBuilder();
  builder.add({ topic, partition, key: id, value: id });
  const stamp = { ...NO_PRODUCER, transactional: false, codec: undefined };
  const batch = builder.build({ ...stamp, timestampMs: parts.clock.nowMs() });
  const timeoutMs = parts.cluster.limits.requestTimeoutMs;
  const batches = [{ topic, partition, batch }];
  await toLeader(parts, async (leader) => {
    const call = produceCall({ transactionalId: null, timeoutMs, batches });
    const [produced] = await parts.cluster.send(leader, call);
    checkCode(`Produce to ${topic}`, produced?.errorCode ?? LEADER_NOT_AVAILABLE);
  });
};

const toLeader = <T>(
  parts: Pick<LogParts, 'cluster' | 'names'>,
  work: (leader: number) => Promise<T>,
): Promise<T> => {
  const { metadata } = parts.cluster;
  const at = placeOf(parts);
  return parts.cluster.retrying({
    operation: 'reading the incarnation',
    attempt: (attempt) => {
      const leader = metadata.leaderOf(at);
      if (leader !== undefined) return work(leader);
      throw protocolFailure(`try ${attempt} at ${at.topic}`, LEADER_NOT_AVAILABLE);
    },
    judge: async (error) => {
      const verdict = judgeAdministration(error);
      if (verdict !== 'fail') await metadata.refresh().catch(() => undefined);
      return verdict;
    },
  });
};
