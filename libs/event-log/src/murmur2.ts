/**
 * Murmur2 as Kafka's Java client computes it: 32 bits, fixed seed.
 */

const M = 0x5bd1e995;
const SEED = 0x9747b28c;

/**
 * Hash of bytes.
 *
 * @returns signed 32-bit integer
 * Source: Apache Kafka, `org.apache.kafka.common.utils.Utils.murmur2`
 */
export const murmur2 = (data: Uint8Array, length: number = data.length): number => {
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
