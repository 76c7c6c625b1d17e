import type { RecordToAppend } from '@millrace/event-log';
import { createSimulatedLog } from '@millrace/event-log/testing';
import { InProcessCacheView, rowsOf, type ViewStore } from '@millrace/projections';
import { InProcessAnalyticsStore, InProcessSearchIndex } from '@millrace/projections/testing';
import {
  authorized,
  cardEventRecord,
  cardOpened,
  declined,
  disputed,
  ManualClock,
} from '@millrace/testkit';
import { openAnalyticsStores, openCacheStores, openSearchStores } from '../view-stores';
import { seededJitter } from './seeded-jitter';
import { analyticsProjector, cacheProjector, searchProjector } from './view-projectors';

const topics = ['card-events', 'card-state', 'alerts', 'dead-letters'];

const history = (): readonly RecordToAppend[] => {
  const payment = authorized({ occurredAtMs: 3_600_000, amountMinor: 500 });
  const events = [
    cardOpened(),
    payment,
    declined({ paymentId: 'pay_2', occurredAtMs: 7_200_000 }),
    disputed(payment, 9_000_000),
  ];
  return events.map((event, index) => cardEventRecord(event, { version: index + 1, lanes: 2 }));
};

const row = (fields: Readonly<Record<string, unknown>>, key: string): RecordToAppend => ({
  topic: 'card-state',
  partition: 0,
  key,
  value: JSON.stringify({ cardId: 'card_1', version: 1, ...fields }),
  headers: { schemaversion: '1' },
});

const paymentRow = (version: number) =>
  row(
    {
      ...authorized().data,
      kind: 'payment',
      status: 'authorized',
      authorizedMinor: 1_000,
      capturedMinor: 0,
      refundedMinor: 0,
      releasedMinor: 0,
      occurredAtMs: 5,
      updatedAtMs: 5,
      version,
    },
    'card_1/pay_1',
  );

const alert: RecordToAppend = {
  topic: 'alerts',
  partition: 1,
  key: 'alr_1',
  value: JSON.stringify({
    alertId: 'alr_1',
    ruleId: 'rule_1',
    ruleSetVersion: 0,
    keyKind: 'card',
    keyId: 'card_1',
    cardId: 'card_1',
    action: 'block',
    severity: 'high',
    reason: 'countries',
    crossedBy: 'pay_1',
    window: { kind: 'hopping', startMs: 0, endMs: 5 },
    values: {},
    thresholds: {},
    payments: [],
    raisedAtMs: 5,
    updatedAtMs: 5,
    revision: 1,
    imported: false,
  }),
  headers: {
    ce_specversion: '1.0',
    ce_id: 'alr_1/1',
    ce_type: 'alert.raised',
    ce_source: '/millrace/stream-processor',
    ce_time: '2026-03-01T10:00:00.000Z',
    ce_subject: 'alr_1',
    schemaversion: '1',
  },
};

const world = async () => {
  const clock = new ManualClock(0);
  const log = createSimulatedLog({ seed: 1, clock });
  const spec = { partitions: 2, cleanup: 'delete', retentionMs: -1 } as const;
  await log.ensureTopics(topics.map((name) => ({ name, ...spec })));
  const search = await openSearchStores(async (d) => new InProcessSearchIndex(d));
  const cache = openCacheStores((view) => new InProcessCacheView(view));
  const analytics = await openAnalyticsStores(async (d) => new InProcessAnalyticsStore(d));
  const delays = { delay: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  const around = { log, clock, delays, random: seededJitter('test'), limits: { maxLingerMs: 0 } };
  const projectors = [
    searchProjector(search, around),
    cacheProjector(cache, around),
    analyticsProjector(analytics, around),
  ];
  const stores: readonly ViewStore<never>[] = [
    ...Object.values(search),
    ...Object.values(cache),
    ...Object.values(analytics),
  ];
  return { log, projectors, stores, search };
};

const filled = async () => {
  const here = await world();
  await here.log.append([...history(), paymentRow(2), paymentRow(5), alert]);
  for (const projector of here.projectors) {
    await projector.start();
    expect(await projector.whenCaughtUp(AbortSignal.timeout(5_000))).toBe(true);
  }
  return here;
};

const contentOf = async (store: ViewStore<never>) => {
  const live = (await store.generations()).find((generation) => generation.live);
  const rows: string[] = [];
  for await (const found of rowsOf(store, live?.generation ?? 0)) {
    rows.push(`${found.key} ${found.content}`);
  }
  return rows;
};

const until = async (condition: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 10_000 && !condition(); turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(condition()).toBe(true);
};

describe('projector of a view', () => {
  it('fills every part of its view', async () => {
    const { projectors, stores } = await filled();
    const contents = await Promise.all(stores.map(contentOf));
    expect(contents.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 2]);
    await Promise.all(projectors.map((projector) => projector.stop()));
  });

  it('rebuilds its parts one after the other, equal row for row', async () => {
    const { projectors, stores } = await filled();
    const before = await Promise.all(stores.map(contentOf));
    for (const projector of projectors) {
      const seen = new Set<string>();
      const results = await projector.rebuild({
        compare: true,
        onProgress: ({ view, partNumber, partCount }) =>
          seen.add(`${view} ${partNumber}/${partCount}`),
      });
      expect([...seen]).toEqual(
        results.map(({ part }, index) => `${part} ${index + 1}/${results.length}`),
      );
      for (const { difference, generation } of results) {
        expect(difference?.differentRows).toBe(0);
        expect(generation).toBe(2);
      }
    }
    expect(await Promise.all(stores.map(contentOf))).toEqual(before);
    await Promise.all(projectors.map((projector) => projector.stop()));
  });

  it('sums the lag of its parts and tells each lane', async () => {
    const { log, projectors } = await filled();
    await Promise.all(projectors.map((projector) => projector.stop()));
    const [search] = projectors;
    await search?.start();
    await log.append([row({ kind: 'payment' }, 'card_1/pay_9'), { ...alert, value: '{}' }]);
    await until(() => search?.health.state().ok === false);
    const status = await search?.status();
    expect(status?.parts.map(({ view }) => view)).toEqual(['payments', 'alerts']);
    expect(status?.lagRecords).toBe(1);
    await search?.stop();
  });

  it('is not well when a lane has stopped', async () => {
    const { log, projectors } = await filled();
    const [search] = projectors;
    await log.append([{ ...paymentRow(6), value: '{' }]);
    await until(() => search?.health.state().ok === false);
    expect(search?.health.state().detail).toBe('payments lane 0 has stopped');
    await Promise.all(projectors.map((projector) => projector.stop()));
  });
});

describe('jitter', () => {
  it('is the same for a seed, another for another, from 0 to below 1', () => {
    const [a, again, b] = [seededJitter('1/cards'), seededJitter('1/cards'), seededJitter('2')];
    const draws = Array.from({ length: 1_000 }, () => a());
    expect(draws).toEqual(Array.from({ length: 1_000 }, () => again()));
    expect(draws).not.toEqual(Array.from({ length: 1_000 }, () => b()));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
  });
});
