/**
 * From a routing key to a partition, as Kafka's default partitioner does it.
 */
import { murmur2 } from './murmur2';

const SCRATCH_BYTES = 256;
const scratch = new Uint8Array(SCRATCH_BYTES);

/**
 * Partition of a routing key: `toPositive(murmur2(utf8(key))) % partitions`.
 *
 * @param routingKey the aggregate's id, or the input's key for what is derived
 * @param partitions number of partitions, > 0
 * @returns 0 <= partition < partitions, equal to the Java client's choice for a keyed record
 * Source: Apache Kafka, `Utils.murmur2` and `BuiltInPartitioner.partitionForKey`
 */
export const partitionFor = (routingKey: string, partitions: number): number =>
  (hashOf(routingKey) & 0x7fffffff) % partitions;

// Ids are short ASCII: copying them here costs a fifth of a Buffer.from for each.
const hashOf = (routingKey: string): number => {
  const length = routingKey.length;
  if (length > SCRATCH_BYTES) return murmur2(Buffer.from(routingKey, 'utf8'));
  for (let i = 0; i < length; i++) {
    const unit = routingKey.charCodeAt(i);
    if (unit > 0x7f) return murmur2(Buffer.from(routingKey, 'utf8'));
    scratch[i] = unit;
  }
  return murmur2(scratch, length);
};
