/**
 * Looks through Zstandard frames without decompressing them: are they whole, and how much can come
 * out of each? Source: RFC 8878, sections 3.1.1 and 3.1.2.
 */

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_VARIANTS = 16;
const MAGIC_BYTES = 4;
const SINGLE_SEGMENT = 0x20;
const HAS_CHECKSUM = 0x04;
const CHECKSUM_BYTES = 4;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const BLOCK_HEAD_BYTES = 3;
const MAX_BLOCK_BYTES = 131_072;
const RAW = 0;
const RUN_LENGTH = 1;
const RESERVED = 3;

/** One frame of data; skippable ones are left out. */
export interface ZstdFrame {
  readonly from: number;
  readonly to: number;
  /** What the frame says that it holds; undefined when it does not say. */
  readonly contentBytes: number | undefined;
  /** Not more than this comes out of it. */
  readonly boundBytes: number;
}

/** @returns undefined when the bytes are something else, or end within a frame */
export const zstdFrames = (bytes: Buffer): readonly ZstdFrame[] | undefined => {
  if (bytes.length === 0) return undefined;
  const frames: ZstdFrame[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + MAGIC_BYTES * 2 > bytes.length) return undefined;
    const magic = bytes.readUInt32LE(at);
    if (magic >= SKIPPABLE_MAGIC && magic < SKIPPABLE_MAGIC + SKIPPABLE_VARIANTS) {
      at += MAGIC_BYTES * 2 + bytes.readUInt32LE(at + MAGIC_BYTES);
      if (at > bytes.length) return undefined;
      continue;
    }
    const frame = magic === MAGIC ? frameAt(bytes, at) : undefined;
    if (frame === undefined) return undefined;
    frames.push(frame);
    at = frame.to;
  }
  return frames;
};

const frameAt = (bytes: Buffer, from: number): ZstdFrame | undefined => {
  const descriptor = bytes[from + MAGIC_BYTES] ?? 0;
  const isSingle = (descriptor & SINGLE_SEGMENT) !== 0;
  const dictionaryBytes = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
  const sizeAt = from + MAGIC_BYTES + 1 + (isSingle ? 0 : 1) + dictionaryBytes;
  const flag = descriptor >> 6;
  const sizeBytes = flag === 0 && isSingle ? 1 : (CONTENT_SIZE_BYTES[flag] ?? 0);
  const blocks = blocksFrom(bytes, sizeAt + sizeBytes);
  if (blocks === undefined) return undefined;
  const to = blocks.end + (descriptor & HAS_CHECKSUM ? CHECKSUM_BYTES : 0);
  if (to > bytes.length) return undefined;
  const contentBytes = contentSize(bytes, sizeAt, sizeBytes);
  return { from, to, contentBytes, boundBytes: contentBytes ?? blocks.boundBytes };
};

const contentSize = (bytes: Buffer, at: number, sizeBytes: number): number | undefined => {
  switch (sizeBytes) {
    case 1:
      return bytes.readUInt8(at);
    case 2:
      return bytes.readUInt16LE(at) + 256;
    case 4:
      return bytes.readUInt32LE(at);
    case 8:
      return Number(bytes.readBigUInt64LE(at));
    default:
      return undefined;
  }
};

const blocksFrom = (bytes: Buffer, from: number) => {
  let at = from;
  let boundBytes = 0;
  for (;;) {
    if (at + BLOCK_HEAD_BYTES > bytes.length) return undefined;
    const head = bytes.readUIntLE(at, BLOCK_HEAD_BYTES);
    const type = (head >> 1) & 3;
    const size = head >> 3;
    if (type === RESERVED) return undefined;
    at += BLOCK_HEAD_BYTES + (type === RUN_LENGTH ? 1 : size);
    boundBytes += type === RAW || type === RUN_LENGTH ? size : MAX_BLOCK_BYTES;
    if ((head & 1) === 1) return at <= bytes.length ? { end: at, boundBytes } : undefined;
  }
};
