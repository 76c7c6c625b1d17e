/// <reference types="jest" />
/**
 * What every analytics store promises.
 */
import type {
  AnalyticsStore,
  RollupDefinition,
  RollupIncrement,
  RollupQuery,
} from '../analytics-store.port';
import { InvalidQueryError } from '../projections.errors';
import { viewStoreContract } from './view-store-contract';

const HOUR_MS = 3_600_000;

/** Definition that the contract's store has to be made with. */
export const contractRollup: RollupDefinition = {
  name: 'sales',
  bucketMs: HOUR_MS,
  dimensions: ['category', 'currency'],
  measures: ['count', 'sumMinor'],
};

const sale = (atMs: number, category: string, sumMinor: number): RollupIncrement => ({
  atMs,
  dimensions: [category, 'EUR'],
  measures: [1, sumMinor],
});

const day: RollupQuery = {
  fromMs: 0,
  toMs: 24 * HOUR_MS,
  bucketMs: HOUR_MS,
  groupBy: ['category'],
  limit: 100,
};

/** Registers the facts about analytics stores. @param make a fresh store of `contractRollup` */
export const analyticsStoreContract = (make: () => Promise<AnalyticsStore>): void => {
  const filled = async (changes: readonly RollupIncrement[]): Promise<AnalyticsStore> => {
    const store = await make();
    await store.apply({ generation: 1, lane: 0, expectedNext: 0, next: 1, changes });
    return store;
  };
  const lines = async (store: AnalyticsStore, query: Partial<RollupQuery>) =>
    (await store.query({ ...day, ...query })).rows.map(
      ({ bucketStartMs, dimensions, measures }) =>
        `${bucketStartMs / HOUR_MS} ${Object.values(dimensions).join('/')} ${measures['count']} ${measures['sumMinor']}`,
    );

  viewStoreContract({
    make,
    changes: [sale(1, 'food', 5), sale(1, 'fuel', 7)],
    invalid: { atMs: 1, dimensions: ['food'], measures: [1, 2] },
  });

  it('sums what falls into the same bucket, within a batch and over batches', async () => {
    const store = await filled([sale(0, 'food', 5), sale(HOUR_MS - 1, 'food', 6)]);
    const more = [sale(1, 'food', -1), sale(HOUR_MS, 'food', 10)];
    await store.apply({ generation: 1, lane: 0, expectedNext: 1, next: 2, changes: more });
    await store.apply({ generation: 1, lane: 1, expectedNext: 0, next: 1, changes: more });
    expect(await lines(store, {})).toEqual(['0 food 4 9', '1 food 2 20']);
  });

  it('puts instants before 1970 into the bucket below', async () => {
    const store = await filled([sale(-1, 'food', 5)]);
    expect(await lines(store, { fromMs: -1 })).toEqual(['-1 food 1 5']);
  });

  it('keeps sums up to 2^53 - 1 exact', async () => {
    const store = await filled([sale(0, 'food', Number.MAX_SAFE_INTEGER - 1), sale(0, 'food', 1)]);
    expect(await lines(store, {})).toEqual([`0 food 2 ${Number.MAX_SAFE_INTEGER}`]);
  });

  describe('query', () => {
    const store = () =>
      filled([
        sale(0, 'food', 1),
        sale(HOUR_MS, 'food', 2),
        sale(HOUR_MS, "fuel'; --", 4),
        sale(2 * HOUR_MS, 'food', 8),
      ]);

    it('leaves out what starts on the end, and takes what starts on the beginning', async () => {
      const span = { fromMs: HOUR_MS, toMs: 2 * HOUR_MS };
      expect(await lines(await store(), span)).toEqual(['1 food 1 2', "1 fuel'; -- 1 4"]);
    });

    it('rounds the beginning down to a bucket', async () => {
      const span = { fromMs: HOUR_MS + 1, toMs: HOUR_MS + 2 };
      expect(await lines(await store(), span)).toEqual(['1 food 1 2', "1 fuel'; -- 1 4"]);
    });

    it('sums over longer buckets and over dimensions left out', async () => {
      const whole = { bucketMs: 2 * HOUR_MS, groupBy: [] };
      expect(await lines(await store(), whole)).toEqual(['0  3 7', '2  1 8']);
    });

    it('filters by dimension', async () => {
      const filters = { category: ["fuel'; --", 'none'] };
      expect(await lines(await store(), { filters })).toEqual(["1 fuel'; -- 1 4"]);
    });

    it('says when the limit cut the answer', async () => {
      const sales = await store();
      expect((await sales.query({ ...day, limit: 4 })).truncated).toBe(false);
      const cut = await sales.query({ ...day, limit: 3 });
      expect([cut.rows.length, cut.truncated]).toEqual([3, true]);
    });

    it.each<readonly [string, Partial<RollupQuery>]>([
      ['a bucket that is no multiple', { bucketMs: HOUR_MS + 1 }],
      ['an unknown dimension', { groupBy: ['bucket'] }],
      ['a filter of injection', { filters: { 'category" --': ['x'] } }],
      ['no values', { filters: { category: [] } }],
      ['limit 0', { limit: 0 }],
      ['limit 10,001', { limit: 10_001 }],
      ['a time that is none', { fromMs: Number.NaN }],
    ])('refuses %s', async (_name, query) => {
      const sales = await store();
      await expect(sales.query({ ...day, ...query })).rejects.toThrow(InvalidQueryError);
    });
  });
};
