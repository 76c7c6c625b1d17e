import { LogDamagedError } from '@millrace/event-log';
import { codecById, prepareCompression } from '../compression/codecs';
import { BatchTooLargeError } from '../compression/compression.errors';
import { scanBatches } from './batch-scanner';
import { controlTypeOf } from './control-type';
import { recordsOf } from './lazy-records';
import { type MadeBatch, madeBatch, madeMarker, varint } from './testing/made-batch';

const where = { topic: 'payments', partition: 3 };

const rawOf = (bytes: Buffer) => {
  const [batch] = [...scanBatches(bytes, where)];
  if (batch === undefined) throw new Error('no batch');
  return batch;
};
const found = (batch: MadeBatch, from = 0) => recordsOf(rawOf(madeBatch(batch)), from, where);
const offsets = (batch: MadeBatch, from = 0) => found(batch, from).map(({ offset }) => offset);
const record = (offsetDelta: number) => ({ offsetDelta, key: `k${offsetDelta}`, value: 'value' });

describe('the records of a batch', () => {
  beforeAll(prepareCompression);

  it('begin with the first offset that is wanted', () => {
    const batch = { baseOffset: 10, records: [record(0), record(1), record(2)] };
    expect(offsets(batch, 0)).toEqual([10, 11, 12]);
    expect(offsets(batch, 11)).toEqual([11, 12]);
    expect(offsets(batch, 12)).toEqual([12]);
    expect(offsets(batch, 13)).toEqual([]);
  });

  it('have offsets beyond 2^31', () => {
    const baseOffset = Number.MAX_SAFE_INTEGER - 2 ** 31;
    const batch = { baseOffset, records: [record(0), record(2 ** 31 - 1)] };
    expect(offsets(batch)).toEqual([baseOffset, Number.MAX_SAFE_INTEGER - 1]);
  });

  it('keep their offsets when compaction has removed others, also the last', () => {
    const batch = { baseOffset: 100, records: [record(3), record(700)], lastOffsetDelta: 900 };
    expect(offsets(batch)).toEqual([103, 800]);
    expect(rawOf(madeBatch(batch)).lastOffset).toBe(1_000);
  });

  it('are none when compaction has removed all, whatever the compression was', () => {
    for (const attributes of [0, 1, 2, 3, 4]) {
      expect(offsets({ baseOffset: 100, records: [], lastOffsetDelta: 9, attributes })).toEqual([]);
    }
  });

  it('are none in a marker', () => {
    const marker = rawOf(madeMarker({ baseOffset: 4, producerId: 1, type: 1 }));
    expect(recordsOf(marker, 0, where)).toEqual([]);
  });

  it.each([0, 1, -1, 63, -64, 64, 8_191, -8_192, 2 ** 31, -(2 ** 31), 2 ** 45, -(2 ** 45)])(
    'are %i ms after the first timestamp',
    (timestampDelta) => {
      const firstTimestampMs = 2 ** 46;
      const records = [{ offsetDelta: 0, timestampDelta }];
      const [one] = found({ firstTimestampMs, records });
      expect(one?.timestampMs).toBe(firstTimestampMs + timestampDelta);
    },
  );

  it('have the largest timestamp of the batch when the broker set it', () => {
    const records = [{ offsetDelta: 0, timestampDelta: 5 }, record(1)];
    const times = { firstTimestampMs: 100, maxTimestampMs: 900, attributes: 0x08 };
    expect(found({ ...times, records }).map(({ timestampMs }) => timestampMs)).toEqual([900, 900]);
  });

  it('tell null from empty in keys and values', () => {
    const records = [
      { offsetDelta: 0, key: null, value: '' },
      { offsetDelta: 1, key: '', value: null },
    ];
    expect(found({ records }).map(({ key, value }) => [key, value])).toEqual([
      [null, Buffer.alloc(0)],
      [Buffer.alloc(0), null],
    ]);
  });

  it('give parts in any order of asking, and the same ones again', () => {
    const headers = [['h', 'x']] as const;
    const [first, second] = found({
      records: [
        { offsetDelta: 0, key: 'a', value: 'b', headers },
        { offsetDelta: 1, key: 'c', value: 'd', headers },
      ],
    });
    expect(second?.headers).toEqual({ h: 'x' });
    expect(String(first?.value)).toBe('b');
    expect(String(second?.value)).toBe('d');
    expect(String(first?.key)).toBe('a');
    expect(first?.headers).toEqual({ h: 'x' });
    expect(first?.value).toBe(first?.value);
    expect(first?.headers).toBe(first?.headers);
  });

  it('are views on the answer, not copies', () => {
    const bytes = madeBatch({ records: [{ offsetDelta: 0, key: 'k', value: 'value' }] });
    const [one] = recordsOf(rawOf(bytes), 0, where);
    expect(one?.value?.buffer).toBe(bytes.buffer);
  });
});

