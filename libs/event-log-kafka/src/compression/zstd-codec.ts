/**
 * Zstandard: by Node's zlib where it has it (from 22.15), else by zstd compiled to WebAssembly.
 *
 * Kafka's Java client streams, so its frames do not say how much they hold; the room that WebAssembly
 * needs is found by a look through the frame's blocks.
 */
import zlib = require('node:zlib');

import { aboveLimit, CompressionFailedError } from './compression.errors';
import type { CompressionCodec } from './compression-codec';
import { isAboveOutputLimit } from './output-limit';
import { type ZstdFrame, zstdFrames } from './zstd-frame';

/** One way to run zstd. */
interface ZstdEngine {
  readonly compress: (bytes: Buffer) => Buffer;
  /** @returns undefined when what one frame holds is larger than the room */
  readonly decompress: (frame: Buffer, roomBytes: number) => Buffer | undefined;
}

const LEVEL = 3;
/** zstd's ZSTD_error_dstSize_tooSmall, in the words of its WebAssembly wrapper. */
const ROOM_TOO_SMALL = /code -70$/;

let engine: ZstdEngine | undefined;
let preparing: Promise<void> | undefined;

/** Makes zstd ready; the same promise each time. */
export const prepareZstd = (): Promise<void> => {
  preparing ??= (async () => {
    engine = engineOfNode() ?? (await engineOfWasm());
  })();
  return preparing;
};

export const zstdCodec: CompressionCodec = {
  name: 'zstd',
  id: 4,
  compress: (bytes) => ready().compress(bytes),
  decompress: (bytes, limitBytes) => {
    const frames = zstdFrames(bytes);
    if (frames === undefined) throw new CompressionFailedError('zstd', 'these are no whole frames');
    const parts: Buffer[] = [];
    let left = limitBytes;
    for (const frame of frames) {
      const part = decompressFrame(bytes, frame, left);
      if (part === undefined) throw aboveLimit('zstd', limitBytes);
      left -= part.length;
      parts.push(part);
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  },
};

// undefined: more than the limit would come out.
const decompressFrame = (bytes: Buffer, frame: ZstdFrame, limitBytes: number) => {
  const { from, to, contentBytes, boundBytes } = frame;
  if (contentBytes !== undefined && contentBytes > limitBytes) return undefined;
  const { decompress } = ready();
  try {
    const content = decompress(bytes.subarray(from, to), Math.min(boundBytes, limitBytes));
    if (content !== undefined || boundBytes > limitBytes) return content;
  } catch (cause) {
    throw new CompressionFailedError('zstd', 'the bytes cannot be decompressed', cause);
  }
  throw new CompressionFailedError('zstd', 'a frame holds more than it says');
};

const ready = (): ZstdEngine => {
  if (engine === undefined)
    throw new Error('prepareCompression was not awaited before zstd is used');
  return engine;
};

const engineOfNode = (): ZstdEngine | undefined => {
  const compress: unknown = Reflect.get(zlib, 'zstdCompressSync');
  const decompress: unknown = Reflect.get(zlib, 'zstdDecompressSync');
  if (typeof compress !== 'function' || typeof decompress !== 'function') return undefined;
  return {
    compress: (bytes) => compress(bytes),
    decompress: (frame, roomBytes) => {
      try {
        return decompress(frame, { maxOutputLength: Math.max(1, roomBytes) });
      } catch (error) {
        if (isAboveOutputLimit(error)) return undefined;
        throw error;
      }
    },
  };
};

const engineOfWasm = async (): Promise<ZstdEngine> => {
  const wasm = await import('@bokuweb/zstd-wasm');
  await wasm.init();
  return {
    compress: (bytes) => viewOf(wasm.compress(bytes, LEVEL)),
    decompress: (frame, roomBytes) => {
      try {
        return viewOf(wasm.decompress(frame, { defaultHeapSize: roomBytes }));
      } catch (error) {
        if (error instanceof Error && ROOM_TOO_SMALL.test(error.message)) return undefined;
        throw error;
      }
    },
  };
};

const viewOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
