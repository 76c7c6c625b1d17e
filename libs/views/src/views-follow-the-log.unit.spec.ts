import type { EventLog, RecordToAppend } from '@millrace/event-log';
import { createSimulatedLog, rough } from '@millrace/event-log/testing';
import { BARRIER_KEY, BARRIER_TYPE } from '@millrace/event-sourcing';
import {
  type CardCommand,
  type CardEvent,
  type CardStateRow,
  cardAggregate,
  categoryOfMcc,
  type PaymentRow,
} from '@millrace/payments';
import {
  InProcessCacheView,
  Projector,
  silentProjectorObserver,
  type ViewStore,
} from '@millrace/projections';
import { InProcessAnalyticsStore, InProcessSearchIndex } from '@millrace/projections/testing';
import {
  AggregateRun,
  authorize,
  capture,
  cardEventRecord,
  dispute,
  ManualClock,
  openCard,
  refund,
  SeededRandom,
  voidPayment,
} from '@millrace/testkit';
import fc from 'fast-check';
import { categoriesProjection } from './analytics/categories-rollup';
import { cardActivityProjection } from './cards/card-activity';
import { KEPT_PAYMENTS } from './cards/cards-projection';
import { paymentDocument, paymentsProjection } from './payments/payments-index';
import {
  analyticsProjector,
  cacheProjector,
  type ProjectorSurroundings,
  searchProjector,
} from './projector/view-projectors';
import { openAnalyticsStores, openCacheStores, openSearchStores } from './view-stores';

const LANES = 2;
const START_MS = Date.UTC(2026, 2, 1, 10);
const topics = ['card-events', 'card-state', 'alerts', 'dead-letters'];

type CardRun = AggregateRun<CardCommand, CardEvent, CardStateRow>;

const barriers: readonly RecordToAppend[] = ['card-events', 'card-state'].map((topic) => ({
  topic,
  partition: 0,
  key: BARRIER_KEY,
  value: null,
  headers: { ce_type: BARRIER_TYPE },
}));

/** Cards that live by chance, and the records of it in the order of the owner's commits. */
const livedCards = (random: SeededRandom) => {
  const cards = Array.from({ length: random.int(1, 3) }, (_, index) => ({
    cardId: `card_${index}`,
    run: new AggregateRun(cardAggregate, `card_${index}`),
  }));
  const commits = [barriers];
  let nowMs = START_MS;
  for (const { run } of cards) {
    run.run(openCard({ limitMinor: 20_000, occurredAtMs: nowMs }), nowMs);
    commits.push(commitOf(run, 0));
  }
  for (let step = random.int(5, 90); step > 0; step -= 1) {
    const { run } = random.pick(cards);
    nowMs += random.int(0, 900_000);
    const before = run.version;
    run.run(commandBy(random, nowMs), nowMs);
    if (run.version > before) commits.push(commitOf(run, before));
  }
  return { cards, commits };
};

const commandBy = (random: SeededRandom, nowMs: number) => {
  const paymentId = `pay_${random.int(1, 70)}`;
  const occurredAtMs = nowMs - random.int(0, 7_200_000);
  const amountMinor = random.int(1, 900);
  if (random.chance(0.4)) return random.pick([capture, refund])(amountMinor, { paymentId });
  if (random.chance(0.2)) return random.pick([voidPayment, dispute])({ paymentId });
  return authorize({
    paymentId,
    occurredAtMs,
    amountMinor,
    mcc: random.pick(['5411', '5812', '0000']),
    capture: random.pick(['manual', 'immediate']),
  });
};

const commitOf = (run: CardRun, from: number): readonly RecordToAppend[] => {
  const events = run.events
    .slice(from)
    .map((event, i) => cardEventRecord(event, { lanes: LANES, version: from + i + 1 }));
  const partition = events[0]?.partition ?? 0;
  const rows = [...run.rows].filter(([, row]) => row.version > from);
  const of = { topic: 'card-state', partition, headers: { schemaversion: '1' } };
  return [...events, ...rows.map(([key, row]) => ({ ...of, key, value: JSON.stringify(row) }))];
};

