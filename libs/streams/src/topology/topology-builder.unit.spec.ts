import { storeSpec } from '../state/store-spec';
import { TopologyRun } from '../testing/topology-run';
import { eager, everyMs, onClose } from '../window/emission';
import { hopping, tumbling } from '../window/time-window';
import { type SourceOptions, type TopologyBuilder, topology } from './topology-builder';

interface Item {
  readonly user: string;
  readonly ts: number;
}

const options: SourceOptions<Item> = {
  decode: (record) => JSON.parse(String(record.value)),
  timestamp: ({ ts }) => ts,
};
const source = (builder: TopologyBuilder, topic = 'in') => builder.stream(topic, options);
const text = (value: unknown): string => JSON.stringify(value);

describe('a topology that cannot work is refused when it is built', () => {
  const refused: readonly (readonly [string, (builder: TopologyBuilder) => void, string])[] = [
    [
      'two stores with one name',
      (builder) => {
        const items = source(builder);
        items.groupByKey().count({ name: 'counts' });
        items.groupByKey().count({ name: 'counts' });
      },
      'two stores are named counts',
    ],
    [
      'grace below zero',
      (b) => source(b).groupByKey().windowedBy(tumbling(10), { graceMs: -1 }),
      'grace -1 ms',
    ],
    ['a hop above the size', () => hopping(10, 11), 'hop 11 ms is above size 10 ms'],
    ['a window of no length', () => tumbling(0), 'window size 0 ms'],
    [
      'a trailing window of no length',
      (b) => source(b).groupByKey().trailing({ sizeMs: 0, graceMs: 0 }),
      'trailing window of 0 ms',
    ],
    [
      'emission every 0 ms',
      (b) =>
        source(b)
          .groupByKey()
          .windowedBy(tumbling(10), { graceMs: 0 })
          .count({ name: 'c', emit: everyMs(0) }),
      'every 0 ms',
    ],
    [
      'one topic read twice',
      (builder) => {
        source(builder);
        source(builder);
      },
      'read twice',
    ],
    ['no input', () => {}, 'it reads no topic'],
    [
      'a store behind a changed key',
      (b) =>
        source(b)
          .selectKey(({ user }) => user)
          .process({ seen: storeSpec<number>('seen') }, { name: 'p', process: () => {} }),
      'use groupByKey() first',
    ],
    [
      'a late output under the policy drop',
      (b) =>
        source(b).groupByKey().windowedBy(tumbling(10), { graceMs: 0 }).count({ name: 'c' }).late,
      'has no late output',
    ],
  ];

  it.each(refused)('%s', (_name, declare, problem) => {
    expect(() => topology('t', declare)).toThrow(problem);
  });

  it('takes grace of zero and a hop equal to the size', () => {
    const built = topology('t', (builder) => {
      source(builder).groupByKey().windowedBy(hopping(10, 10), { graceMs: 0 }).count({ name: 'c' });
    });
    expect(built.storeNames).toEqual(['c']);
  });
});

