import { LogUnavailableError, TopicUnknownError } from '@millrace/event-log';
import { KafkaAuthenticationError, RequestFailedError } from '../wire/request-failed.errors';
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

const lost = new RequestFailedError('a request', { kind: 'connection', mayHaveArrived: false });

describe('a partition whose leader moves', () => {
  it('is read from the new one, without a loss and without a word to the user', async () => {
    const { cluster, lane } = lanes([1, 1]);
    lane(0).append(['a']);
    const reader = await readerOf(cluster, [at(0), at(1)]);
    await settled(reader.poll());
    lane(0).leader = 2;
    lane(0).append(['b']);
    expect(valuesIn(await settled(reader.poll({ maxWaitMs: 5_000 })))).toEqual({ 0: ['b'] });
    expect(cluster.fetches.at(-1)?.nodeId).toBe(2);
    expect(cluster.events).toMatchObject([{ kind: 'retry', attempt: 1, deadlineMs: 30_000 }]);
  });

  it('away from a broker that is silent is read from the new one before requests time out', async () => {
    const { cluster, lane } = lanes([1, 1]);
    const reader = await readerOf(cluster, [at(0), at(1)]);
    await pass(100);
    cluster.silent.add(1);
    await pass(600);
    lane(0).leader = 2;
    lane(0).append(['b']);
    const startMs = performance.now();
    expect(await valuesUntil(reader, at(0, 1))).toEqual(['b']);
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  it('without a leader is tried again after growing pauses', async () => {
    const { cluster, lane } = lanes([1], { retryPauseMs: 2, retryPauseMaxMs: 100 });
    const reader = await readerOf(cluster, [at(0)]);
    lane(0).append(['a']);
    lane(0).leader = -1;
    await settled(reader.poll({ maxWaitMs: 10_000 }));
    const tries = cluster.events.length;
    expect(tries).toBeGreaterThan(70);
    expect(tries).toBeLessThan(150);
    lane(0).leader = 2;
    expect(await valuesUntil(reader, at(0, 1))).toEqual(['a']);
  });
});

describe('a broker that cannot be reached', () => {
  it('is told of after the time limit, and again, until a try succeeds', async () => {
    const { cluster, lane } = lanes([1], { operationTimeoutMs: 3_000 });
    const reader = await readerOf(cluster, [at(0)]);
    lane(0).append(['a']);
    reader.seek(at(0, 1));
    cluster.failing.set(1, lost);
    await settled(reader.poll({ maxWaitMs: 10 }));
    expect(await settled(reader.poll({ maxWaitMs: 2_000 }))).toEqual([]);
    const startMs = performance.now();
    const polled = settled(reader.poll({ maxWaitMs: 60_000 }));
    await expect(polled).rejects.toBeInstanceOf(LogUnavailableError);
    await expect(polled).rejects.toMatchObject({ retryable: true, cause: lost });
    expect(performance.now() - startMs).toBeLessThan(2_000);
    const againMs = performance.now();
    await expect(settled(reader.poll({ maxWaitMs: 700 }))).rejects.toThrow('reading t/0');
    expect(performance.now() - againMs).toBe(700);
    cluster.failing.clear();
    reader.seek(at(0));
    expect(await valuesUntil(reader, at(0, 1))).toEqual(['a']);
    expect(await settled(reader.poll({ maxWaitMs: 5_000 }))).toEqual([]);
  });

  it('holds up none of the partitions of others', async () => {
    const { cluster, lane } = lanes([1, 2], { operationTimeoutMs: 1_000 });
    cluster.failing.set(1, lost);
    for (let i = 0; i < 5; i++) lane(1).append([`v${i}`]);
    const reader = await readerOf(cluster, [at(0), at(1)]);
    const outcomes: string[] = [];
    for (let polls = 0; polls < 6; polls++) {
      const polled = settled(reader.poll({ maxRecords: 1 }));
      outcomes.push(
        await polled.then(
          (found) => valuesIn(found)[1]?.join() ?? '-',
          () => 'error',
        ),
      );
    }
    expect(outcomes.slice(0, 5)).toEqual(['v0', 'v1', 'v2', 'v3', 'v4']);
  });

  it('in time is asked for less, until it has answered', async () => {
    const { cluster } = lanes([1], { fetchBytes: 1_000_000 });
    await readerOf(cluster, [at(0)]);
    cluster.silent.add(1);
    await pass(12_000);
    cluster.silent.clear();
    await pass(10_000);
    expect(cluster.fetches.map(({ maxBytes }) => maxBytes)).toContain(125_000);
    expect(cluster.fetches.at(-1)?.maxBytes).toBe(1_000_000);
    cluster.silent.add(1);
    await pass(100_000);
    cluster.silent.clear();
    await pass(10_000);
    expect(Math.min(...cluster.fetches.map(({ maxBytes }) => maxBytes))).toBe(65_536);
  });

  it('because it refuses the credentials is told of at once', async () => {
    const { cluster } = lanes([1]);
    const refused = new KafkaAuthenticationError('127.0.0.1:1', 'plain');
    const reader = await readerOf(cluster, [at(0)]);
    await pass(100);
    cluster.failing.set(1, refused);
    const startMs = performance.now();
    await expect(settled(reader.poll({ maxWaitMs: 30_000 }))).rejects.toBe(refused);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  it('for want of a permission is told of at once', async () => {
    const { cluster, lane } = lanes([1]);
    const reader = await readerOf(cluster, [at(0)]);
    lane(0).fetchErrors.push(29, 29, 29, 29);
    const polled = settled(reader.poll({ maxWaitMs: 30_000 }));
    await expect(polled).rejects.toThrow(/t\/0.*TOPIC_AUTHORIZATION_FAILED/);
  });
});

describe('a topic that is deleted', () => {
  it('is named once the cluster has said so for a while', async () => {
    const { cluster } = lanes([1]);
    const reader = await readerOf(cluster, [at(0)]);
    cluster.deleteTopic('space.t');
    await expect(settled(reader.poll({ maxWaitMs: 30_000 }))).rejects.toBeInstanceOf(
      TopicUnknownError,
    );
    expect(performance.now()).toBeGreaterThan(1_000);
    expect(performance.now()).toBeLessThan(5_000);
  });

  it('is not what a broker says that has not heard of it yet', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(['a']);
    lane(0).fetchErrors.push(3, 3, 3, 3);
    const reader = await readerOf(cluster, [at(0)]);
    expect(await valuesUntil(reader, at(0, 1))).toEqual(['a']);
  });
});

describe('a replica in the reader’s rack', () => {
  const near = () => {
    const made = lanes([1]);
    made.lane(0).nearReplica = 3;
    made.lane(0).append(['a']);
    return made;
  };

  it('is read from, once the leader has named it', async () => {
    const { cluster, lane } = near();
    const reader = await readerOf(cluster, [at(0)], { rackId: 'r1' });
    expect(await valuesUntil(reader, at(0, 1))).toEqual(['a']);
    lane(0).append(['b']);
    expect(await valuesUntil(reader, at(0, 2))).toEqual(['b']);
    expect(cluster.fetches.map(({ nodeId }) => nodeId).slice(0, 3)).toEqual([1, 3, 3]);
  });

  it('is left for the leader when it fails, and the leader is not sent on again', async () => {
    const { cluster, lane } = near();
    const reader = await readerOf(cluster, [at(0)], { rackId: 'r1' });
    await valuesUntil(reader, at(0, 1));
    cluster.failing.set(3, lost);
    lane(0).append(['b']);
    expect(await valuesUntil(reader, at(0, 2))).toEqual(['b']);
    expect(cluster.fetches.at(-1)).toMatchObject({ nodeId: 1, rackId: '' });
  });

  it('is asked again after five minutes', async () => {
    const { cluster } = near();
    await readerOf(cluster, [at(0)], { rackId: 'r1' });
    await pass(299_000);
    expect(cluster.fetches.at(-1)?.nodeId).toBe(3);
    const { length } = cluster.fetches;
    await pass(2_000);
    expect(cluster.fetches.slice(length).map(({ nodeId }) => nodeId)).toContain(1);
    expect(cluster.fetches.at(-1)?.nodeId).toBe(3);
  });

  it('that lacks what the leader has does not make a position out of range', async () => {
    const { cluster, lane } = near();
    const reader = await readerOf(cluster, [at(0)], { rackId: 'r1' });
    await valuesUntil(reader, at(0, 1));
    lane(0).fetchErrors.push(1);
    lane(0).append(['b']);
    expect(await valuesUntil(reader, at(0, 2))).toEqual(['b']);
    expect(cluster.events).toEqual([]);
  });
});
