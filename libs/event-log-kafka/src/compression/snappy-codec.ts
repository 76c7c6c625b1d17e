/**
 * Snappy in the framing of Kafka's Java client (xerial's snappy-java): a head of 16 bytes, then
 * blocks with their length in front. librdkafka and Go clients write one raw block without a head;
 * both are read. Source: xerial/snappy-java, "SnappyOutputStream"; google/snappy,
 * "format_description.txt" section 1 (the preamble that gives the length).
 */
import { compressSync, uncompressSync } from 'snappy';
import { aboveLimit, CompressionFailedError } from './compression.errors';
import type { CompressionCodec } from './compression-codec';

const HEAD = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
const MAGIC_BYTES = 8;
/** The magic's first four bytes, where the length of a block would stand. */
const MAGIC_AS_LENGTH = HEAD.readInt32BE(0);
const BLOCK_BYTES = 32_768;
const LENGTH_BYTES = 4;
const MAX_PREAMBLE_BYTES = 5;
/**
 * Results in memory of Node: memory that the codec allocates is given back at the next collection
 * only, and fresh pages for each block cost seven times the work itself (measured, 32 KiB blocks).
 */
const COPIED = { asBuffer: true, copyOutputData: true } as const;

export const snappyCodec: CompressionCodec = {
  name: 'snappy',
  id: 2,
  compress: (bytes) => {
    const parts: Buffer[] = [HEAD];
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const block = compressSync(bytes.subarray(at, at + BLOCK_BYTES), COPIED);
      const length = Buffer.allocUnsafe(LENGTH_BYTES);
      length.writeInt32BE(block.length, 0);
      parts.push(length, block);
    }
    return Buffer.concat(parts);
  },
  decompress: (bytes, limitBytes) => {
    const blocks = blocksOf(bytes);
    let total = 0;
    for (const block of blocks) total += decompressedBytes(block);
    if (total > limitBytes) throw aboveLimit('snappy', limitBytes);
    const all = Buffer.allocUnsafeSlow(total);
    let at = 0;
    for (const block of blocks) at += decompressBlock(block).copy(all, at);
    return all;
  },
};

const blocksOf = (bytes: Buffer): readonly Buffer[] => {
  if (!isFramed(bytes)) return [bytes];
  const blocks: Buffer[] = [];
  let at = HEAD.length;
  while (at < bytes.length) {
    if (at + LENGTH_BYTES > bytes.length) throw cutShort();
    const length = bytes.readInt32BE(at);
    // Streams that were joined have a head again, in place of a block.
    if (length === MAGIC_AS_LENGTH) {
      at += HEAD.length;
      continue;
    }
    at += LENGTH_BYTES;
    if (length < 0 || at + length > bytes.length) throw cutShort();
    blocks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return blocks;
};

// The versions that follow the magic are not looked at, as in the Java client.
const isFramed = (bytes: Buffer): boolean =>
  bytes.length >= HEAD.length && bytes.compare(HEAD, 0, MAGIC_BYTES, 0, MAGIC_BYTES) === 0;

const decompressedBytes = (block: Buffer): number => {
  let length = 0;
  for (let i = 0; i < MAX_PREAMBLE_BYTES; i++) {
    const byte = block[i];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return length;
  }
  throw new CompressionFailedError('snappy', 'a block does not begin with its length');
};

const decompressBlock = (block: Buffer): Buffer => {
  try {
    const found = uncompressSync(block, COPIED);
    return typeof found === 'string' ? Buffer.from(found) : found;
  } catch (cause) {
    throw new CompressionFailedError('snappy', 'the bytes cannot be decompressed', cause);
  }
};

const cutShort = () => new CompressionFailedError('snappy', 'the bytes end within a block');