const stores = async () => ({
  search: await openSearchStores(async (definition) => new InProcessSearchIndex(definition)),
  cache: openCacheStores((view) => new InProcessCacheView(view)),
  analytics: await openAnalyticsStores(async (d) => new InProcessAnalyticsStore(d)),
});

type Stores = Awaited<ReturnType<typeof stores>>;

const followed = ({ search, cache, analytics }: Stores) =>
  [
    [search.payments, 'card-state'],
    [cache.cards, 'card-state'],
    [cache.cardActivity, 'card-events'],
    [analytics.categories, 'card-events'],
  ] as const satisfies readonly (readonly [ViewStore<never>, string])[];

const projectorsOf = (all: Stores, around: ProjectorSurroundings) => [
  searchProjector(all.search, around),
  cacheProjector(all.cache, around),
  analyticsProjector(all.analytics, around),
];

/** Members of one group share its lanes; rivals, in groups of their own, write the same lanes. */
const rivalsOf = ({ search, cache, analytics }: Stores, around: ProjectorSurroundings) => {
  const rival = (groupId: string) => ({ ...around, groupId, deadLetterTopic: 'dead-letters' });
  const [payments, activity, totals] = [rival('r1'), rival('r2'), rival('r3')];
  return [
    new Projector({ ...payments, projection: paymentsProjection, store: search.payments }),
    new Projector({ ...activity, projection: cardActivityProjection, store: cache.cardActivity }),
    new Projector({ ...totals, projection: categoriesProjection, store: analytics.categories }),
  ];
};

const appended = async (log: EventLog, records: readonly RecordToAppend[]): Promise<void> => {
  while (records.length > 0) {
    try {
      await log.append(records);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'retryable' in error && error.retryable)) throw error;
    }
  }
};

/**
 * Runs the projectors of all views over the log while it grows; chance decides how records are
 * batched, when projectors are restarted, and when two of each write to the same stores.
 */
const projected = async (seed: number) => {
  const random = new SeededRandom(seed);
  const { cards, commits } = livedCards(random);
  const clock = new ManualClock(START_MS);
  const faults = random.chance(0.5) ? rough : {};
  const log = createSimulatedLog({ seed, clock, faults: { ...faults, commitUnknownRate: 0 } });
  const spec = { partitions: LANES, cleanup: 'compact', retentionMs: -1 } as const;
  await log.ensureTopics(topics.map((name) => ({ name, ...spec })));
  const all = await stores();
  let conflicts = 0;
  const around: ProjectorSurroundings = {
    log,
    clock,
    delays: { delay: () => new Promise((resolve) => setImmediate(resolve)) },
    random: () => random.next(),
    limits: { maxRecords: random.pick([1, 7, 99]), maxLingerMs: 0 },
    observer: {
      ...silentProjectorObserver,
      conflicted: () => {
        conflicts += 1;
      },
    },
  };
  const rivals = rivalsOf(all, { ...around, log: log.client() });
  let running = projectorsOf(all, around);
  await appended(log, commits.splice(0, random.int(0, commits.length)).flat());
  for (const lane of [0, 1]) log.compact({ topic: 'card-state', partition: lane });
  for (const projector of [...running, ...rivals]) await projector.start();
  while (commits.length > 0) {
    await appended(log, commits.splice(0, random.int(1, 5)).flat());
    if (!random.chance(0.1)) continue;
    await Promise.all(running.map((projector) => projector.stop()));
    running = projectorsOf(all, around);
    for (const projector of running) await projector.start();
  }
  const projectors = [...running, ...rivals];
  return {
    all,
    cards,
    log,
    conflicts: () => conflicts,
    stop: () => Promise.all(projectors.map((one) => one.stop())),
  };
};

