/**
 * Keys of the LevelDB database. Numbers in them are big endian, so that keys sort by them.
 *
 * `b` topic id u16, partition u16, base offset u64 → a stored batch · `m` name → settings of the
 * log · `t` topic → its declaration · `p` topic id, partition → bounds of the partition ·
 * `w` writer id → its epoch · `g` group, topic, partition → a published position
 */
import { crc32 } from 'node:zlib';

const TWO_POW_32 = 4_294_967_296;
const BATCH_KEY_BYTES = 13;

/** Key of a stored batch. */
export const batchKey = (topicId: number, partition: number, offset: number): Buffer => {
  const key = Buffer.allocUnsafe(BATCH_KEY_BYTES);
  key[0] = 0x62;
  key.writeUInt16BE(topicId, 1);
  key.writeUInt16BE(partition, 3);
  key.writeUInt32BE(Math.floor(offset / TWO_POW_32), 5);
  key.writeUInt32BE(offset % TWO_POW_32, 9);
  return key;
};

/** Base offset in the key of a stored batch. */
export const offsetInKey = (key: Uint8Array): number => {
  const view = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return view.readUInt32BE(5) * TWO_POW_32 + view.readUInt32BE(9);
};

/** Seed of the checksum of the batch under this key. */
export const checksumSeed = (key: Uint8Array): number => crc32(key);

/** Key of a value that is not a batch: a letter and texts. */
export const namedKey = (kind: 'm' | 't' | 'p' | 'w' | 'g', ...names: readonly string[]): Buffer =>
  Buffer.from(`${kind}${names.join('\u0000')}`, 'utf8');

/** The names in such a key. */
export const namesInKey = (key: Uint8Array): readonly string[] =>
  Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('utf8', 1).split('\u0000');

/** First key after all keys of a kind. */
export const endOfKind = (kind: 'm' | 't' | 'p' | 'w' | 'g'): Buffer =>
  Buffer.from([kind.charCodeAt(0) + 1]);
