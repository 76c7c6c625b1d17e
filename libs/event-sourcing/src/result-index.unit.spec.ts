import { ResultIndex } from './result-index';

const addAll = (index: ResultIndex, ids: readonly string[]): void => {
  for (const [i, id] of ids.entries()) index.add(id, { offset: i, atMs: i });
};

const indexOf = (ids: number) => new ResultIndex({ ids, ageMs: 100 });

describe('the index of results', () => {
  it('finds an id until it is as old as the bound', () => {
    const index = indexOf(10);
    index.add('k', { offset: 4, atMs: 1_000 });
    expect(index.find('k', 1_099)).toEqual({ offset: 4, atMs: 1_000 });
    expect(index.find('k', 1_100)).toBeUndefined();
  });

  it('forgets what is old without counting it as evicted', () => {
    const index = indexOf(10);
    index.add('a', { offset: 0, atMs: 0 });
    index.add('b', { offset: 1, atMs: 50 });
    expect(index.prune(100)).toBe(0);
    expect(index.size).toBe(1);
  });

  it('evicts the oldest above the bound, and counts them', () => {
    const index = indexOf(2);
    addAll(index, ['a', 'b', 'c', 'd']);
    expect(index.prune(10)).toBe(2);
    expect(['a', 'b', 'c', 'd'].map((id) => index.find(id, 10)?.offset)).toEqual([
      undefined,
      undefined,
      2,
      3,
    ]);
  });

  it('keeps an id that was added again as the newest', () => {
    const index = indexOf(2);
    addAll(index, ['a', 'b', 'a', 'c']);
    expect(index.prune(10)).toBe(1);
    expect(index.find('a', 10)?.offset).toBe(2);
    expect(index.find('b', 10)).toBeUndefined();
    index.delete('a');
    index.add('d', { offset: 4, atMs: 4 });
    index.add('e', { offset: 5, atMs: 5 });
    expect(index.prune(10)).toBe(1);
    expect(index.find('c', 10)).toBeUndefined();
  });
});
