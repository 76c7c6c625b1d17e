import type { RollupIncrement } from '../analytics-store.port';
import {
  appendBooks,
  type BookEvent,
  book,
  bookSales,
  contractRollup,
  documentsProjector,
  InProcessAnalyticsStore,
  type InProcessSearchIndex,
  shelfTopics,
  world,
} from '../testing';
import { Projector } from './projector';

const caughtUp = async (projector: { whenCaughtUp(signal: AbortSignal): Promise<boolean> }) => {
  expect(await projector.whenCaughtUp(AbortSignal.timeout(5_000))).toBe(true);
};

const titles = async (index: InProcessSearchIndex) =>
  Object.fromEntries(
    (await index.search({ limit: 200 })).documents.map(({ key, version }) => [key, version]),
  );

describe('several writers of one view', () => {
  const sums = async (store: InProcessAnalyticsStore) =>
    (await store.query({ fromMs: 0, toMs: 1, bucketMs: 3_600_000, groupBy: [], limit: 10 })).rows[0]
      ?.measures;

  it('count each event once when two projectors run on the same lanes', async () => {
    const here = await world();
    const store = new InProcessAnalyticsStore(contractRollup);
    const make = (groupId: string) =>
      new Projector<BookEvent, RollupIncrement>({
        log: here.log,
        clock: here.clock,
        delays: { delay: async (ms) => here.clock.advanceMs(ms) },
        random: () => 0,
        projection: bookSales,
        store,
        groupId,
        deadLetterTopic: shelfTopics.deadLetters,
        limits: { maxRecords: 7 },
      });
    const projectors = [make('one'), make('zombie')];
    await Promise.all(projectors.map((projector) => projector.start()));
    for (let round = 0; round < 50; round += 1) {
      await appendBooks(here.log, round % 2, [book('a', round, 2), book('b', round, 3)]);
    }
    for (const projector of projectors) await caughtUp(projector);
    expect(await sums(store)).toEqual({ count: 100, sumMinor: 250 });
    await Promise.all(projectors.map((projector) => projector.stop()));
  });
});

describe('rebuild', () => {
  it('gives equal rows, swaps, drops the old one, and goes on', async () => {
    const here = await world();
    const projector = documentsProjector(here, { limits: { maxRecords: 10 } });
    for (let at = 0; at < 40; at += 1)
      await appendBooks(here.log, at % 2, [book(`b${at % 9}`, at)]);
    await projector.start();
    await caughtUp(projector);
    const states = new Set<string>();
    const dones: number[] = [];
    const result = await projector.rebuild({
      compare: true,
      onProgress: ({ state, done, total }) => {
        states.add(state);
        dones.push(done / total);
      },
    });
    expect(result.difference).toEqual({ equalRows: 9, differentRows: 0, firstKeys: [] });
    expect([...states]).toEqual(['backfilling', 'catching-up', 'comparing', 'swapping', 'live']);
    expect(dones.at(-1)).toBe(1);
    expect(dones).toEqual([...dones].sort((a, b) => a - b));
    expect(await here.index.generations()).toEqual([{ generation: 2, live: true }]);
    await appendBooks(here.log, 0, [book('new', 1)]);
    await caughtUp(projector);
    expect(await titles(here.index)).toMatchObject({ new: 1 });
    await projector.stop();
  });

  it('mends what was lost from the view, and says what differed', async () => {
    const here = await world();
    const projector = documentsProjector(here);
    await appendBooks(here.log, 0, [book('a', 1)]);
    await projector.start();
    await caughtUp(projector);
    const lost = { key: 'a', version: 99, fields: undefined };
    const batch = { generation: 1, lane: 1, expectedNext: 0, next: 0, changes: [lost] };
    await here.index.apply(batch);
    expect(await titles(here.index)).toEqual({});
    const { difference } = await projector.rebuild({ compare: true });
    expect(difference).toEqual({ equalRows: 0, differentRows: 1, firstKeys: ['a'] });
    expect(await titles(here.index)).toEqual({ a: 1 });
    await projector.stop();
  });

  it('leaves the live generation as it was when cancelled', async () => {
    const here = await world();
    const projector = documentsProjector(here);
    await appendBooks(here.log, 0, [book('a', 1)]);
    await projector.start();
    await caughtUp(projector);
    const rebuild = projector.rebuild({ signal: AbortSignal.abort() });
    await expect(rebuild).rejects.toMatchObject({ code: 'PROJECTION_REBUILD_CANCELLED' });
    expect(await here.index.generations()).toEqual([{ generation: 1, live: true }]);
    await appendBooks(here.log, 0, [book('b', 1)]);
    await caughtUp(projector);
    await projector.stop();
  });

  it('is refused while another one runs', async () => {
    const here = await world();
    const projector = documentsProjector(here);
    await projector.start();
    const first = projector.rebuild();
    await expect(projector.rebuild()).rejects.toMatchObject({
      code: 'PROJECTION_REBUILD_NOT_POSSIBLE',
    });
    await first;
    await projector.stop();
  });
});
