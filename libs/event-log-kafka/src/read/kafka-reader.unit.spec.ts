import {
  LogClosedError,
  ReaderBusyError,
  type RecordBatch,
  TopicUnknownError,
} from '@millrace/event-log';
import {
  at,
  lanes,
  pass,
  readerOf,
  settled,
  valuesIn,
  valuesUntil,
  withManualTime,
} from './testing/reader-under-test';

withManualTime();

const named = (count: number, prefix: string): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const countOf = (batches: readonly RecordBatch[]): number =>
  batches.reduce((sum, { records }) => sum + records.length, 0);

describe('a poll', () => {
  it('is answered at once when a record comes', async () => {
    const { cluster, lane } = lanes([1]);
    const reader = await readerOf(cluster, [at(0)]);
    await pass(10_000);
    const polled = reader.poll({ maxWaitMs: 30_000 });
    await pass(0);
    lane(0).append(['came']);
    await pass(1);
    expect(valuesIn(await polled)).toEqual({ 0: ['came'] });
  });

  it('that may not wait hands out what was fetched, and lets answers in when there is none', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(['a']);
    const reader = await readerOf(cluster, [at(0)]);
    expect(valuesIn(await reader.poll({ maxWaitMs: 0 }))).toEqual({ 0: ['a'] });
    const startMs = performance.now();
    expect(await settled(reader.poll({ maxWaitMs: 0 }))).toEqual([]);
    expect(performance.now()).toBe(startMs);
  });

  it('waits for as long as it is told, and not longer', async () => {
    const { cluster } = lanes([1]);
    const reader = await readerOf(cluster, [at(0)]);
    const startMs = performance.now();
    expect(await settled(reader.poll({ maxWaitMs: 1_234 }))).toEqual([]);
    expect(performance.now() - startMs).toBe(1_234);
  });

  it.each(['before', 'within'])('is answered by a wakeup that came %s', async (when) => {
    const { cluster } = lanes([1]);
    const reader = await readerOf(cluster, [at(0)]);
    if (when === 'before') reader.wakeup();
    const polled = reader.poll({ maxWaitMs: 30_000 });
    await pass(0);
    if (when === 'within') reader.wakeup();
    expect(await polled).toEqual([]);
    const startMs = performance.now();
    await settled(reader.poll({ maxWaitMs: 100 }));
    expect(performance.now() - startMs).toBe(100);
  });

  it('that was woken hands out what has come', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(['a']);
    const reader = await readerOf(cluster, [at(0)]);
    reader.wakeup();
    expect(valuesIn(await reader.poll())).toEqual({ 0: ['a'] });
  });

  it('is one at a time', async () => {
    const { cluster } = lanes([1]);
    const reader = await readerOf(cluster, [at(0)]);
    const first = reader.poll({ maxWaitMs: 30_000 });
    await expect(reader.poll()).rejects.toBeInstanceOf(ReaderBusyError);
    reader.wakeup();
    expect(await first).toEqual([]);
  });
});

