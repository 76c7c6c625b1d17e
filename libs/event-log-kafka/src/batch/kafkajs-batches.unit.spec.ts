/** Held against kafkajs' own codec: an implementation that brokers and Java clients understand. */
import { BatchBuilder, type BatchStamp } from './batch-builder';
import { scanBatches } from './batch-scanner';
import { recordsOf } from './lazy-records';

interface Encoded {
  readonly buffer: Buffer;
}
interface Fields {
  readonly compression?: number;
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  readonly partitionLeaderEpoch: number;
  readonly lastOffsetDelta: number;
  readonly transactional: boolean;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly records: readonly Encoded[];
}
interface Content {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}
interface Decoded {
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly inTransaction: boolean;
  readonly records: readonly {
    readonly offset: string;
    readonly timestamp: string;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: Readonly<Record<string, Buffer>>;
  }[];
}

const { RecordBatch } = jest.requireActual<{
  RecordBatch: (fields: Fields) => Promise<Encoded>;
}>('kafkajs/src/protocol/recordBatch/v0');
const encodeRecord = jest.requireActual<
  (record: Content & { readonly offsetDelta: number; readonly timestampDelta: number }) => Encoded
>('kafkajs/src/protocol/recordBatch/record/v0');
const decodeBatch = jest.requireActual<(decoder: object) => Promise<Decoded>>(
  'kafkajs/src/protocol/recordBatch/v0/decoder',
);
const Decoder = jest.requireActual<new (bytes: Buffer) => object>('kafkajs/src/protocol/decoder');

const where = { topic: 't', partition: 0 };
const timestampMs = 1_700_000_000_123;
const stamp: BatchStamp = {
  producerId: 4_001,
  producerEpoch: 3,
  baseSequence: 7,
  transactional: true,
  timestampMs,
  codec: undefined,
};

const contents: readonly Content[] = [
  { key: Buffer.from('card-1'), value: Buffer.from('{"amountMinor":100}'), headers: {} },
  { key: null, value: Buffer.alloc(0), headers: { ce_id: 'e-1', ce_type: 'captured' } },
  { key: Buffer.alloc(0), value: null, headers: { clé: 'é日本🚀', '': '' } },
  {
    key: Buffer.alloc(70, 'k'),
    value: Buffer.alloc(9_000, 'v'),
    headers: { long: 'x'.repeat(80) },
  },
  ...Array.from({ length: 100 }, (_, index) => ({
    key: Buffer.from(`key-${index}`),
    value: Buffer.alloc(index * 3, index),
    headers: { id: `${index}` },
  })),
];

const ofKafkaJs = async (changes: Partial<Fields> = {}): Promise<Buffer> => {
  const batch = await RecordBatch({
    firstTimestamp: timestampMs,
    maxTimestamp: timestampMs,
    partitionLeaderEpoch: -1,
    lastOffsetDelta: contents.length - 1,
    transactional: true,
    producerId: 4_001,
    producerEpoch: 3,
    firstSequence: 7,
    records: contents.map((content, offsetDelta) =>
      encodeRecord({ ...content, offsetDelta, timestampDelta: 0 }),
    ),
    ...changes,
  });
  return batch.buffer;
};

const ofOurs = (): Buffer => {
  const builder = new BatchBuilder();
  for (const content of contents) builder.add({ ...where, ...content });
  return builder.build(stamp);
};

describe('a batch, beside kafkajs', () => {
  it('is built with the same bytes', async () => {
    expect(ofOurs().equals(await ofKafkaJs())).toBe(true);
  });

  it('is read by kafkajs as it was meant', async () => {
    const found = await decodeBatch(new Decoder(ofOurs()));
    expect(found).toMatchObject({
      producerId: '4001',
      producerEpoch: 3,
      firstSequence: 7,
      inTransaction: true,
    });
    expect(found.records.map(({ key, value }) => ({ key, value }))).toEqual(
      contents.map(({ key, value }) => ({ key, value })),
    );
    expect(
      found.records.map(({ headers }) =>
        Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      ),
    ).toEqual(contents.map(({ headers }) => headers));
  });

  it('made by kafkajs is read as it was meant, also compressed and with other times', async () => {
    const records = contents.map((content, offsetDelta) =>
      encodeRecord({ ...content, offsetDelta, timestampDelta: offsetDelta * 1_000 - 5_000 }),
    );
    for (const compression of [0, 1]) {
      const [batch] = [...scanBatches(await ofKafkaJs({ compression, records }), where)];
      if (batch === undefined) throw new Error('no batch');
      const found = recordsOf(batch, 0, where);
      expect(found.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(contents);
      expect(found.map((record) => record.timestampMs)).toEqual(
        contents.map((_, index) => timestampMs + index * 1_000 - 5_000),
      );
    }
  });
});
