/** Positions of groups as Kafka keeps them for its tools: consumer-group offsets. */
import {
  InvalidRecordError,
  LogUnavailableError,
  type Position,
  TopicUnknownError,
} from '@millrace/event-log';
import type { ConnectionPool } from '../cluster/connection-pool';
import type { KafkaCluster } from '../cluster/kafka-cluster';
import type { Verdict } from '../cluster/retrying';
import type { Names } from '../names';
import type { TopicRegistry } from '../topics/topic-registry.port';
import { type MemberIdentity, offsetCommitCall, offsetFetchCall } from '../wire/group-calls';
import { RequestFailedError } from '../wire/request-failed.errors';
import type { TopicOffsets } from '../wire/transaction-calls';
import type { GroupName } from './coordinator.port';
import { isCoordinatorUnheard } from './coordinator-unheard';

/** What positions are committed and fetched with. */
export interface PositionParts {
  readonly cluster: KafkaCluster;
  readonly names: Names;
  readonly topics: TopicRegistry;
  /** Commits wait for replicas: other requests of the process do not wait behind them. */
  readonly pool: ConnectionPool;
}

/** Positions to publish. */
export interface PublishedPositions {
  readonly group: GroupName;
  readonly positions: readonly Position[];
  /** Member of the group in this process at the moment of asking, if there is one. */
  readonly member: () => MemberIdentity | undefined;
}

const PUBLISH_TIMEOUT_MS = 1_000;

// The group is between two generations, or the member is about to join anew.
const PASSING: ReadonlySet<string> = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
  // Not known to that broker yet: the registry knows the topic.
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

/**
 * Commits the positions, with the member's identity where this process has one: a group with
 * members takes offsets from them alone. Tries for 1 s.
 *
 * Positions are for lag tools: what is in the way of publishing them (a rebalance, members in other
 * processes alone, a coordinator that cannot be reached) never fails the caller's work. They are
 * dropped then, with the event `positions-dropped`; the next publication carries newer ones.
 *
 * @throws InvalidRecordError an offset that is none; TopicUnknownError
 * @throws RequestFailedError the coordinator refuses (authorization)
 */
export const publishPositions = async (
  { cluster, names, pool, topics: registry }: PositionParts,
  { group, positions, member }: PublishedPositions,
): Promise<void> => {
  if (positions.length === 0) return;
  await checkPositions(registry, positions);
  const { groupId, physicalId } = group;
  const topics = topicOffsets(names, positions);
  const anybody = { groupId: physicalId, memberId: '', generationId: -1 };
  try {
    await cluster.retrying({
      operation: `positions of group ${groupId}`,
      timeoutMs: PUBLISH_TIMEOUT_MS,
      attempt: () =>
        cluster.sendToCoordinator(
          { kind: 'group', key: physicalId },
          offsetCommitCall(member() ?? anybody, topics),
          pool,
        ),
      judge: (error) => (isPassing(error) ? 'retry' : 'fail'),
    });
  } catch (error) {
    if (!isPassing(error) || !(error instanceof Error)) throw error;
    cluster.observer.event({ kind: 'positions-dropped', groupId, error });
  }
};

/**
 * What was committed last, on topics of this log's namespace; by topic, then partition.
 * @throws LogUnavailableError no coordinator answers within `operationTimeoutMs`
 */
export const committedPositions = async (
  { cluster, names, pool }: PositionParts,
  { groupId, physicalId }: GroupName,
): Promise<readonly Position[]> => {
  const operation = `positions of group ${groupId}`;
  const judge = (error: unknown): Verdict => (isCoordinatorUnheard(error) ? 'retry' : 'fail');
  try {
    const fetched = await cluster.retrying({
      operation,
      attempt: () =>
        cluster.sendToCoordinator(
          { kind: 'group', key: physicalId },
          offsetFetchCall(physicalId, []),
          pool,
        ),
      judge,
    });
    return fetched
      .flatMap(({ topic, partition, offset }): readonly Position[] => {
        const name = names.logical(topic);
        return name === undefined || offset < 0 ? [] : [{ topic: name, partition, offset }];
      })
      .sort(byTopicAndPartition);
  } catch (error) {
    throw judge(error) === 'retry' ? new LogUnavailableError(operation, error) : error;
  }
};

const byTopicAndPartition = (a: Position, b: Position): number =>
  a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;

const checkPositions = async (
  registry: TopicRegistry,
  positions: readonly Position[],
): Promise<void> => {
  for (const { topic, partition, offset } of positions) {
    if (Number.isSafeInteger(offset) && offset >= 0) continue;
    throw new InvalidRecordError(`${topic}/${partition}: ${offset} is not an offset`);
  }
  await registry.learn(new Set(positions.map(({ topic }) => topic)));
  for (const { topic, partition } of positions) {
    const { partitions = 0 } = registry.known(topic) ?? {};
    if (partition >= partitions) throw new TopicUnknownError({ topic, partition });
  }
};

const topicOffsets = (names: Names, positions: readonly Position[]): readonly TopicOffsets[] => {
  const byTopic = new Map<string, Map<number, number>>();
  for (const { topic, partition, offset } of positions) {
    const known = byTopic.get(topic) ?? new Map<number, number>();
    byTopic.set(topic, known.set(partition, offset));
  }
  return [...byTopic].map(([topic, partitions]) => ({
    topic: names.physical(topic),
    partitions: [...partitions].map(([partition, offset]) => ({
      partition,
      offset: String(offset),
      metadata: null,
    })),
  }));
};

const isPassing = (error: unknown): boolean =>
  isCoordinatorUnheard(error) ||
  (error instanceof RequestFailedError && PASSING.has(error.type ?? ''));
