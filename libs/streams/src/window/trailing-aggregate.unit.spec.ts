import fc from 'fast-check';
import { TopologyRun } from '../testing/topology-run';
import { topology } from '../topology/topology-builder';
import { type Emission, eager, firstWhen } from './emission';

interface Item {
  readonly key: string;
  readonly ts: number;
}

const build = (
  sizeMs: number,
  graceMs: number,
  emit: Extract<Emission<number>, { kind: 'eager' | 'firstWhen' }>,
) =>
  topology('trailing', (builder) => {
    builder
      .stream('in', {
        decode: (record): Item => JSON.parse(String(record.value)),
        timestamp: ({ ts }) => ts,
      })
      .groupByKey()
      .trailing({ sizeMs, graceMs })
      .aggregate({
        name: 'trail',
        aggregator: { init: () => 0, add: (count: number) => count + 1 },
        emit,
      })
      .to('out', { value: ({ endMs, value }) => JSON.stringify([endMs - 1, value]) });
  });

const counts = (run: TopologyRun): [number, number][] =>
  run.read('out').map(({ value }) => JSON.parse(String(value)));

const feed = (run: TopologyRun, times: readonly number[]): void => {
  for (const ts of times) run.pipe('in', { key: 'a', value: { key: 'a', ts } });
};

describe('a trailing window', () => {
  it('counts a record one ms inside, not one exactly its size older', () => {
    const inside = new TopologyRun(build(10, 100, eager));
    feed(inside, [0, 9]);
    expect(counts(inside)).toEqual([
      [0, 1],
      [9, 2],
    ]);
    const outside = new TopologyRun(build(10, 100, eager));
    feed(outside, [0, 10]);
    expect(counts(outside)).toEqual([
      [0, 1],
      [10, 1],
    ]);
  });

  it('judges the windows of later records again when one comes out of order', () => {
    const run = new TopologyRun(build(10, 100, eager));
    feed(run, [5, 12, 4]);
    expect(counts(run)).toEqual([
      [5, 1],
      [12, 2],
      [4, 1],
      [5, 2],
      [12, 3],
    ]);
  });

  it('has for each record the count over all input, in any order within grace', () => {
    const times = fc.array(fc.nat({ max: 80 }), { maxLength: 40 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 30 }), (list, sizeMs) => {
        const run = new TopologyRun(build(sizeMs, 100, eager));
        feed(run, list);
        const last = new Map(counts(run));
        for (const ts of list) {
          const wanted = list.filter((other) => other > ts - sizeMs && other <= ts).length;
          expect(last.get(ts)).toBe(wanted);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('fires once per crossing, not again while the predicate holds', () => {
    const run = new TopologyRun(
      build(
        10,
        0,
        firstWhen((count) => count >= 3),
      ),
    );
    feed(run, [1, 2, 3, 4, 30, 31, 32]);
    expect(counts(run)).toEqual([
      [3, 3],
      [32, 3],
    ]);
  });

  it('refuses a record exactly at the limit, and counts it for windows still open', () => {
    const run = new TopologyRun(build(10, 5, eager));
    feed(run, [20, 15]);
    expect(run.drops).toEqual([]);
    feed(run, [14]);
    expect(run.drops.map(({ reason, windows }) => [reason, windows])).toEqual([
      ['late', [{ startMs: 5, endMs: 15 }]],
    ]);
    expect(counts(run).at(-1)).toEqual([20, 3]);
  });

  it('forgets a key that went quiet', () => {
    const run = new TopologyRun(build(10, 5, eager));
    feed(run, [1]);
    run.pipe('in', { key: 'b', value: { key: 'b', ts: 1_000 } });
    expect(run.storeKeys('trail')).toEqual(['b']);
  });

  it('is the same with a restart after each record', () => {
    const times = fc.array(fc.nat({ max: 60 }), { maxLength: 30 });
    fc.assert(
      fc.property(times, (list) => {
        const emit = firstWhen<number>((count) => count % 3 === 0);
        const straight = new TopologyRun(build(12, 8, emit));
        const broken = new TopologyRun(build(12, 8, emit));
        feed(straight, list);
        for (const ts of list) {
          feed(broken, [ts]);
          broken.restart();
        }
        expect(broken.read()).toEqual(straight.read());
        expect(broken.drops).toEqual(straight.drops);
      }),
      { numRuns: 60 },
    );
  });
});
