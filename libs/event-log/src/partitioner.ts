/**
 * From a routing key to a partition, as Kafka's default partitioner does it.
 */

const M = 0x5bd1e995;
const SEED = 0x9747b28c;

/**
 * Partition of a routing key: `toPositive(murmur2(utf8(key))) % partitions`.
 *
 * @param routingKey the aggregate's id, or the input's key for what is derived
 * @param partitions number of partitions, > 0
 * @returns 0 <= partition < partitions, equal to the Java client's choice for a keyed record
 * Source: Apache Kafka, `Utils.murmur2` and `BuiltInPartitioner.partitionForKey`
 */
export const partitionFor = (routingKey: string, partitions: number): number =>
  (murmur2(Buffer.from(routingKey, 'utf8')) & 0x7fffffff) % partitions;

const murmur2 = (data: Uint8Array): number => {
  const length = data.length;
  let h = SEED ^ length;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    let k = byte(data, i) | (byte(data, i + 1) << 8) | (byte(data, i + 2) << 16);
    k |= byte(data, i + 3) << 24;
    k = Math.imul(k, M);
    k ^= k >>> 24;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  const rest = length - i;
  if (rest >= 3) h ^= byte(data, i + 2) << 16;
  if (rest >= 2) h ^= byte(data, i + 1) << 8;
  if (rest >= 1) h = Math.imul(h ^ byte(data, i), M);
  h ^= h >>> 13;
  h = Math.imul(h, M);
  return h ^ (h >>> 15);
};

const byte = (data: Uint8Array, index: number): number => data[index] ?? 0;
