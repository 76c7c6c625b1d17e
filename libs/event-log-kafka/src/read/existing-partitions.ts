/** Whether partitions exist that somebody wants to read. */
import { type TopicPartition, TopicUnknownError } from '@millrace/event-log';
import { pause } from '../cluster/retrying';
import { KafkaUnreachableError, RequestFailedError } from '../wire/request-failed.errors';
import type { ReadingCluster } from './reading-cluster.port';

/** A partition by the port's name and by the one in the cluster. */
export interface NamedPartition {
  readonly at: TopicPartition;
  readonly physical: TopicPartition;
}

/** A topic that was made a moment ago may be unknown to the broker that is asked first; ms. */
const PAUSES_BETWEEN_LOOKS_MS = [20, 60, 120] as const;

/** @throws TopicUnknownError for the first one that does not exist, after several looks */
export const requireExisting = async (
  cluster: ReadingCluster,
  partitions: readonly NamedPartition[],
): Promise<void> => {
  const topics = new Set(partitions.map(({ physical }) => physical.topic));
  await look(cluster, () => cluster.metadata.learn(topics));
  for (const pauseMs of PAUSES_BETWEEN_LOOKS_MS) {
    if (missing(cluster, partitions) === undefined) return;
    await pause(pauseMs);
    await look(cluster, async () => {
      await cluster.metadata.refresh();
      await cluster.metadata.learn(topics);
    });
  }
  const unknown = missing(cluster, partitions);
  if (unknown !== undefined) throw new TopicUnknownError(unknown.at);
};

/** Whether nobody has answered, so that the next try may succeed. */
export const isTransient = (error: unknown): boolean =>
  error instanceof KafkaUnreachableError ||
  (error instanceof RequestFailedError && error.kind !== 'protocol');

const look = (cluster: ReadingCluster, attempt: () => Promise<void>): Promise<void> =>
  cluster.retrying({
    operation: 'looking topics up',
    attempt,
    judge: (error) => (isTransient(error) ? 'retry' : 'fail'),
  });

const missing = (
  { metadata }: ReadingCluster,
  partitions: readonly NamedPartition[],
): NamedPartition | undefined =>
  partitions.find(
    ({ physical }) => metadata.topic(physical.topic)?.partitions[physical.partition] === undefined,
  );
