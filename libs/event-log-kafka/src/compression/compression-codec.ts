/**
 * What a compression codec is. Source: Kafka documentation, "Record Batch", attributes bits 0 to 2.
 */

/** Compression of a producer's batches, by the names of Kafka's `compression.type`. */
export type CompressionName = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** Compresses and decompresses the records of a batch, synchronously. */
export interface CompressionCodec {
  readonly name: Exclude<CompressionName, 'none'>;
  /** As it stands in the attributes of a batch. */
  readonly id: 1 | 2 | 3 | 4;
  /** In the form that Kafka's Java client reads. */
  compress(bytes: Buffer): Buffer;
  /**
   * @param limitBytes most bytes that may come out; not more than about that is ever allocated
   * @throws BatchTooLargeError above the limit
   * @throws CompressionFailedError the bytes are not of this codec, or end too early
   */
  decompress(bytes: Buffer, limitBytes: number): Buffer;
}
