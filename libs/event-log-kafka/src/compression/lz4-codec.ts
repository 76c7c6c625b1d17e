/**
 * LZ4 frames. What is written has independent blocks and no checksums, as Kafka's Java client
 * writes and needs them (it refuses blocks that depend on one another).
 */
import { compressFrameSync, decompressFrameSync, uncompressSync } from 'lz4-napi';
import { aboveLimit, CompressionFailedError } from './compression.errors';
import type { CompressionCodec } from './compression-codec';
import { type Lz4Block, type Lz4Frame, lz4ExactBytes, lz4FrameOf } from './lz4-frame';

/** In front of a block, for the native call: the room that it takes. */
const ROOM_BYTES = 4;

export const lz4Codec: CompressionCodec = {
  name: 'lz4',
  id: 3,
  compress: (bytes) => compressFrameSync(bytes),
  decompress: (bytes, limitBytes) => {
    const frame = lz4FrameOf(bytes);
    if (frame === undefined) throw new CompressionFailedError('lz4', 'this is no whole frame');
    // The native calls know no limit: what they will need is known before they are made.
    const { boundBytes } = frame;
    const roomBytes = boundBytes > limitBytes ? lz4ExactBytes(bytes, frame) : boundBytes;
    if (roomBytes > limitBytes) throw aboveLimit('lz4', limitBytes);
    try {
      return frame.isPlain ? decompressBlocks(bytes, frame, roomBytes) : decompressFrameSync(bytes);
    } catch (cause) {
      throw new CompressionFailedError('lz4', 'the bytes cannot be decompressed', cause);
    }
  },
};

// One call for the frame allocates for the whole of it, and that memory comes back at the next
// collection only: fresh pages each time cost ten times the work itself (measured, 780 kB).
const decompressBlocks = (bytes: Buffer, { blocks }: Lz4Frame, roomBytes: number): Buffer => {
  const all = Buffer.allocUnsafeSlow(roomBytes);
  let at = 0;
  for (const block of blocks) {
    const part = block.isStored ? bytes.subarray(block.from, block.to) : decompress(bytes, block);
    at += part.copy(all, at);
  }
  return all.subarray(0, at);
};

const decompress = (bytes: Buffer, { from, to, boundBytes }: Lz4Block): Buffer => {
  const input = Buffer.allocUnsafe(ROOM_BYTES + to - from);
  input.writeUInt32LE(boundBytes, 0);
  bytes.copy(input, ROOM_BYTES, from, to);
  return uncompressSync(input);
};
