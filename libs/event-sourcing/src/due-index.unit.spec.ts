import * as fc from 'fast-check';
import { DueIndex } from './due-index';

describe('the index of due rows', () => {
  it('gives a key at its time, not 1 ms before, and once', () => {
    const index = new DueIndex();
    index.set('a', 1_000);
    expect(index.take(999, 10)).toEqual([]);
    expect(index.take(1_000, 10)).toEqual(['a']);
    expect(index.take(1_001, 10)).toEqual([]);
    expect(index.size).toBe(0);
  });

  it('gives at most as many as asked, the earliest first', () => {
    const index = new DueIndex();
    for (const [key, atMs] of [
      ['c', 3],
      ['a', 1],
      ['b', 2],
    ] as const)
      index.set(key, atMs);
    expect(index.take(10, 2)).toEqual(['a', 'b']);
    expect(index.take(10, 2)).toEqual(['c']);
  });

  it('agrees with a sorted list after any changes', () => {
    const change = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      atMs: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3_000 }), fc.nat(25), (changes, nowMs) => {
        const index = new DueIndex();
        const model = new Map<string, number>();
        for (const { key, atMs } of changes) {
          index.set(key, atMs);
          if (atMs === undefined) model.delete(key);
          else model.set(key, atMs);
        }
        const taken = index.take(nowMs, 100);
        expect(taken.map((key) => model.get(key))).toEqual(
          [...model.values()].filter((atMs) => atMs <= nowMs).sort((a, b) => a - b),
        );
        expect(new Set(taken).size).toBe(taken.length);
        expect(index.size).toBe(model.size - taken.length);
      }),
    );
  });
});
