import type { RecordToAppend } from '@millrace/event-log';
import fc from 'fast-check';
import { compressionCodec, prepareCompression } from '../compression/codecs';
import { BatchBuilder, type BatchStamp } from './batch-builder';
import { scanBatches } from './batch-scanner';
import { recordsOf } from './lazy-records';

const where = { topic: 't', partition: 0 };
const stamp: BatchStamp = {
  producerId: 4_001,
  producerEpoch: 3,
  baseSequence: 7,
  transactional: true,
  timestampMs: 1_700_000_000_123,
  codec: undefined,
};

type Content = Omit<RecordToAppend, 'topic' | 'partition'>;

const built = (records: readonly Content[], as: BatchStamp = stamp): Buffer => {
  const builder = new BatchBuilder({ initialBytes: 64 });
  for (const record of records) builder.add({ ...where, ...record });
  return builder.build(as);
};

const read = (bytes: Buffer) => {
  const [batch, ...more] = [...scanBatches(bytes, where)];
  if (batch === undefined || more.length > 0) throw new Error(`${more.length} more batches`);
  return { batch, records: recordsOf(batch, 0, where) };
};

const bytesOf = (data: string | Uint8Array | null): Buffer | null =>
  data === null ? null : Buffer.from(data);

// What a round trip through UTF-8 makes of a text: lone surrogates do not survive it.
const text = fc.string({ unit: 'binary', maxLength: 90 });
const data = fc.oneof(text, fc.uint8Array({ maxLength: 9_000 }), fc.constant(null));
const name = fc.constantFrom(
  'ce_type',
  'ce_id',
  'clé',
  '日本',
  '',
  '7',
  'toString',
  'x'.repeat(99),
);
const headers = fc.dictionary(name, text, { noNullPrototype: true });
const records = fc.array(fc.record({ key: data, value: data, headers }), {
  minLength: 1,
  maxLength: 30,
});

