/**
 * The compression codecs by name and by number. Their work is synchronous: a batch is at most some
 * MiB, and a trip to another thread costs more than most of them take.
 */
import { type BatchPlace, CompressionUnknownError } from './compression.errors';
import type { CompressionCodec, CompressionName } from './compression-codec';
import { gzipCodec } from './gzip-codec';
import { lz4Codec } from './lz4-codec';
import { snappyCodec } from './snappy-codec';
import { prepareZstd, zstdCodec } from './zstd-codec';

export type { CompressionCodec, CompressionName } from './compression-codec';

/** Most bytes that the records of one batch may take once decompressed, unless told otherwise. */
export const DEFAULT_MAX_DECOMPRESSED_BYTES = 67_108_864;

/** Loads what codecs need; await it when the log opens, before the first batch. */
export const prepareCompression = (): Promise<void> => prepareZstd();

/** @returns undefined for `none` */
export const compressionCodec = (name: CompressionName): CompressionCodec | undefined =>
  byName.get(name);

/**
 * @param id 1 to 4, from the attributes of a batch
 * @param at where the batch stands, for the error
 * @throws CompressionUnknownError any other
 */
export const codecById = (id: number, at?: BatchPlace): CompressionCodec => {
  const codec = byId.get(id);
  if (codec === undefined) throw new CompressionUnknownError(id, at);
  return codec;
};

const codecs: readonly CompressionCodec[] = [gzipCodec, snappyCodec, lz4Codec, zstdCodec];
const byName = new Map<CompressionName, CompressionCodec>(codecs.map((one) => [one.name, one]));
const byId = new Map<number, CompressionCodec>(codecs.map((one) => [one.id, one]));