describe('a topology', () => {
  const built = topology('users', (builder) => {
    const { old, rest } = source(builder).branch({ old: ({ ts }) => ts < 10 });
    old.to('old', { value: text });
    rest
      .groupBy(({ user }) => user)
      .windowedBy(tumbling(10), { graceMs: 0 })
      .count({ name: 'per-user', emit: onClose })
      .to('counts', { value: ({ startMs, value }) => text([startMs, value]) });
  });

  it('describes topics, stores, sub-topologies as text and as Mermaid', () => {
    const { text: lines, mermaid } = built.describe();
    expect(lines).toContain('Sub-topology 1');
    expect(lines).toContain('repartition-sink');
    expect(lines).toContain('window-aggregate per-user (store per-user)');
    expect(mermaid).toMatch(/^flowchart TD\n/);
    expect(mermaid).toContain('[/"users-repartition"/]');
    expect(mermaid).toContain('[("per-user")]');
  });

  it('names its changelog and repartition topics', () => {
    expect(built.internalTopics(4).map(({ name, partitions }) => [name, partitions])).toEqual([
      ['users-changelog', 4],
      ['users-repartition', 4],
    ]);
  });

  it('counts a user whose records come from several lanes in one place', () => {
    const run = new TopologyRun(built, { lanes: 4 });
    for (let lane = 0; lane < 4; lane += 1) {
      run.pipe('in', { key: 'k', lane, value: { user: 'ann', ts: 12 + lane } });
    }
    for (let lane = 0; lane < 4; lane += 1) {
      run.pipe('in', { key: 'k', lane, value: { user: 'bob', ts: 40 } });
    }
    expect(run.read('counts').map(({ key, value }) => [key, value])).toEqual([['ann', '[10,4]']]);
  });

  it('closes nothing before the slowest lane is past the end, and then once', () => {
    const run = new TopologyRun(built, { lanes: 2 });
    run.pipe('in', { key: 'k', lane: 0, value: { user: 'ann', ts: 11 } });
    run.pipe('in', { key: 'k', lane: 0, value: { user: 'ann', ts: 90 } });
    run.pipe('in', { key: 'k', lane: 1, value: { user: 'ann', ts: 19 } });
    expect(run.read('counts')).toEqual([]);
    expect(run.drops).toEqual([]);
    run.restart();
    run.pipe('in', { key: 'k', lane: 1, value: { user: 'ann', ts: 20 } });
    expect(run.read('counts').map(({ value }) => value)).toEqual(['[10,2]']);
  });

  it('goes on without a lane that is idle', () => {
    const run = new TopologyRun(built, { lanes: 2 });
    run.pipe('in', { key: 'k', lane: 0, value: { user: 'ann', ts: 11 } });
    run.pipe('in', { key: 'k', lane: 0, value: { user: 'ann', ts: 90 } });
    expect(run.read('counts')).toEqual([]);
    run.setIdle('in', true, 1);
    expect(run.read('counts').map(({ value }) => value)).toEqual(['[10,1]']);
  });

  it('gives a result the event time of the newest record in it, as ce_time', () => {
    const run = new TopologyRun(built);
    run.pipe('in', { key: 'k', value: { user: 'ann', ts: 12 } });
    run.pipe('in', { key: 'k', value: { user: 'ann', ts: 17 } });
    run.pipe('in', { key: 'k', value: { user: 'ann', ts: 40 } });
    const [result] = run.read('counts');
    expect(result?.timestampMs).toBe(17);
    expect(result?.headers['ce_time']).toBe('1970-01-01T00:00:00.017Z');
  });
});

describe('a record dated in the future', () => {
  it('moves time no further than its append time, so the others are not late', () => {
    const built = topology('t', (builder) => {
      source(builder)
        .groupByKey()
        .windowedBy(tumbling(10), { graceMs: 0 })
        .count({ name: 'c', emit: eager })
        .to('out', { value: ({ value }) => String(value) });
    });
    const run = new TopologyRun(built);
    run.pipe('in', { key: 'a', value: { user: 'x', ts: 1_000_000 }, appendedAtMs: 5 });
    run.pipe('in', { key: 'a', value: { user: 'x', ts: 4 }, appendedAtMs: 6 });
    expect(run.drops).toEqual([]);
    expect(run.clockMs('c')).toBe(5);
    expect(run.read('out')).toHaveLength(2);
  });
});

describe('a record that cannot be decoded', () => {
  const withPolicy = (policy: 'stop' | 'dead-letter' | 'drop') =>
    topology('t', (builder) => {
      builder.onUndecodable(policy);
      source(builder).to('out', { value: text });
    });

  it('stops the lane by default policy', () => {
    const run = new TopologyRun(withPolicy('stop'));
    expect(() => run.pipe('in', { key: 'a', value: '{' })).toThrow('in/0 offset 0');
  });

  it('goes to the dead letters with its reason and place, and is counted', () => {
    const run = new TopologyRun(withPolicy('dead-letter'));
    run.pipe('in', { key: 'a', value: '{' });
    run.pipe('in', { key: 'a', value: { user: 'x', ts: 'no time' } });
    const letters = run.read('dead-letters');
    expect(letters.map(({ headers }) => headers['deadlettersource'])).toEqual(['in/0/0', 'in/0/1']);
    expect(letters[0]?.value).toBe('{');
    expect(run.drops.map(({ reason }) => reason)).toEqual(['undecodable', 'undecodable']);
  });

  it('is counted when dropped, and the rest goes on', () => {
    const run = new TopologyRun(withPolicy('drop'));
    run.pipe('in', { key: 'a', value: '{' });
    run.pipe('in', { key: 'a', value: { user: 'x', ts: 1 } });
    expect(run.drops).toHaveLength(1);
    expect(run.read('out')).toHaveLength(1);
  });
});