describe('the headers of a record', () => {
  it('have the last value of a name that comes twice, and an empty one for null', () => {
    const headers = [
      ['a', 'first'],
      ['none', null],
      ['a', 'last'],
    ] as const;
    expect(found({ records: [{ offsetDelta: 0, headers }] })[0]?.headers).toEqual({
      a: 'last',
      none: '',
    });
  });

  it('keep the name __proto__, which a foreign writer may use', () => {
    const headers = [['__proto__', 'kept']] as const;
    const [one] = found({ records: [{ offsetDelta: 0, headers }] });
    expect(Object.entries(one?.headers ?? {})).toEqual([['__proto__', 'kept']]);
  });

  it('keep equal, longer, shorter and different neighbours apart, in any order of asking', () => {
    const sets = [
      [
        ['id', '1'],
        ['type', 'same'],
        ['tail', ''],
      ],
      [
        ['id', '2'],
        ['type', 'same'],
        ['tail', 'x'],
      ],
      [
        ['ie', '2'],
        ['type', 'sane'],
      ],
      [],
      [
        ['type', 'same'],
        ['id', '2'],
      ],
      Array.from({ length: 150 }, (_, index) => [`n${index % 70}`, `${index}`] as const),
      [
        ['id', '1'],
        ['type', 'same'],
        ['tail', ''],
      ],
    ] as const;
    const records = sets.map((headers, offsetDelta) => ({ offsetDelta, headers }));
    const wanted = sets.map((headers) => Object.fromEntries(headers));
    const forwards = found({ records });
    expect(forwards.map(({ headers }) => headers)).toEqual(wanted);
    const backwards = [...found({ records })].reverse();
    expect(backwards.map(({ headers }) => headers)).toEqual([...wanted].reverse());
  });
});

describe('a batch of nonsense with a right checksum', () => {
  beforeAll(prepareCompression);

  const good = [0, 0, 0, 1, 1, 0];
  const recordOf = (...content: readonly number[]) =>
    Buffer.concat([varint(content.length), Buffer.from(content)]);

  it('is what the next tests change one thing in', () => {
    expect(offsets({ records: [], count: 1, body: recordOf(...good) })).toEqual([0]);
  });

  it.each([
    ['a record of negative length', Buffer.from([1, ...good])],
    ['a record beyond the end', Buffer.concat([varint(9), Buffer.from(good)])],
    ['a key beyond the record', recordOf(0, 0, 0, 40, 1, 0)],
    ['a key of length -2', recordOf(0, 0, 0, 3, 1, 0)],
    ['a value beyond the record', recordOf(0, 0, 0, 1, 40, 0)],
    ['fewer headers than it counts', recordOf(0, 0, 0, 1, 1, 8)],
    ['a negative number of headers', recordOf(0, 0, 0, 1, 1, 1)],
    ['a header without a name', recordOf(0, 0, 0, 1, 1, 2, 1, 1)],
    ['a header beyond the record', recordOf(0, 0, 0, 1, 1, 2, 2, 65, 90)],
    ['bytes left in a record', recordOf(...good, 0)],
    ['bytes left behind the records', Buffer.concat([recordOf(...good), Buffer.from([0])])],
    ['a varint without an end', Buffer.alloc(20, 0xff)],
    ['an offset before the batch', recordOf(0, 0, 1, 1, 1, 0)],
    ['an offset behind the batch', recordOf(0, 0, 2, 1, 1, 0)],
  ])('is named as damage: %s', (_, body) => {
    const read = () => found({ baseOffset: 7, records: [], count: 1, lastOffsetDelta: 0, body });
    expect(read).toThrow(LogDamagedError);
    expect(read).toThrow('payments/3 is damaged at offset 7');
  });

  it.each([-1, 2, 2 ** 31 - 1])('is named as damage: %i records where one is', (count) => {
    expect(() => found({ records: [], count, body: recordOf(...good) })).toThrow(LogDamagedError);
  });

  it('is named as damage in a moment when a record counts 2^30 headers', () => {
    const body = recordOf(0, 0, 0, 1, 1, 0x80, 0x80, 0x80, 0x80, 8);
    const start = performance.now();
    expect(() => found({ records: [], count: 1, body })).toThrow(LogDamagedError);
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('is named as damage: the same offset twice', () => {
    const read = () => found({ records: [record(1), record(1)], lastOffsetDelta: 2 });
    expect(read).toThrow(LogDamagedError);
  });

  it.each([1, 2, 3, 4])('is named as damage: bytes that compression %i did not make', (id) => {
    const body = Buffer.from('these are not the bytes that you are looking for');
    expect(() => found({ records: [], count: 1, attributes: id, body })).toThrow(LogDamagedError);
  });

  it.each([1, 2, 3, 4])('may not take more memory than its limit (compression %i)', (id) => {
    const body = codecById(id).compress(Buffer.alloc(1_000_000));
    const batch = rawOf(madeBatch({ baseOffset: 7, records: [], count: 1, attributes: id, body }));
    const read = () => recordsOf(batch, 0, { ...where, maxDecompressedBytes: 999_999 });
    expect(read).toThrow(BatchTooLargeError);
    expect(read).toThrow('payments/3: the batch at offset 7 (to 7) takes more than 999999 B');
  });
});

describe('a marker', () => {
  it.each([
    ['abort', 0],
    ['commit', 1],
    ['other', 2],
  ])('says %s', (said, type) => {
    expect(controlTypeOf(rawOf(madeMarker({ baseOffset: 4, producerId: 1, type })))).toBe(said);
  });

  it('says nothing that is known when it is empty, short, or no marker', () => {
    const short = [{ offsetDelta: 0, key: Buffer.alloc(3) }];
    const data = [{ offsetDelta: 0, key: Buffer.alloc(4) }];
    const empty = { records: [], lastOffsetDelta: 0, attributes: 0x30 };
    expect(controlTypeOf(rawOf(madeBatch(empty)))).toBe('other');
    expect(controlTypeOf(rawOf(madeBatch({ records: short, attributes: 0x30 })))).toBe('other');
    expect(controlTypeOf(rawOf(madeBatch({ records: data, attributes: 0x10 })))).toBe('other');
  });
});
