/// <reference types="jest" />
/**
 * What every cache view promises.
 */
import type { CacheUpdate, CacheView } from '../cache-view.port';
import { viewStoreContract } from './view-store-contract';

const put = (version: number, value: string): CacheUpdate => ({
  kind: 'put',
  key: 'card',
  version,
  value: { value },
});

const push = (entry: string, order: number, version = 1): CacheUpdate => ({
  kind: 'push',
  key: 'card',
  entry,
  version,
  order,
  keep: 3,
  value: { entry, version },
});

/** Registers the facts about cache views. @param make a fresh view */
export const cacheViewContract = (make: () => Promise<CacheView>): void => {
  const filled = async (changes: readonly CacheUpdate[]): Promise<CacheView> => {
    const view = await make();
    await view.apply({ generation: 1, lane: 0, expectedNext: 0, next: 1, changes });
    return view;
  };

  viewStoreContract({
    make,
    changes: [put(1, 'a'), push('p1', 5)],
    invalid: { ...put(1, 'a'), key: '' },
  });

  describe('rows', () => {
    it.each([
      [1, 'old'],
      [2, 'old'],
      [3, 'new'],
    ])('of version %d against 2 leave the %s one', async (version, value) => {
      const view = await filled([put(2, 'old'), put(version, 'new')]);
      expect((await view.get('card'))?.value).toEqual({ value });
    });

    it('stay deleted when an older version comes late', async () => {
      const gone: CacheUpdate = { kind: 'put', key: 'card', version: 4, value: undefined };
      expect(await (await filled([gone, put(3, 'late')])).get('card')).toBeUndefined();
    });
  });

  describe('lists', () => {
    const entries = async (view: CacheView, limit = 10) =>
      (await view.list('card', limit)).map((value) => `${value['entry']}.${value['version']}`);

    it('keep the highest orders, highest first', async () => {
      const pushes = [push('b', 2), push('d', 4), push('a', 1), push('c', 3)];
      const view = await filled(pushes);
      expect(await entries(view)).toEqual(['d.1', 'c.1', 'b.1']);
      expect(await entries(view, 2)).toEqual(['d.1', 'c.1']);
    });

    it('order equal places by entry', async () => {
      expect(await entries(await filled([push('a', 1), push('b', 1)]))).toEqual(['b.1', 'a.1']);
    });

    it('replace an entry by a newer version only, and leave it where it is', async () => {
      const view = await filled([push('a', 1, 2), push('b', 2), push('a', 9, 3), push('b', 2, 1)]);
      expect(await entries(view)).toEqual(['b.1', 'a.3']);
    });

    it('do not take back an entry that has fallen out', async () => {
      const pushes = [push('a', 1), push('b', 2), push('c', 3), push('d', 4), push('a', 1, 2)];
      expect(await entries(await filled(pushes))).toEqual(['d.1', 'c.1', 'b.1']);
    });

    it('are empty when unknown', async () => {
      expect(await (await make()).list('nobody', 5)).toEqual([]);
    });
  });

  it('adds to counters', async () => {
    const count = (add: Record<string, number>): CacheUpdate => ({ kind: 'count', key: 'c', add });
    const view = await filled([count({ a: 2, b: 1 }), count({ a: -3 })]);
    expect(await view.counters('c')).toEqual({ a: -1, b: 1 });
    expect(await view.counters('d')).toEqual({});
  });

  it('answers from the live generation', async () => {
    const view = await filled([put(1, 'old')]);
    const generation = await view.createGeneration();
    await view.apply({ generation, lane: 0, expectedNext: 0, next: 1, changes: [put(1, 'new')] });
    expect((await view.get('card'))?.value).toEqual({ value: 'old' });
    await view.promote(generation);
    expect((await view.get('card'))?.value).toEqual({ value: 'new' });
  });
};