describe('a built batch', () => {
  beforeAll(prepareCompression);

  it('gives back every record as it was added', () => {
    fc.assert(
      fc.property(records, (given) => {
        const found = read(built(given)).records;
        expect(found.map(({ key, value }) => ({ key, value }))).toEqual(
          given.map(({ key, value }) => ({ key: bytesOf(key), value: bytesOf(value) })),
        );
        expect(found.map((record) => Object.entries(record.headers))).toEqual(
          given.map((record) => Object.entries(record.headers)),
        );
        expect(found.map(({ offset }) => offset)).toEqual(given.map((_, index) => index));
        expect(found.every(({ timestampMs }) => timestampMs === stamp.timestampMs)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it.each([0, 1, 39, 40, 41, 63, 64, 4_095, 4_096, 8_191, 8_192, 1_048_575, 1_048_576])(
    'keeps texts of %i characters, of one byte and of several',
    (length) => {
      const ascii = 'a'.repeat(length);
      const wide = '日'.repeat(length);
      const [first, second] = read(
        built([
          { key: ascii, value: ascii, headers: { h: ascii } },
          { key: wide, value: wide, headers: { h: wide } },
        ]),
      ).records;
      expect([first?.key, first?.value].map(String)).toEqual([ascii, ascii]);
      expect([second?.key, second?.value].map(String)).toEqual([wide, wide]);
      expect([first?.headers['h'], second?.headers['h']]).toEqual([ascii, wide]);
    },
  );

  it('keeps 50,000 records, and 200 headers of one record', () => {
    const many = Array.from({ length: 200 }, (_, index) => [`name-${index}`, `${index}`] as const);
    const given = Array.from({ length: 50_000 }, (_, index) => ({
      key: `key-${index}`,
      value: `value-${index}`,
      headers: index === 7 ? Object.fromEntries(many) : { id: `${index}` },
    }));
    const { batch, records: found } = read(built(given));
    expect([batch.recordCount, batch.lastOffset]).toEqual([50_000, 49_999]);
    const values = found.map(({ offset, key, value }) => `${offset} ${key} ${value}`);
    expect(values).toEqual(given.map(({ key, value }, index) => `${index} ${key} ${value}`));
    expect(Object.entries(found[7]?.headers ?? {})).toEqual(many);
    expect(found[49_999]?.headers).toEqual({ id: '49999' });
  });

  it('says who wrote it', () => {
    const given = { ...stamp, producerId: Number.MAX_SAFE_INTEGER, baseSequence: 2 ** 31 - 1 };
    const { batch } = read(built([{ key: 'k', value: 'v' }], given));
    expect(batch).toMatchObject({
      baseOffset: 0,
      partitionLeaderEpoch: -1,
      producerId: Number.MAX_SAFE_INTEGER,
      producerEpoch: 3,
      baseSequence: 2 ** 31 - 1,
      transactional: true,
      control: false,
      logAppendTime: false,
    });
  });

  it('says that nobody in particular wrote it', () => {
    const nobody = { producerId: -1, producerEpoch: -1, baseSequence: -1, transactional: false };
    const { batch } = read(built([{ key: 'k', value: 'v' }], { ...stamp, ...nobody }));
    expect(batch).toMatchObject(nobody);
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('is read when %s has compressed it', (id) => {
    const codec = compressionCodec(id);
    const given = Array.from({ length: 3_000 }, (_, index) => ({
      key: `key-${index}`,
      value: `value ${index} `.repeat(9),
    }));
    const bytes = built(given, { ...stamp, codec });
    expect(bytes.length).toBeLessThan(built(given).length / 3);
    const { batch, records: found } = read(bytes);
    expect(batch.codec).toBe(codec);
    expect(found.map(({ key, value }) => `${key} ${value}`)).toEqual(
      given.map(({ key, value }) => `${key} ${value}`),
    );
  });

  it('is what was added, whatever the caller does next', () => {
    const builder = new BatchBuilder();
    const value = Buffer.from('as sent');
    const changing: Record<string, string> = { h: 'as sent' };
    builder.add({ ...where, key: value, value, headers: changing });
    value.fill('!');
    changing['h'] = 'changed';
    const [found] = read(builder.build(stamp)).records;
    expect([String(found?.key), String(found?.value)]).toEqual(['as sent', 'as sent']);
    expect(found?.headers).toEqual({ h: 'as sent' });
  });

  it('can be built again with another stamp, and the first one stays as it is', () => {
    const builder = new BatchBuilder();
    builder.add({ ...where, key: 'k', value: 'v' });
    const first = builder.build(stamp);
    const asItWas = Buffer.from(first);
    const second = builder.build({ ...stamp, producerEpoch: 4, baseSequence: 0 });
    builder.add({ ...where, key: 'k2', value: 'v2' });
    const third = builder.build(stamp);
    expect(first.equals(asItWas)).toBe(true);
    expect(read(second).batch).toMatchObject({ producerEpoch: 4, baseSequence: 0 });
    expect(read(third).records.map(({ value }) => String(value))).toEqual(['v', 'v2']);
  });

  it('is the same bytes when it is built again with the same stamp', () => {
    const builder = new BatchBuilder();
    builder.add({ ...where, key: 'k', value: 'v' });
    expect(builder.build(stamp).equals(builder.build(stamp))).toBe(true);
  });

  it('tells its size while it grows', () => {
    const builder = new BatchBuilder({ initialBytes: 0 });
    expect([builder.count, builder.sizeBytes]).toEqual([0, 61]);
    for (let i = 0; i < 300; i++) builder.add({ ...where, key: `k${i}`, value: 'v'.repeat(i) });
    expect([builder.count, builder.sizeBytes]).toEqual([300, builder.build(stamp).length]);
  });

  it('without a record is refused', () => {
    expect(() => new BatchBuilder().build(stamp)).toThrow('a record batch needs a record');
  });
});
