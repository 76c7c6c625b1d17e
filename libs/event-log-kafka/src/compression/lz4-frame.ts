/**
 * Looks through an LZ4 frame without decompressing it: is it whole, and how much comes out of it?
 * Source: lz4 project, "LZ4 Frame Format Description" 1.6 and "LZ4 Block Format Description".
 */

const MAGIC = 0x184d2204;
const MAGIC_BYTES = 4;
const DESCRIPTOR_BYTES = 3;
const VERSION_MASK = 0xc0;
const VERSION = 0x40;
const HAS_INDEPENDENT_BLOCKS = 0x20;
const HAS_BLOCK_CHECKSUM = 0x10;
const HAS_CONTENT_SIZE = 0x08;
const HAS_CONTENT_CHECKSUM = 0x04;
const HAS_DICTIONARY = 0x01;
const CHECKSUM_BYTES = 4;
/** In the length of a block: it stands there as it is. */
const STORED = 0x8000_0000;
/** A match of n bytes takes at least n / 255 bytes. */
const MAX_RATIO = 255;
const EXTENDED = 15;
const MIN_MATCH = 4;
const MATCH_DISTANCE_BYTES = 2;

/** One block of a frame. */
export interface Lz4Block {
  readonly from: number;
  readonly to: number;
  /** It stands there as it is, not compressed. */
  readonly isStored: boolean;
  /** Not more than this comes out of it. */
  readonly boundBytes: number;
}

/** What a frame is made of. */
export interface Lz4Frame {
  readonly blocks: readonly Lz4Block[];
  /** Each block can be decompressed by itself, and nothing but blocks is in the frame. */
  readonly isPlain: boolean;
  /** Not more than this comes out of it. */
  readonly boundBytes: number;
}

/** @returns undefined when the bytes are no frame, or end before the frame does */
export const lz4FrameOf = (bytes: Buffer): Lz4Frame | undefined => {
  if (bytes.length < MAGIC_BYTES + DESCRIPTOR_BYTES || bytes.readUInt32LE(0) !== MAGIC) {
    return undefined;
  }
  const flags = bytes.readUInt8(MAGIC_BYTES);
  if ((flags & VERSION_MASK) !== VERSION) return undefined;
  const blocks = blocksOf(bytes, flags);
  if (blocks === undefined) return undefined;
  const isPlain = (flags & ~HAS_CONTENT_SIZE) === (VERSION | HAS_INDEPENDENT_BLOCKS);
  return { blocks, isPlain, boundBytes: blocks.reduce((sum, one) => sum + one.boundBytes, 0) };
};

/** Bytes that a frame decompresses to; goes through all of it. */
export const lz4ExactBytes = (bytes: Buffer, { blocks }: Lz4Frame): number =>
  blocks.reduce((sum, block) => sum + exactBytes(bytes, block), 0);

const blocksOf = (bytes: Buffer, flags: number): readonly Lz4Block[] | undefined => {
  const maxBlockBytes = 2 ** (8 + 2 * ((bytes.readUInt8(MAGIC_BYTES + 1) >> 4) & 7));
  const blockTail = flags & HAS_BLOCK_CHECKSUM ? CHECKSUM_BYTES : 0;
  const frameTail = flags & HAS_CONTENT_CHECKSUM ? CHECKSUM_BYTES : 0;
  const blocks: Lz4Block[] = [];
  let at = MAGIC_BYTES + DESCRIPTOR_BYTES;
  if (flags & HAS_CONTENT_SIZE) at += 8;
  if (flags & HAS_DICTIONARY) at += 4;
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    at += 4;
    if (length === 0) return at + frameTail <= bytes.length ? blocks : undefined;
    const isStored = length >= STORED;
    const size = isStored ? length - STORED : length;
    const boundBytes = isStored ? size : Math.min(maxBlockBytes, size * MAX_RATIO);
    blocks.push({ from: at, to: at + size, isStored, boundBytes });
    at += size + blockTail;
  }
  return undefined;
};

// Sequences of literals and matches; the last one ends with its literals.
const exactBytes = (bytes: Buffer, block: Lz4Block): number => {
  if (block.isStored) return block.boundBytes;
  const { from, to } = block;
  let at = from;
  let total = 0;
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble < EXTENDED) return length;
    for (let byte = 255; byte === 255 && at < to; ) {
      byte = bytes[at++] ?? 0;
      length += byte;
    }
    return length;
  };
  while (at < to) {
    const token = bytes[at++] ?? 0;
    const literals = lengthFrom(token >> 4);
    at += literals;
    total += literals;
    if (at >= to) break;
    at += MATCH_DISTANCE_BYTES;
    total += lengthFrom(token & 15) + MIN_MATCH;
  }
  return total;
};