const caughtUp = async (run: Awaited<ReturnType<typeof projected>>): Promise<void> => {
  const ends = await run.log.offsets(
    topics.flatMap((topic) => [0, 1].map((partition) => ({ topic, partition }))),
  );
  const behind = async (store: ViewStore<never>, topic: string): Promise<boolean> => {
    const checkpoints = await store.checkpoints(1);
    return ends.some(
      (end) =>
        end.topic === topic &&
        end.endOffset > (checkpoints.find(({ lane }) => lane === end.partition)?.next ?? 0),
    );
  };
  for (let turn = 0; turn < 20_000; turn += 1) {
    const open = await Promise.all(followed(run.all).map(([store, topic]) => behind(store, topic)));
    if (!open.includes(true)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('the views never caught up');
};

const paymentsOf = (run: CardRun): readonly PaymentRow[] =>
  [...run.rows.values()].flatMap((row) => (row.kind === 'payment' ? [row] : []));

const naiveTotals = (cards: readonly { readonly run: CardRun }[]) => {
  const totals = new Map<string, readonly [payments: number, amountMinor: number]>();
  for (const event of cards.flatMap(({ run }) => run.events)) {
    if (event.type !== 'payment.authorized') continue;
    const key = `${hourOf(event.occurredAtMs)} ${categoryOfMcc(event.data.mcc)}`;
    const [payments, amountMinor] = totals.get(key) ?? [0, 0];
    totals.set(key, [payments + 1, amountMinor + event.data.amountMinor]);
  }
  return totals;
};

const hourOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 13);

describe('views follow the log', () => {
  let conflicts = 0;

  it('hold what a plain fold of all cards holds, however records were batched or repeated', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 0x7fff_ffff }), async (seed) => {
        const run = await projected(seed);
        await caughtUp(run);
        const { search, cache, analytics } = run.all;

        const found = await search.payments.rows(1, { limit: 10_000 });
        const expected = run.cards.flatMap(({ run: card }) =>
          paymentsOf(card).map((row) => {
            const { key, version, fields } = paymentDocument(row);
            return `${key} ${version} ${JSON.stringify(fields)}`;
          }),
        );
        expect(found.map((row) => `${row.key} ${row.content}`).sort()).toEqual(expected.sort());

        for (const { cardId, run: card } of run.cards) {
          const payments = paymentsOf(card);
          const newest = [...payments].sort(
            (a, b) => b.occurredAtMs - a.occurredAtMs || (a.paymentId < b.paymentId ? 1 : -1),
          );
          const kept = await cache.cards.list(cardId, 1_000);
          expect(kept.map((p) => `${p['paymentId']} ${p['status']}`)).toEqual(
            newest.slice(0, KEPT_PAYMENTS).map((p) => `${p.paymentId} ${p.status}`),
          );
          const declined = payments.filter((p) => p.status === 'declined').length;
          const counters = await cache.cardActivity.counters(cardId);
          expect(counters['declinedPayments'] ?? 0).toBe(declined);
          expect(counters['payments'] ?? 0).toBe(payments.length - declined);
          expect((await cache.cards.get(cardId))?.version).toBe(card.version);
        }

        const { rows } = await analytics.categories.query({
          fromMs: 0,
          toMs: 4_102_444_800_000,
          bucketMs: 3_600_000,
          groupBy: ['category'],
          limit: 10_000,
        });
        const totals = new Map(
          rows
            .filter(({ measures }) => measures['payments'] !== 0)
            .map(({ bucketStartMs, dimensions, measures }) => [
              `${hourOf(bucketStartMs)} ${dimensions['category']}`,
              [measures['payments'], measures['amountMinor']],
            ]),
        );
        expect(totals).toEqual(naiveTotals(run.cards));
        conflicts += run.conflicts();
        await run.stop();
      }),
      { numRuns: 20 },
    ));

  it('was tried against rivals that wrote the same lanes', () => {
    expect(conflicts).toBeGreaterThan(0);
  });
});
