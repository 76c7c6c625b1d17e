/** Where the partitions of a topic end: for committed readers and for all (ListOffsets, version 2). */
import { askBroker, type BrokerAddress } from './ask-broker';
import { clusterView } from './cluster-view';
import { WireWriter } from './wire-bytes';

/** Offsets of one partition. */
export interface PartitionEnd {
  readonly partition: number;
  /** Of the first record that is still there. */
  readonly first: number;
  /** One past the last record that a committed reader may see: the last stable offset. */
  readonly stableEnd: number;
  /** One past the last replicated record: the high watermark. */
  readonly end: number;
}

const LIST_OFFSETS = 2;
const EARLIEST = -2;
const LATEST = -1;
const UNCOMMITTED = 0;
const COMMITTED = 1;

/** @returns ascending by partition. @throws Error when the topic or a leader is missing */
export const topicEnds = async (
  address: BrokerAddress,
  topic: string,
): Promise<readonly PartitionEnd[]> => {
  const { brokers, partitions } = await clusterView(address);
  const wanted = partitions.filter((partition) => partition.topic === topic);
  if (wanted.length === 0) throw new Error(`topic ${topic} does not exist`);
  const ends = await Promise.all(
    wanted.map(async ({ partition, leader }) => {
      const broker = brokers.find(({ nodeId }) => nodeId === leader);
      if (broker === undefined) throw new Error(`${topic}/${partition} has no leader`);
      const offsetOf = (isolation: number, timestamp: number): Promise<number> =>
        offsetAt(broker, { topic, partition, isolation, timestamp });
      const first = await offsetOf(UNCOMMITTED, EARLIEST);
      const stableEnd = await offsetOf(COMMITTED, LATEST);
      return { partition, first, stableEnd, end: await offsetOf(UNCOMMITTED, LATEST) };
    }),
  );
  return ends.toSorted((one, other) => one.partition - other.partition);
};

interface OffsetQuestion {
  readonly topic: string;
  readonly partition: number;
  readonly isolation: number;
  readonly timestamp: number;
}

const offsetAt = async (
  broker: BrokerAddress,
  { topic, partition, isolation, timestamp }: OffsetQuestion,
): Promise<number> => {
  const body = new WireWriter().int32(-1).int8(isolation);
  body.int32(1).string(topic).int32(1).int32(partition).int64(timestamp);
  const reader = await askBroker(broker, { apiKey: LIST_OFFSETS, version: 2, body });
  reader.int32(); // throttle time
  const answers = reader.array(() => {
    reader.string();
    return reader.array(() => {
      reader.int32(); // partition
      const error = reader.int16();
      reader.int64(); // timestamp
      return { error, offset: reader.int64() };
    });
  });
  const answer = answers.flat()[0];
  if (answer === undefined || answer.error !== 0) {
    throw new Error(`${topic}/${partition}: ListOffsets answers error ${answer?.error ?? 'none'}`);
  }
  return answer.offset;
};
