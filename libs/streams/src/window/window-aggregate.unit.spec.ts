import fc from 'fast-check';
import { TopologyRun } from '../testing/topology-run';
import { topology } from '../topology/topology-builder';
import type { Aggregator } from './aggregator';
import { type Emission, eager, everyMs, firstWhen, onClose } from './emission';
import { hopping, type TimeWindow, windowStarts } from './time-window';

interface Item {
  readonly key: string;
  readonly value: number;
  readonly ts: number;
}
interface Sum {
  readonly count: number;
  readonly sum: number;
}
interface Plan {
  readonly window: TimeWindow;
  readonly graceMs: number;
  readonly items: readonly Item[];
}
type Row = { key: string; start: number; end: number; value: Sum; ts: number };

const plain: Aggregator<Item, Sum> = {
  init: () => ({ count: 0, sum: 0 }),
  add: (a, { value }) => ({ count: a.count + 1, sum: a.sum + value }),
};
const mergeable: Aggregator<Item, Sum> = {
  ...plain,
  merge: (a, b) => ({ count: a.count + b.count, sum: a.sum + b.sum }),
};
const crossed = ({ count, sum }: Sum): boolean => count >= 2 && sum % 3 !== 0;

const build = (plan: Plan, aggregator: Aggregator<Item, Sum>, emit: Emission<Sum>) =>
  topology('windows', (builder) => {
    const results = builder
      .stream('in', {
        decode: (record): Item => JSON.parse(String(record.value)),
        timestamp: ({ ts }) => ts,
      })
      .groupByKey()
      .windowedBy(plan.window, { graceMs: plan.graceMs, late: 'sideOutput' })
      .aggregate({ name: 'sums', aggregator, emit });
    results.to('out', {
      value: ({ startMs, endMs, value }) => JSON.stringify([startMs, endMs, value]),
    });
    results.late.to('late', { value: ({ windows }) => JSON.stringify(windows) });
  });

const feed = (run: TopologyRun, items: readonly Item[], restarts: readonly number[] = []): void => {
  items.forEach((item, index) => {
    run.pipe('in', { key: item.key, value: item });
    if (restarts.includes(index)) run.restart();
  });
};

const rows = (run: TopologyRun): Row[] =>
  run.read('out').map(({ key, value, timestampMs }) => {
    const [start, end, sum] = JSON.parse(String(value));
    return { key: String(key), start, end, value: sum, ts: timestampMs };
  });

/** The whole input at once, record by record, with no store: what each mode must emit. */
const model = (
  { window, graceMs, items }: Plan,
  kind: 'eager' | 'onClose' | 'firstWhen',
): Row[] => {
  const open = new Map<string, Row & { fired: boolean }>();
  const out: Row[] = [];
  let now = Number.NEGATIVE_INFINITY;
  const push = ({ key, start, end, value, ts }: Row) => out.push({ key, start, end, value, ts });
  for (const item of items) {
    now = Math.max(now, item.ts);
    for (const [id, row] of open) {
      if (row.end + graceMs > now) continue;
      open.delete(id);
      if (kind === 'onClose') push(row);
    }
    for (const start of windowStarts(window, item.ts)) {
      const end = start + window.sizeMs;
      if (end + graceMs <= now) continue;
      const id = `${start}/${item.key}`;
      const before = open.get(id);
      const value = plain.add(before?.value ?? plain.init(), item, {} as never);
      const ts = Math.max(before?.ts ?? item.ts, item.ts);
      const fires = !(before?.fired ?? false) && crossed(value);
      const row = {
        key: item.key,
        start,
        end,
        value,
        ts,
        fired: (before?.fired ?? false) || fires,
      };
      open.set(id, row);
      if (kind === 'eager' || (kind === 'firstWhen' && fires)) push(row);
    }
  }
  return out;
};

const sorted = (list: readonly Row[]): string[] => list.map((row) => JSON.stringify(row)).sort();

const items = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    value: fc.integer({ min: 0, max: 9 }),
    ts: fc.integer({ min: 0, max: 120 }),
  }),
  { maxLength: 60 },
);
const plan: fc.Arbitrary<Plan> = fc
  .record({
    sizeMs: fc.integer({ min: 1, max: 24 }),
    hopSeed: fc.integer({ min: 1, max: 24 }),
    offsetMs: fc.integer({ min: -7, max: 7 }),
    clampStartAtZero: fc.boolean(),
    graceMs: fc.integer({ min: 0, max: 40 }),
    items,
  })
  .map(({ sizeMs, hopSeed, offsetMs, clampStartAtZero, graceMs, items: list }) => ({
    window: hopping(sizeMs, ((hopSeed - 1) % sizeMs) + 1, { offsetMs, clampStartAtZero }),
    graceMs,
    items: list,
  }));

