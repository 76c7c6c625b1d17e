import * as fc from 'fast-check';
import type { VersionedRow } from './aggregate';
import { MemoryRowStore } from './memory-row-store';

const field = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('EUR', 'ä'.repeat(70), 'x'.repeat(63), 'x'.repeat(64), 'ab'.repeat(32), ''),
  fc.stringMatching(/^[0-9a-f]{64}$/),
  fc.stringMatching(/^[0-9A-F]{32}$/),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(127, 128, 16_383, 16_384, 2 ** 32, Number.MAX_SAFE_INTEGER),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer()),
  fc.dictionary(fc.string(), fc.integer()),
);

const row: fc.Arbitrary<VersionedRow> = fc
  .tuple(
    fc.nat(),
    fc.uniqueArray(fc.constantFrom('status', 'currency', 'hash', 'amount', 'months')),
    fc.array(field, { minLength: 5, maxLength: 5 }),
  )
  .map(([version, names, values]) => ({
    ...Object.fromEntries(names.map((name, i) => [name, values[i]])),
    version,
  }));

const change = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  row: fc.option(row, { nil: undefined }),
});

describe('rows in memory', () => {
  it.each([1, 3, 100])('are what was stored last, %i of them unpacked', (hotRows) => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const store = new MemoryRowStore({ hotRows });
        const model = new Map<string, VersionedRow>();
        changes.forEach((one, i) => {
          store.apply([one], i + 1);
          if (one.row === undefined) model.delete(one.key);
          else model.set(one.key, one.row);
        });
        for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
          expect(store.get(key)).toEqual(model.get(key));
        }
        expect(new Map(store.entries())).toEqual(model);
        expect(store.size).toBe(model.size);
        expect(store.nextOffset).toBe(changes.length);
      }),
    );
  });

  it('keep the order of fields, so that an answer is the same text before and after', () => {
    const store = new MemoryRowStore({ hotRows: 1 });
    const first = { status: 'open', version: 1, amount: 5 };
    store.apply(
      [
        { key: 'a', row: first },
        { key: 'b', row: { version: 1 } },
      ],
      1,
    );
    expect(JSON.stringify(store.get('a'))).toBe(JSON.stringify(first));
  });

  it('take rows of more shapes than are packed', () => {
    const store = new MemoryRowStore({ hotRows: 1 });
    const rows = Array.from({ length: 100 }, (_, i) => ({ version: i, [`field${i}`]: 'ä' }));
    for (const [i, one] of rows.entries()) store.apply([{ key: `k${i}`, row: one }], i);
    expect(rows.map((_, i) => store.get(`k${i}`))).toEqual(rows);
  });

  it('give the space of what was replaced back', () => {
    const store = new MemoryRowStore({ hotRows: 1 });
    const change = (i: number) => ({
      key: `k${i % 100}`,
      row: { version: i, text: `${i}-${'x'.repeat(2_000)}` },
    });
    for (let i = 0; i < 10_000; i += 1) store.apply([change(i)], i);
    // 100 rows of 2 kB live; 10,000 of them were written (20 MB).
    expect(store.packedBytes).toBeLessThan(4_000_000);
    expect(store.get('k7')).toEqual(change(9_907).row);
  });
});
