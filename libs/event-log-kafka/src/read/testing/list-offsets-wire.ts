/** The broker's side of ListOffsets. */
import type { TopicPartition } from '@millrace/event-log';
import { withoutByte } from './fetch-wire';
import type { PartitionModel } from './partition-model';

const ISOLATION_AT = 4;
const READ_COMMITTED = 1;
const EARLIEST = -2;
const UNKNOWN_TOPIC_OR_PARTITION = 3;

/** @returns the answer as it is once decoded */
export const answerListOffsets = (
  bytes: Buffer,
  partitionOf: (at: TopicPartition) => PartitionModel | undefined,
): object => {
  const isCommitted = bytes.readInt8(ISOLATION_AT) === READ_COMMITTED;
  const reader = withoutByte(bytes, ISOLATION_AT);
  reader.int32(); // a consumer
  const responses: object[] = [];
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topic = reader.string() ?? '';
    const partitions: object[] = [];
    for (let count = reader.int32(); count > 0; count--) {
      const partition = reader.int32();
      const held = partitionOf({ topic, partition });
      const end = isCommitted ? held?.stableEnd : held?.nextOffset;
      const offset = reader.int64() === EARLIEST ? held?.startOffset : end;
      const errorCode = held?.listError ?? UNKNOWN_TOPIC_OR_PARTITION;
      partitions.push({ partition, errorCode, offset: String(offset ?? -1) });
    }
    responses.push({ topic, partitions });
  }
  return { responses };
};