describe('aggregates of hopping windows', () => {
  const modes = [
    { kind: 'eager', how: 'per window', emit: eager, aggregator: plain },
    { kind: 'onClose', how: 'per window', emit: onClose, aggregator: plain },
    { kind: 'onClose', how: 'by panes', emit: onClose, aggregator: mergeable },
    { kind: 'firstWhen', how: 'per window', emit: firstWhen(crossed), aggregator: plain },
    { kind: 'firstWhen', how: 'by panes', emit: firstWhen(crossed), aggregator: mergeable },
  ] as const;

  it.each(modes)('equal the model of the whole input: $kind $how', ({ kind, emit, aggregator }) => {
    fc.assert(
      fc.property(plan, (given) => {
        const run = new TopologyRun(build(given, aggregator, emit));
        feed(run, given.items);
        expect(sorted(rows(run))).toEqual(sorted(model(given, kind)));
      }),
      { numRuns: 150 },
    );
  });

  it.each(modes)('are the same with restarts between: $kind $how', ({ emit, aggregator }) => {
    fc.assert(
      fc.property(plan, fc.array(fc.nat({ max: 60 }), { maxLength: 4 }), (given, restarts) => {
        const straight = new TopologyRun(build(given, aggregator, emit));
        const broken = new TopologyRun(build(given, aggregator, emit));
        feed(straight, given.items);
        feed(broken, given.items, restarts);
        expect(broken.read()).toEqual(straight.read());
        expect(broken.drops).toEqual(straight.drops);
      }),
      { numRuns: 80 },
    );
  });

  it.each(modes)(
    'are the same however commits cut the input: $kind $how',
    ({ emit, aggregator }) => {
      fc.assert(
        fc.property(plan, (given) => {
          const each = new TopologyRun(build(given, aggregator, emit));
          const once = new TopologyRun(build(given, aggregator, emit), { autoCommit: false });
          feed(each, given.items);
          feed(once, given.items);
          once.commit();
          expect(once.read()).toEqual(each.read());
          expect(once.storeKeys('sums')).toEqual(each.storeKeys('sums'));
        }),
        { numRuns: 80 },
      );
    },
  );

  it('refuse the same windows by panes as per window', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const perWindow = new TopologyRun(build(given, plain, onClose));
        const byPanes = new TopologyRun(build(given, mergeable, onClose));
        feed(perWindow, given.items);
        feed(byPanes, given.items);
        expect(byPanes.drops).toEqual(perWindow.drops);
        expect(byPanes.read('late')).toEqual(perWindow.read('late'));
      }),
      { numRuns: 100 },
    );
  });

  it('do not depend on the order of records within grace', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const graceful = { ...given, graceMs: 121 };
        const inOrder = { ...graceful, items: [...given.items].sort((a, b) => a.ts - b.ts) };
        const end = { key: 'z', value: 0, ts: 10_000 };
        const finals = (list: Plan): string[] => {
          const run = new TopologyRun(build(list, mergeable, onClose));
          feed(run, [...list.items, end]);
          return sorted(rows(run));
        };
        expect(finals(graceful)).toEqual(finals(inOrder));
      }),
      { numRuns: 80 },
    );
  });

  it('forget every window that has closed', () => {
    const given = { window: hopping(10, 5), graceMs: 3, items: [] };
    for (const aggregator of [plain, mergeable]) {
      const run = new TopologyRun(build(given, aggregator, onClose));
      for (const ts of [1, 7, 12]) run.pipe('in', { key: 'a', value: { key: 'a', value: 1, ts } });
      run.pipe('in', { key: 'b', value: { key: 'b', value: 1, ts: 1_000 } });
      expect(run.storeKeys('sums').every((key) => key.endsWith('/b'))).toBe(true);
    }
  });
});

describe('emission every n ms', () => {
  const given = { window: hopping(100, 100), graceMs: 0, items: [] };
  const send = (run: TopologyRun, ts: number): void =>
    run.pipe('in', { key: 'a', value: { key: 'a', value: 1, ts } });

  it('gives the newest value when event time passes a point of the grid', () => {
    const run = new TopologyRun(build(given, plain, everyMs(10)));
    for (const ts of [1, 5, 9]) send(run, ts);
    expect(rows(run)).toEqual([]);
    send(run, 10);
    expect(rows(run).map(({ value }) => value.count)).toEqual([3]);
  });

  it('gives what is unsent when the window closes, and nothing twice', () => {
    const run = new TopologyRun(build(given, plain, everyMs(1_000)));
    for (const ts of [1, 99]) send(run, ts);
    run.restart();
    send(run, 100);
    expect(rows(run).map(({ start, value }) => [start, value.count])).toEqual([[0, 2]]);
  });
});
