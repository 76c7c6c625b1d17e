import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulatedLog } from '@millrace/event-log/testing';
import { type Projection, Projector, type ViewStore } from '@millrace/projections';
import {
  appendBooks,
  book,
  bookDocuments,
  bookSales,
  contractIndex,
  contractRollup,
  declareShelf,
  InProcessSearchIndex,
  shelfTopics,
} from '@millrace/projections/testing';
import { ManualClock } from '@millrace/testkit';
import { openPgliteViews, type PgClient, PostgresAnalyticsStore, PostgresSearchIndex } from '.';

const folder = mkdtempSync(join(tmpdir(), 'views-'));
let client: PgClient;

beforeAll(async () => {
  client = await openPgliteViews({ folder, logIncarnation: 'log-1' });
});

afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

const EVENTS = 400;

const world = async () => {
  const clock = new ManualClock(1_700_000_000_000);
  const log = createSimulatedLog({ seed: 7, clock });
  await declareShelf(log);
  const write = async (): Promise<void> => {
    for (let at = 0; at < EVENTS; at += 4) {
      const books = [0, 1, 2, 3].map((step) => book(`b${(at + step) % 37}`, at + step, 1));
      await appendBooks(log, (at / 4) % 2, books);
    }
  };
  const projector = <S, C>(projection: Projection<S, C>, store: ViewStore<C>, groupId: string) =>
    new Projector({
      log,
      clock,
      delays: { delay: async (ms) => clock.advanceMs(ms) },
      random: () => 0,
      projection,
      store,
      groupId,
      deadLetterTopic: shelfTopics.deadLetters,
      limits: { maxRecords: 16 },
    });
  return { log, write, projector };
};

describe('projectors on PGlite', () => {
  it('count each event once though two of them run, and give equal rows when rebuilt', async () => {
    const here = await world();
    const store = await PostgresAnalyticsStore.open(client, contractRollup);
    const projectors = ['one', 'zombie'].map((id) => here.projector(bookSales, store, id));
    await Promise.all([...projectors.map((projector) => projector.start()), here.write()]);
    for (const projector of projectors) {
      expect(await projector.whenCaughtUp(AbortSignal.timeout(50_000))).toBe(true);
    }
    const [one, zombie] = projectors;
    await zombie?.stop();
    const asked = { fromMs: 0, toMs: 1, bucketMs: 3_600_000, groupBy: [], limit: 1 };
    const [sum] = (await store.query(asked)).rows;
    expect(sum?.measures).toEqual({ count: EVENTS, sumMinor: EVENTS });
    const rebuilt = await one?.rebuild({ compare: true });
    expect(rebuilt?.difference).toEqual({ equalRows: 37, differentRows: 0, firstKeys: [] });
    expect((await store.query(asked)).rows[0]?.measures).toEqual(sum?.measures);
    await one?.stop();
    store.close();
  });

  it('make of the same log the documents that the in-process index makes', async () => {
    const here = await world();
    await here.write();
    const stored = await PostgresSearchIndex.open(client, contractIndex);
    const reference = new InProcessSearchIndex(contractIndex);
    for (const index of [stored, reference]) {
      const projector = here.projector(bookDocuments, index, index === stored ? 'pg' : 'memory');
      await projector.start();
      expect(await projector.whenCaughtUp(AbortSignal.timeout(50_000))).toBe(true);
      await projector.stop();
    }
    expect(await stored.rows(1, { limit: 100 })).toEqual(await reference.rows(1, { limit: 100 }));
    expect(await stored.checkpoints(1)).toEqual(await reference.checkpoints(1));
    stored.close();
  });
});