describe('the bound of a poll', () => {
  it('takes whole stored batches of all partitions, joined by partition', async () => {
    const { cluster, lane } = lanes([1, 2]);
    for (const partition of [0, 1]) {
      for (const name of named(4, 'v')) lane(partition).append([name, `${name}'`]);
    }
    const reader = await readerOf(cluster, [at(0), at(1)]);
    const batches = await settled(reader.poll({ maxRecords: 7 }));
    expect(valuesIn(batches)).toEqual({ 0: ['v0', "v0'", 'v1', "v1'"], 1: ['v0', "v0'"] });
    expect(batches.map(({ nextOffset }) => nextOffset)).toEqual([4, 2]);
    expect(batches.map(({ endOffset }) => endOffset)).toEqual([8, 8]);
  });

  it('never cuts a stored batch', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(named(10, 'v'));
    const reader = await readerOf(cluster, [at(0)]);
    expect(valuesIn(await settled(reader.poll({ maxRecords: 3 })))).toEqual({ 0: named(10, 'v') });
  });

  it('starves no partition, however large the batches of the others are', async () => {
    const { cluster, lane } = lanes([1, 2, 1]);
    for (let i = 0; i < 30; i++) {
      lane(0).append(named(10, 'v'));
      lane(1).append(named(10, 'v'));
    }
    lane(2).append(['small']);
    const reader = await readerOf(cluster, [at(0), at(1), at(2)]);
    const seen = new Set<number>();
    for (let polls = 0; polls < 3; polls++) {
      for (const { partition } of await settled(reader.poll({ maxRecords: 10 }))) {
        seen.add(partition);
      }
    }
    expect([...seen].sort()).toEqual([0, 1, 2]);
  });

  it('begins the next poll with the one that found no room', async () => {
    const { cluster, lane } = lanes([1, 1, 1]);
    for (const partition of [0, 1, 2, 0, 1, 2]) lane(partition).append(named(10, 'v'));
    const reader = await readerOf(cluster, [at(0), at(1), at(2)]);
    const polled = [];
    for (let polls = 0; polls < 3; polls++) {
      const batches = await settled(reader.poll({ maxRecords: 20 }));
      polled.push(batches.map(({ partition }) => partition));
    }
    expect(polled).toEqual([
      [0, 1],
      [2, 0],
      [1, 2],
    ]);
  });

  it('loses nothing, however small it is', async () => {
    const { cluster, lane } = lanes([1, 2, 1]);
    for (const partition of [0, 1, 2]) {
      for (const name of named(50, `p${partition}-`)) lane(partition).append([name]);
    }
    const reader = await readerOf(cluster, [at(0), at(1), at(2)]);
    const all: Record<number, readonly string[]> = { 0: [], 1: [], 2: [] };
    for (
      let polls = 0;
      polls < 1_000 &&
      reader.position(at(0)) + reader.position(at(1)) + reader.position(at(2)) < 150;
      polls++
    ) {
      const batches = await settled(reader.poll({ maxRecords: 1 + (polls % 4) }));
      expect(countOf(batches)).toBeLessThanOrEqual(1 + (polls % 4));
      for (const [partition, values] of Object.entries(valuesIn(batches))) {
        all[Number(partition)] = (all[Number(partition)] ?? []).concat(values);
      }
    }
    expect(all).toEqual({ 0: named(50, 'p0-'), 1: named(50, 'p1-'), 2: named(50, 'p2-') });
  });
});

describe('seek, pause and resume', () => {
  it('throw away what was asked for before a seek', async () => {
    const { cluster, lane } = lanes([1]);
    const reader = await readerOf(cluster, [at(0)]);
    await pass(10);
    for (const name of ['a', 'b', 'c']) lane(0).append([name]);
    await pass(0);
    reader.seek(at(0, 2));
    expect(reader.position(at(0))).toBe(2);
    expect(await valuesUntil(reader, at(0, 3))).toEqual(['c']);
  });

  it('throw it away also when the seek went back', async () => {
    const { cluster, lane } = lanes([1]);
    for (const name of ['a', 'b', 'c']) lane(0).append([name]);
    const reader = await readerOf(cluster, [at(0, 3)]);
    await pass(10);
    lane(0).append(['d']);
    reader.seek(at(0, 1));
    expect(await valuesUntil(reader, at(0, 4))).toEqual(['b', 'c', 'd']);
    await pass(10);
    lane(0).append(['e']);
    expect(await valuesUntil(reader, at(0, 5))).toEqual(['e']);
  });

  it('let a waiting poll go on at once, long before the long poll that was under way ends', async () => {
    const { cluster, lane } = lanes([1, 1], { fetchWaitMs: 10_000 });
    lane(0).append(['a']);
    const reader = await readerOf(cluster, [at(0), at(1)]);
    await settled(reader.poll());
    const polled = reader.poll({ maxWaitMs: 30_000 });
    await pass(1_000);
    reader.seek(at(0));
    await pass(1);
    expect(valuesIn(await polled)).toEqual({ 0: ['a'] });
  });

  it('keep a paused partition where it is, and give it at once when it is resumed', async () => {
    const { cluster, lane } = lanes([1, 1], { fetchWaitMs: 10_000 });
    const reader = await readerOf(cluster, [at(0), at(1)]);
    reader.pause([at(0)]);
    await pass(20_000);
    lane(0).append(['a']);
    lane(1).append(['b']);
    expect(valuesIn(await settled(reader.poll()))).toEqual({ 1: ['b'] });
    await pass(100);
    expect(await settled(reader.poll({ maxWaitMs: 0 }))).toEqual([]);
    expect(reader.position(at(0))).toBe(0);
    const polled = reader.poll({ maxWaitMs: 30_000 });
    reader.resume([at(0)]);
    await pass(1);
    expect(valuesIn(await polled)).toEqual({ 0: ['a'] });
  });

  it('hand out what was fetched before a pause only after it', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(['a']);
    const reader = await readerOf(cluster, [at(0)]);
    reader.pause([at(0)]);
    const startMs = performance.now();
    expect(await settled(reader.poll({ maxWaitMs: 300 }))).toEqual([]);
    expect(performance.now() - startMs).toBe(300);
    reader.resume([at(0)]);
    expect(valuesIn(await reader.poll())).toEqual({ 0: ['a'] });
  });

  it('name a partition that the reader does not have', async () => {
    const { cluster } = lanes([1, 1]);
    const reader = await readerOf(cluster, [at(0)]);
    expect(() => reader.seek(at(1))).toThrow(TopicUnknownError);
    expect(() => reader.position(at(1))).toThrow(TopicUnknownError);
    expect(() => reader.pause([at(1)])).toThrow(TopicUnknownError);
  });
});

