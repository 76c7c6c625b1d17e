/**
 * Retention of one partition: whole batches whose newest record is too old go, from the start on.
 */
import { batchKey } from './level-keys';
import type { Change } from './level-store';
import type { PartitionLog } from './partition-log';
import { boundsChange } from './topic-catalogue';

/**
 * Removes what is too old, as far as one read goes.
 *
 * @param beforeMs batches whose records were all appended before this time go
 * @param write makes changes durable
 * @returns bytes removed; 0 when nothing is left to remove
 */
export const removeOldBatches = async (
  partition: PartitionLog,
  beforeMs: number,
  write: (changes: readonly Change[]) => Promise<unknown>,
): Promise<number> => {
  const { topicId, partition: number, loader } = partition;
  if (partition.startOffset() >= partition.endOffset()) return 0;
  const changes: Change[] = [];
  let removedBytes = 0;
  let startOffset = partition.startOffset();
  for (const batch of await loader.first(startOffset, partition.endOffset())) {
    if (batch.newestMs >= beforeMs) break;
    changes.push({ key: batchKey(topicId, number, batch.baseOffset), value: undefined });
    removedBytes += batch.bytes.length;
    startOffset = batch.nextOffset;
  }
  if (changes.length === 0) return 0;
  // Readers are told first: what they then miss is out of range, not damaged.
  partition.moveStart(startOffset);
  await write([...changes, boundsChange(partition, partition.bounds())]);
  return removedBytes;
};
