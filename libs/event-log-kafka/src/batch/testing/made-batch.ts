/**
 * Record batches for tests, field by field: compacted ones, markers, foreign and broken ones. It is
 * written for plainness and shares nothing with the builder but the checksum.
 */
import { crc32c } from '@node-rs/crc32';

/** A record as it stands in a batch. */
export interface MadeRecord {
  readonly offsetDelta: number;
  readonly timestampDelta?: number;
  readonly key?: string | Uint8Array | null;
  readonly value?: string | Uint8Array | null;
  readonly headers?: readonly (readonly [string, string | null])[];
}

/** A batch; what is left out is as an unremarkable producer writes it. */
export interface MadeBatch {
  readonly baseOffset?: number;
  readonly lastOffsetDelta?: number;
  readonly attributes?: number;
  readonly producerId?: number;
  readonly firstTimestampMs?: number;
  readonly maxTimestampMs?: number;
  readonly magic?: number;
  /** Default: the records that are there. */
  readonly count?: number;
  readonly records: readonly MadeRecord[];
  /** Stands where the records would stand. */
  readonly body?: Buffer;
}

/** The bytes of a batch. */
export const madeBatch = (batch: MadeBatch): Buffer => {
  const { records } = batch;
  const firstTimestampMs = batch.firstTimestampMs ?? 1_700_000_000_000;
  const body = batch.body ?? Buffer.concat(records.map(madeRecord));
  const checked = Buffer.concat([
    int(batch.attributes ?? 0, 2),
    int(batch.lastOffsetDelta ?? records.at(-1)?.offsetDelta ?? 0, 4),
    int(firstTimestampMs, 8),
    int(batch.maxTimestampMs ?? firstTimestampMs, 8),
    int(batch.producerId ?? -1, 8),
    int(-1, 2),
    int(-1, 4),
    int(batch.count ?? records.length, 4),
    body,
  ]);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32c(checked));
  const rest = Buffer.concat([int(5, 4), int(batch.magic ?? 2, 1), crc, checked]);
  return Buffer.concat([int(batch.baseOffset ?? 0, 8), int(rest.length, 4), rest]);
};

/** The marker that ends a transaction; type 0 is abort, 1 commit. */
export const madeMarker = (marker: {
  readonly baseOffset: number;
  readonly producerId: number;
  readonly type: number;
}): Buffer => {
  const { baseOffset, producerId, type } = marker;
  const key = Buffer.concat([int(0, 2), int(type, 2)]);
  const records = [{ offsetDelta: 0, key, value: Buffer.alloc(6) }];
  return madeBatch({ baseOffset, producerId, attributes: 0x30, records });
};

const madeRecord = (record: MadeRecord): Buffer => {
  const { offsetDelta, timestampDelta = 0, key = null, value = null, headers = [] } = record;
  const body = Buffer.concat([
    int(0, 1),
    varint(timestampDelta),
    varint(offsetDelta),
    data(key),
    data(value),
    varint(headers.length),
    ...headers.flatMap(([name, text]) => [data(name), data(text)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
};

const data = (value: string | Uint8Array | null): Buffer => {
  if (value === null) return varint(-1);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(bytes.length), bytes]);
};

/** Zigzag varint. */
export const varint = (value: number): Buffer => {
  let rest = value < 0 ? -2n * BigInt(value) - 1n : 2n * BigInt(value);
  const bytes: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
};

const int = (value: number, size: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes.subarray(8 - size);
};
