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

const BIG = 'x'.repeat(1_000);

describe('fetching ahead', () => {
  it('stops when the buffer is full and nobody polls', async () => {
    const limits = { bufferedPartitionBytes: 5_000, fetchPartitionBytes: 2_500 };
    const { cluster, lane } = lanes([1], limits);
    for (let i = 0; i < 50; i++) lane(0).append([BIG]);
    const reader = await readerOf(cluster, [at(0)]);
    await pass(1_000);
    const { length } = cluster.fetches;
    expect(length).toBe(3); // 2 batches of 1,071 B each
    await pass(60_000);
    expect(cluster.fetches.length).toBe(length);
    expect((await valuesUntil(reader, at(0, 50))).length).toBe(50);
  });

  it('asks for the others without the full one, and for that one as soon as a poll made room', async () => {
    const limits = { bufferedPartitionBytes: 1_000, fetchWaitMs: 10_000 };
    const { cluster, lane } = lanes([1, 1], { ...limits, fetchPartitionBytes: 1_100 });
    for (let i = 0; i < 3; i++) lane(0).append([`${i}${BIG}`]);
    const reader = await readerOf(cluster, [at(0), at(1)]);
    await pass(100);
    expect(cluster.fetches.at(-1)).toMatchObject({ maxWaitMs: 10_000, pool: 1 });
    expect(cluster.fetches.at(-1)?.positions.map(({ partition }) => partition)).toEqual([1]);
    await reader.poll();
    const polled = reader.poll({ maxWaitMs: 30_000 });
    await pass(2);
    expect(valuesIn(await polled)).toEqual({ 0: [`1${BIG}`] });
    expect(cluster.fetches.at(-1)?.positions.map(({ partition }) => partition)).toEqual([0]);
    expect(cluster.fetches.at(-1)).toMatchObject({ maxWaitMs: 20, pool: 2 });
  });

  it('goes back to one long poll when nothing is left out', async () => {
    const { cluster, lane } = lanes([1, 1], { fetchWaitMs: 500 });
    lane(0).append(['a']);
    const reader = await readerOf(cluster, [at(0), at(1)]);
    await settled(reader.poll());
    await pass(5_010);
    reader.seek(at(0));
    await settled(reader.poll());
    await pass(2_000);
    const from = cluster.fetches.length;
    await pass(5_000);
    const later = cluster.fetches.slice(from);
    expect(later.length).toBeLessThanOrEqual(10);
    for (const fetch of later) {
      expect(fetch).toMatchObject({ pool: 1, maxWaitMs: 500 });
      expect(fetch.positions.length).toBe(2);
    }
  });

  it('sends the next long poll right after an answer', async () => {
    const { cluster, lane } = lanes([1], { fetchWaitMs: 500 });
    await readerOf(cluster, [at(0)]);
    await pass(100);
    const { length } = cluster.fetches;
    lane(0).append(['a']);
    await pass(1);
    expect(cluster.fetches.length).toBe(length + 1);
    expect(cluster.fetches.at(-1)?.positions[0]?.offset).toBe(1);
  });

  it('puts first who waits longest, so that a large batch comes though another has more', async () => {
    const { cluster, lane } = lanes([1, 1], { fetchPartitionBytes: 500, fetchBytes: 500 });
    for (let i = 0; i < 50; i++) lane(0).append(['small'.repeat(60)]);
    // Above what a partition may send, unless it is the first that has something.
    lane(1).append([BIG]);
    const reader = await readerOf(cluster, [at(0), at(1)]);
    for (let polls = 0; polls < 4; polls++) await settled(reader.poll());
    expect(reader.position(at(1))).toBe(1);
    expect(reader.position(at(0))).toBeLessThan(10);
  });

  it('of one broker does not wait for another one', async () => {
    const { cluster, lane } = lanes([1, 2]);
    const reader = await readerOf(cluster, [at(0), at(1)]);
    cluster.silent.add(2);
    await pass(600);
    const polled = reader.poll({ maxWaitMs: 30_000 });
    lane(0).append(['from the one that answers']);
    await pass(1);
    expect(valuesIn(await polled)).toEqual({ 0: ['from the one that answers'] });
  });

  it('does not spin when a broker answers at once with nothing', async () => {
    const { cluster, lane } = lanes([1], { fetchWaitMs: 500 });
    const reader = await readerOf(cluster, [at(0)]);
    await pass(1_000);
    cluster.impatient = true;
    const { length } = cluster.fetches;
    await pass(10_000);
    expect(cluster.fetches.length - length).toBeLessThan(600);
    lane(0).append(['a']);
    expect(await valuesUntil(reader, at(0, 1))).toEqual(['a']);
  });
});