describe('a reader', () => {
  it('uses the names of its namespace in the cluster, and the port’s to its user', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(['a']);
    const reader = await readerOf(cluster, [at(0)]);
    expect(cluster.fetches[0]?.positions[0]?.topic).toBe('space.t');
    expect((await reader.poll())[0]?.topic).toBe('t');
  });

  it('is open when the brokers have answered once, though there is nothing to read', async () => {
    const { cluster, lane } = lanes([1, 2], { fetchWaitMs: 500 });
    lane(1).append(['a']);
    await readerOf(cluster, [at(0), at(1)]);
    expect(performance.now()).toBeLessThan(10);
    expect(cluster.fetches.length).toBe(2);
  });

  it('is open after half a second, though a broker is silent', async () => {
    const { cluster, lane } = lanes([1, 2]);
    lane(1).append(['a']);
    cluster.silent.add(1);
    const reader = await readerOf(cluster, [at(0), at(1)]);
    expect(performance.now()).toBeLessThan(510);
    expect(valuesIn(await reader.poll({ maxWaitMs: 0 }))).toEqual({ 1: ['a'] });
  });

  it('of a partition that does not exist is refused', async () => {
    const { cluster } = lanes([1]);
    await expect(readerOf(cluster, [at(1)])).rejects.toBeInstanceOf(TopicUnknownError);
    const elsewhere = { topic: 'elsewhere', partition: 0, offset: 0 };
    await expect(readerOf(cluster, [elsewhere])).rejects.toMatchObject({
      at: { topic: 'elsewhere', partition: 0 },
    });
    expect(cluster.openPools.size).toBe(0);
  });

  it('of no partition has nothing to tell', async () => {
    const { cluster } = lanes([1]);
    const reader = await readerOf(cluster, []);
    expect(await settled(reader.poll())).toEqual([]);
  });

  it('that is closed answers its poll, polls no more, and leaves nothing behind', async () => {
    const { cluster, lane } = lanes([1, 2]);
    const closed: unknown[] = [];
    const onClose = (reader: unknown) => void closed.push(reader);
    const reader = await readerOf(cluster, [at(0), at(1)], { onClose });
    lane(0).append(['a']);
    await settled(reader.poll({ maxWaitMs: 1_000_000 }));
    const polled = reader.poll({ maxWaitMs: 1_000_000 });
    await reader.close();
    await reader.close();
    expect(await polled).toEqual([]);
    await expect(reader.poll()).rejects.toBeInstanceOf(LogClosedError);
    expect(closed).toEqual([reader]);
    expect(cluster.openPools.size).toBe(0);
    await pass(60_000);
    const { length } = cluster.fetches;
    await pass(60_000);
    expect(cluster.fetches.length).toBe(length);
    expect(jest.getTimerCount()).toBe(0);
  });
});
