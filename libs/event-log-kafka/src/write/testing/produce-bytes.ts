/** Produce requests read, and their answers written, as a broker does. Source: `produce-call.ts`. */
import { BASE_SEQUENCE_AT, COUNT_AT, PRODUCER_ID_AT, readInt64 } from '../../batch/batch-layout';
import { WireReader } from '../../wire/wire-reader';

/** A batch as a broker sees it. */
export interface SentBatch {
  readonly topic: string;
  readonly partition: number;
  readonly producerId: number;
  readonly baseSequence: number;
  readonly count: number;
  /** Copied: all of it as it was sent. */
  readonly bytes: Buffer;
}

/** What became of a batch. */
export interface BatchAnswer {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset: number;
}

export const sentBatches = (
  request: Buffer,
): { readonly transactionalId: string | null; readonly batches: readonly SentBatch[] } => {
  const reader = new WireReader(request);
  const transactionalId = reader.string();
  reader.int16(); // acks
  reader.int32(); // timeout
  const batches: SentBatch[] = [];
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topic = reader.string() ?? '';
    for (let partitions = reader.int32(); partitions > 0; partitions--) {
      const partition = reader.int32();
      const bytes = Buffer.from(reader.bytes());
      batches.push({
        topic,
        partition,
        producerId: readInt64(bytes, PRODUCER_ID_AT),
        baseSequence: bytes.readInt32BE(BASE_SEQUENCE_AT),
        count: bytes.readInt32BE(COUNT_AT),
        bytes,
      });
    }
  }
  return { transactionalId, batches };
};

export const producedAnswer = (answers: readonly BatchAnswer[]): Buffer => {
  const parts = [int32(answers.length)];
  for (const { topic, partition, errorCode, baseOffset } of answers) {
    const name = Buffer.from(topic);
    const head = Buffer.alloc(2);
    head.writeInt16BE(name.length);
    const body = Buffer.alloc(34);
    body.writeInt32BE(1, 0);
    body.writeInt32BE(partition, 4);
    body.writeInt16BE(errorCode, 8);
    body.writeBigInt64BE(BigInt(baseOffset), 10);
    parts.push(head, name, body);
  }
  return Buffer.concat(parts);
};

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
