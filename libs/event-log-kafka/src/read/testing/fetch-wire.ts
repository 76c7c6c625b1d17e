/** The broker's side of Fetch v11: reads requests, writes answers. */
import Encoder = require('kafkajs/src/protocol/encoder');

import type { FetchPosition, FetchRequest } from '../../wire/fetch-call';
import { WireReader } from '../../wire/wire-reader';
import type { PartitionModel } from './partition-model';

/** What a broker answers for one partition. */
export interface PartitionAnswer extends FetchPosition {
  readonly errorCode: number;
  readonly held: PartitionModel | undefined;
  readonly bytes: Buffer;
  readonly nearReplica: number;
}

const ISOLATION_AT = 16;

export const readFetchRequest = (bytes: Buffer): FetchRequest => {
  const reader = withoutByte(bytes, ISOLATION_AT);
  reader.int32(); // a consumer
  const maxWaitMs = reader.int32();
  const minBytes = reader.int32();
  const maxBytes = reader.int32();
  reader.int32(); // no session
  reader.int32();
  const positions: FetchPosition[] = [];
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topic = reader.string() ?? '';
    for (let count = reader.int32(); count > 0; count--) {
      const partition = reader.int32();
      reader.int32();
      const offset = reader.int64();
      reader.int64();
      positions.push({ topic, partition, offset, maxBytes: reader.int32() });
    }
  }
  reader.int32(); // nothing to forget
  return { positions, maxWaitMs, minBytes, maxBytes, rackId: reader.string() ?? '' };
};

export const answerBytes = (answers: readonly PartitionAnswer[]): Buffer => {
  const encoder = new Encoder().writeInt32(0).writeInt16(0).writeInt32(0);
  encoder.writeInt32(answers.length);
  for (const { topic, partition, offset, errorCode, held, bytes, nearReplica } of answers) {
    encoder.writeString(topic).writeInt32(1).writeInt32(partition).writeInt16(errorCode);
    encoder.writeInt64(held?.nextOffset ?? -1).writeInt64(held?.stableEnd ?? -1);
    encoder.writeInt64(held?.startOffset ?? -1);
    const aborted = (held?.aborted ?? []).filter(({ markerOffset }) => markerOffset >= offset);
    encoder.writeInt32(aborted.length);
    for (const { producerId, firstOffset } of aborted) {
      encoder.writeInt64(producerId).writeInt64(firstOffset);
    }
    encoder.writeInt32(nearReplica).writeInt32(bytes.length).writeBuffer(bytes);
  }
  return encoder.buffer;
};

/** Over the bytes without one of them, which is an int8. */
export const withoutByte = (bytes: Buffer, at: number): WireReader =>
  new WireReader(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]));
