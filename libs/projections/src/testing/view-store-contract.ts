/// <reference types="jest" />
/**
 * What every store of a view promises, whatever it holds: run with one sample of changes per kind.
 */
import {
  GenerationGoneError,
  GenerationLiveError,
  InvalidChangeError,
} from '../projections.errors';
import type { LaneBatch, ViewStore } from '../view-store.port';

/** A fresh store, and changes to try it with. */
export interface ViewStoreSubject<Change> {
  /** A store that nobody has written to. */
  readonly make: () => Promise<ViewStore<Change>>;
  /** Two changes of different rows, valid in this order. */
  readonly changes: readonly [Change, Change];
  /** A change that does not fit the definition. */
  readonly invalid: Change;
}

/** Registers the facts about checkpoints and generations. */
export const viewStoreContract = <Change>(subject: ViewStoreSubject<Change>): void => {
  const { changes, invalid } = subject;
  const [first, second] = changes;
  const batch = (part: Partial<LaneBatch<Change>>): LaneBatch<Change> => ({
    generation: 1,
    lane: 0,
    expectedNext: 0,
    next: 1,
    changes: [first],
    ...part,
  });
  const rowsOf = async (store: ViewStore<Change>, generation: number) =>
    store.rows(generation, { limit: 10_000 });

  describe('checkpoint', () => {
    it('starts with one empty live generation that no lane was applied to', async () => {
      const store = await subject.make();
      expect(await store.generations()).toEqual([{ generation: 1, live: true }]);
      expect(await store.checkpoints(1)).toEqual([]);
      expect(await rowsOf(store, 1)).toEqual([]);
    });

    it('moves with the changes', async () => {
      const store = await subject.make();
      expect(await store.apply(batch({ next: 7 }))).toEqual({ kind: 'applied' });
      expect(await store.checkpoints(1)).toEqual([{ lane: 0, next: 7, blocked: [] }]);
      expect(await rowsOf(store, 1)).toHaveLength(1);
    });

    it('moves alone when a batch holds no change', async () => {
      const store = await subject.make();
      await store.apply(batch({ next: 3, changes: [] }));
      expect(await store.checkpoints(1)).toEqual([{ lane: 0, next: 3, blocked: [] }]);
    });

    it('refuses a batch that comes twice, and says where it stands', async () => {
      const store = await subject.make();
      await store.apply(batch({ next: 7 }));
      const rows = await rowsOf(store, 1);
      expect(await store.apply(batch({ next: 7 }))).toEqual({ kind: 'conflict', next: 7 });
      expect(await rowsOf(store, 1)).toEqual(rows);
    });

    it.each([6, 8])('refuses a batch that expects %d where 7 stands', async (expectedNext) => {
      const store = await subject.make();
      await store.apply(batch({ next: 7 }));
      const outcome = await store.apply(batch({ expectedNext, next: 9, changes: [second] }));
      expect(outcome).toEqual({ kind: 'conflict', next: 7 });
      expect(await rowsOf(store, 1)).toHaveLength(1);
    });

    it('refuses a first batch that expects another place than 0', async () => {
      const store = await subject.make();
      const outcome = await store.apply(batch({ expectedNext: 5, next: 6 }));
      expect(outcome).toEqual({ kind: 'conflict', next: 0 });
      expect(await rowsOf(store, 1)).toEqual([]);
    });

    it('lets one of two writers of the same place win', async () => {
      const store = await subject.make();
      const outcomes = await Promise.all([store.apply(batch({})), store.apply(batch({}))]);
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['applied', 'conflict']);
    });

    it('keeps lanes apart, in order', async () => {
      const store = await subject.make();
      await store.apply(batch({ lane: 3, next: 9 }));
      await store.apply(batch({ lane: 1, next: 4, changes: [second] }));
      const places = (await store.checkpoints(1)).map(({ lane, next }) => [lane, next]);
      expect(places).toEqual([
        [1, 4],
        [3, 9],
      ]);
    });

    it('keeps the blocked subjects until they are replaced', async () => {
      const store = await subject.make();
      const blocked = [{ subject: 'a"b\\c', offset: 4, reason: 'TypeError' }];
      await store.apply(batch({ next: 5, blocked }));
      await store.apply(batch({ expectedNext: 5, next: 6, changes: [second] }));
      expect(await store.checkpoints(1)).toEqual([{ lane: 0, next: 6, blocked }]);
      await store.apply(batch({ expectedNext: 6, next: 6, changes: [], blocked: [] }));
      expect(await store.checkpoints(1)).toEqual([{ lane: 0, next: 6, blocked: [] }]);
    });

    it('applies nothing of a batch with an invalid change', async () => {
      const store = await subject.make();
      expect(() => store.check(invalid)).toThrow(InvalidChangeError);
      const bad = store.apply(batch({ changes: [first, invalid] }));
      await expect(bad).rejects.toThrow(InvalidChangeError);
      expect(await rowsOf(store, 1)).toEqual([]);
      expect((await store.checkpoints(1)).every(({ next }) => next === 0)).toBe(true);
    });
  });

  describe('generations', () => {
    it('fill beside the live one without touching it', async () => {
      const store = await subject.make();
      await store.apply(batch({}));
      const generation = await store.createGeneration();
      expect(generation).toBe(2);
      await store.apply(batch({ generation, next: 5, changes: [first, second] }));
      expect(await rowsOf(store, 1)).toHaveLength(1);
      expect(await rowsOf(store, 2)).toHaveLength(2);
      expect(await store.checkpoints(1)).toEqual([{ lane: 0, next: 1, blocked: [] }]);
      expect(await store.generations()).toEqual([
        { generation: 1, live: true },
        { generation: 2, live: false },
      ]);
    });

    it('give equal rows for equal changes, however they were cut', async () => {
      const store = await subject.make();
      await store.apply(batch({ next: 2, changes: [first, second] }));
      const generation = await store.createGeneration();
      await store.apply(batch({ generation, changes: [first] }));
      await store.apply(batch({ generation, expectedNext: 1, next: 2, changes: [second] }));
      expect(await rowsOf(store, generation)).toEqual(await rowsOf(store, 1));
    });

    it('swap and drop', async () => {
      const store = await subject.make();
      const generation = await store.createGeneration();
      await expect(store.dropGeneration(1)).rejects.toThrow(GenerationLiveError);
      await store.promote(generation);
      await store.dropGeneration(1);
      await store.dropGeneration(1);
      expect(await store.generations()).toEqual([{ generation: 2, live: true }]);
    });

    it('refuse to be written to or read once dropped', async () => {
      const store = await subject.make();
      await store.promote(await store.createGeneration());
      await store.dropGeneration(1);
      await expect(store.apply(batch({}))).rejects.toThrow(GenerationGoneError);
      await expect(store.checkpoints(1)).rejects.toThrow(GenerationGoneError);
      await expect(store.rows(1, { limit: 1 })).rejects.toThrow(GenerationGoneError);
      await expect(store.promote(1)).rejects.toThrow(GenerationGoneError);
    });

    it('give their rows by page, ascending', async () => {
      const store = await subject.make();
      await store.apply(batch({ changes: [first, second] }));
      const all = await rowsOf(store, 1);
      const [one] = await store.rows(1, { limit: 1 });
      expect(one).toEqual(all[0]);
      expect(await store.rows(1, { limit: 5, afterKey: one?.key ?? '' })).toEqual(all.slice(1));
    });
  });
};
