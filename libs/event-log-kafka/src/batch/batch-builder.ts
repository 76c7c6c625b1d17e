/**
 * Encodes the records that one commit has for one partition into one record batch v2. There is no
 * object per record; each record is copied when it is added.
 */

import { InvalidRecordError, type RecordHeaders, type RecordToAppend } from '@millrace/event-log';
import { crc32c } from '@node-rs/crc32';
import type { CompressionCodec } from '../compression/compression-codec';
import {
  ATTRIBUTES_AT,
  BASE_OFFSET_AT,
  BASE_SEQUENCE_AT,
  CHECKED_FROM,
  COUNT_AT,
  CRC_AT,
  FIRST_TIMESTAMP_AT,
  LAST_OFFSET_DELTA_AT,
  LEADER_EPOCH_AT,
  LENGTH_AT,
  LENGTH_COUNTS_FROM,
  MAGIC,
  MAGIC_AT,
  MAX_TIMESTAMP_AT,
  PRODUCER_EPOCH_AT,
  PRODUCER_ID_AT,
  RECORDS_AT,
  TRANSACTIONAL_BIT,
  writeInt64,
} from './batch-layout';
import { ByteWriter } from './byte-writer';
import { headerName, keepHeaderName } from './header-names';

const DEFAULT_INITIAL_BYTES = 16_384;
/** Two lengths or counts in front, 5 bytes each, with a byte for attributes and timestamp each. */
const RECORD_HEAD_BYTES = 12;
const UNKNOWN_LEADER_EPOCH = -1;

/** What distinguishes one sending of a batch from another. */
export interface BatchStamp {
  /** -1 without idempotence; then epoch and sequence are -1 too. */
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Sequence number of the first record. */
  readonly baseSequence: number;
  readonly transactional: boolean;
  /** Time of every record, ms since 1970 UTC. */
  readonly timestampMs: number;
  readonly codec: CompressionCodec | undefined;
}

/** A batch under construction. */
export class BatchBuilder {
  readonly #writer: ByteWriter;
  #count = 0;
  /** Bytes that the length of the last record took. */
  #lengthBytes = 2;

  /** @param options `initialBytes`: expected size, so that nothing is copied on the way */
  constructor(options?: { readonly initialBytes?: number }) {
    const initialBytes = Math.max(RECORDS_AT, options?.initialBytes ?? DEFAULT_INITIAL_BYTES);
    this.#writer = new ByteWriter(initialBytes, RECORDS_AT);
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of the batch so far, with its head, not compressed. */
  get sizeBytes(): number {
    return this.#writer.at;
  }

  /**
   * Copies a record into the batch; topic and partition are the caller's to group by.
   * @throws BatchTooLargeError above 2 GiB
   */
  add(record: RecordToAppend): void {
    const writer = this.#writer;
    writer.reserve(RECORD_HEAD_BYTES);
    const start = writer.at;
    const width = this.#lengthBytes;
    const { bytes } = writer;
    bytes[start + width] = 0;
    bytes[start + width + 1] = 0;
    writer.at = start + width + 2;
    writer.varint(this.#count);
    writer.data(record.key);
    writer.data(record.value);
    this.#putHeaders(record.headers);
    this.#lengthBytes = writer.prefix(start, width, writer.at - start - width);
    this.#count++;
  }

  /**
   * The whole batch. The first call gives the builder's own buffer, a further one (for a writer
   * that was opened anew) a copy: what was handed out is not touched again.
   *
   * @throws InvalidRecordError no record was added
   */
  build(stamp: BatchStamp): Buffer {
    if (this.#count === 0) throw new InvalidRecordError('a record batch needs a record');
    const { codec } = stamp;
    const batch = codec === undefined ? this.#whole() : this.#compressed(codec);
    batch.writeInt32BE(batch.length - LENGTH_COUNTS_FROM, LENGTH_AT);
    writeInt64(batch, 0, BASE_OFFSET_AT);
    batch.writeInt32BE(UNKNOWN_LEADER_EPOCH, LEADER_EPOCH_AT);
    batch.writeInt8(MAGIC, MAGIC_AT);
    const attributes = (codec?.id ?? 0) | (stamp.transactional ? TRANSACTIONAL_BIT : 0);
    batch.writeInt16BE(attributes, ATTRIBUTES_AT);
    batch.writeInt32BE(this.#count - 1, LAST_OFFSET_DELTA_AT);
    writeInt64(batch, stamp.timestampMs, FIRST_TIMESTAMP_AT);
    writeInt64(batch, stamp.timestampMs, MAX_TIMESTAMP_AT);
    writeInt64(batch, stamp.producerId, PRODUCER_ID_AT);
    batch.writeInt16BE(stamp.producerEpoch, PRODUCER_EPOCH_AT);
    batch.writeInt32BE(stamp.baseSequence, BASE_SEQUENCE_AT);
    batch.writeInt32BE(this.#count, COUNT_AT);
    batch.writeUInt32BE(crc32c(batch.subarray(CHECKED_FROM)), CRC_AT);
    return batch;
  }

  #putHeaders(headers: RecordHeaders | undefined): void {
    const writer = this.#writer;
    writer.reserve(1);
    const start = writer.at++;
    let count = 0;
    for (const name in headers) {
      this.#putName(name);
      writer.text(headers[name] ?? '');
      count++;
    }
    // Room for a longer count and for the length of the record, should they not be as guessed.
    writer.reserve(RECORD_HEAD_BYTES);
    writer.prefix(start, 1, count);
  }

  #putName(name: string): void {
    const writer = this.#writer;
    const known = headerName(name);
    if (known !== undefined) {
      writer.raw(known);
      return;
    }
    const from = writer.at;
    writer.text(name);
    keepHeaderName(name, writer.bytes.subarray(from, writer.at));
  }

  #whole(): Buffer {
    const writer = this.#writer;
    const view = writer.bytes.subarray(0, writer.at);
    if (writer.isHandedOut) return Buffer.from(view);
    writer.handOut();
    return view;
  }

  #compressed(codec: CompressionCodec): Buffer {
    const { bytes, at } = this.#writer;
    const body = codec.compress(bytes.subarray(RECORDS_AT, at));
    const batch = Buffer.allocUnsafeSlow(RECORDS_AT + body.length);
    body.copy(batch, RECORDS_AT);
    return batch;
  }
}
