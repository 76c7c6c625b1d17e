import type { RecordToAppend } from '@millrace/event-log';
import fc from 'fast-check';
import { BatchEncoder } from './batch-encoder';
import { damageOf, StoredBatch } from './stored-batch';

const stamp = { baseOffset: 7, timestampMs: 1_700_000_000_123, crcSeed: 99 };

const encoded = (records: readonly RecordToAppend[], baseOffset = stamp.baseOffset): Buffer => {
  const encoder = new BatchEncoder(1_048_576);
  for (const record of records) encoder.add(record);
  return encoder.finish({ ...stamp, baseOffset, nextOffset: baseOffset + records.length });
};

const bytes = (data: string | Uint8Array | null): Buffer | null => {
  if (data === null) return null;
  return typeof data === 'string' ? Buffer.from(data, 'utf8') : Buffer.from(data);
};

const plain = (record: StoredBatch['records'][number] | undefined) =>
  record && {
    offset: record.offset,
    timestampMs: record.timestampMs,
    key: record.key,
    value: record.value,
    headers: Object.entries(record.headers),
  };

const sentAs = (record: RecordToAppend | undefined, index: number) => ({
  offset: stamp.baseOffset + index,
  timestampMs: stamp.timestampMs,
  key: bytes(record?.key ?? null),
  value: bytes(record?.value ?? null),
  headers: Object.entries(record?.headers ?? {}),
});

// What a round trip through UTF-8 makes of a text: lone surrogates do not survive it.
const text = fc.string({ unit: 'binary', maxLength: 80 });
const data = fc.oneof(text, fc.uint8Array({ maxLength: 200 }), fc.constant(null));
const name = fc.constantFrom('ce_type', 'ce_id', 'ce_time', 'é', '', '7', 'toString');
const headers = fc.option(
  fc.dictionary(name, fc.oneof(text, fc.constantFrom('same', 'other')), { noNullPrototype: true }),
  { nil: undefined },
);
const record: fc.Arbitrary<RecordToAppend> = fc
  .record({ key: data, value: data, headers })
  .map(({ key, value, headers: given }) => ({
    topic: 't',
    partition: 0,
    key,
    value,
    ...(given === undefined ? {} : { headers: given }),
  }));
const records = fc.array(record, { minLength: 1, maxLength: 40 });

describe('a stored batch', () => {
  it('gives back every record as it was, in any order of asking', () => {
    fc.assert(
      fc.property(records, fc.boolean(), (given, backwards) => {
        const batch = new StoredBatch(encoded(given));
        const order = batch.records.map((_, index) => index);
        if (backwards) order.reverse();
        const found = order.map((index) => plain(batch.records[index]));
        expect(found).toEqual(order.map((index) => sentAs(given[index], index)));
        expect(batch.nextOffset).toBe(stamp.baseOffset + given.length);
      }),
    );
  });

  it('names any flipped bit as damage', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.nat({ max: 7 }), (given, place, bit) => {
        const stored = encoded(given);
        if (damageOf(stored, stamp.crcSeed) !== undefined) return false;
        const at = place % stored.length;
        stored.writeUInt8(stored.readUInt8(at) ^ (1 << bit), at);
        return damageOf(stored, stamp.crcSeed) !== undefined;
      }),
    );
  });

  it('names a batch that was cut, or stands under another key, as damage', () => {
    const stored = encoded([{ topic: 't', partition: 0, key: 'k', value: 'v' }]);
    for (let length = 0; length < stored.length; length++) {
      expect(damageOf(stored.subarray(0, length), stamp.crcSeed)).toBeDefined();
    }
    expect(damageOf(stored, stamp.crcSeed + 1)).toBeDefined();
  });

  it('keeps offsets up to the largest safe integer', () => {
    const given = [{ topic: 't', partition: 0, key: 'k', value: 'v' }];
    const batch = new StoredBatch(encoded(given, Number.MAX_SAFE_INTEGER - 1));
    expect(batch.records[0]?.offset).toBe(Number.MAX_SAFE_INTEGER - 1);
    expect(batch.nextOffset).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('spends one byte on a header that repeats, and nothing on its name', () => {
    const values = { ce_specversion: '1.0', ce_source: '/millrace/import', ce_type: 'happened' };
    const given = (count: number) =>
      Array.from({ length: count }, () => ({
        topic: 't',
        partition: 0,
        key: 'k',
        value: 'v',
        headers: values,
      }));
    const growth = encoded(given(101)).length - encoded(given(100)).length;
    expect(growth).toBe(20 + 2 + 1 + 3);
  });
});
