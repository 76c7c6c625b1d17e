import {
  CommitOutcomeUnknownError,
  InvalidRecordError,
  LogClosedError,
  LogUnavailableError,
  TopicUnknownError,
} from '@millrace/event-log';
import { KafkaAppender } from './kafka-appender';
import { openKafkaWriter } from './kafka-writer';
import { event, ScriptedCluster } from './testing/scripted-cluster';

const setUp = (cluster = new ScriptedCluster()) => {
  return { cluster, appender: new KafkaAppender(cluster.parts) };
};

const at = (partition: number, baseOffset: number, count: number) => ({
  topic: 'events',
  partition,
  baseOffset,
  nextOffset: baseOffset + count,
});

describe('appends without a transaction', () => {
  it('give each call the receipt of its own records, whatever round they share', async () => {
    const { cluster, appender } = setUp();
    cluster.log(0).skip(100);
    const receipts = await Promise.all([
      appender.append([event(0), event(1), event(0)]),
      appender.append([event(0)]),
      appender.append([event(2), event(0)]),
    ]);
    expect(receipts.map(({ partitions }) => partitions)).toEqual([
      [at(0, 100, 2), at(1, 0, 1)],
      [at(0, 102, 1)],
      [at(2, 0, 1), at(0, 103, 1)],
    ]);
    expect(cluster.produced).toHaveLength(2);
    expect(cluster.produced[0]?.transactionalId).toBeNull();
  });

  it('come with the next round while one is in flight', async () => {
    const { cluster, appender } = setUp();
    let release = (): void => undefined;
    cluster.fault(1, { until: new Promise((resolve) => (release = resolve)) });
    const first = appender.append([event(0)]);
    while (cluster.produced.length === 0) await new Promise(setImmediate);
    const others = Array.from({ length: 5 }, () => appender.append([event(0)]));
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(cluster.produced).toHaveLength(1);
    release();
    await Promise.all([first, ...others]);
    expect(cluster.log(0).batches.map(({ count }) => count)).toEqual([1, 5]);
    expect(cluster.sequencesSent(0)).toEqual([0, 1]);
  });

  it('never split one call over two batches of a partition', async () => {
    const { cluster, appender } = setUp(
      new ScriptedCluster({ maxBatchBytes: 1_000, maxRecordBytes: 500 }),
    );
    const call = () => appender.append([event(0, 'x'.repeat(250)), event(0, 'x'.repeat(250))]);
    const receipts = await Promise.all([call(), call(), call()]);
    expect(cluster.log(0).batches.map(({ count }) => count)).toEqual([2, 2, 2]);
    expect(receipts.map(({ partitions }) => partitions)).toEqual([
      [at(0, 0, 2)],
      [at(0, 2, 2)],
      [at(0, 4, 2)],
    ]);
  });

  it('above the bound of a batch for one partition are refused', async () => {
    const { cluster, appender } = setUp(
      new ScriptedCluster({ maxBatchBytes: 1_000, maxRecordBytes: 500 }),
    );
    const refused = appender.append([1, 2, 3].map(() => event(0, 'x'.repeat(400))));
    await expect(refused).rejects.toBeInstanceOf(InvalidRecordError);
    await appender.append([event(0, 'x'.repeat(400)), event(1, 'x'.repeat(400))]);
    expect(cluster.log(0).count).toBe(1);
  });

  it('of nothing are answered at once', async () => {
    const { cluster, appender } = setUp();
    expect(await appender.append([])).toEqual({ partitions: [] });
    expect(cluster.asked).toEqual([]);
  });

  it('that are refused harm no other call', async () => {
    const { appender } = setUp();
    const [refused, taken] = await Promise.allSettled([
      appender.append([event(0), event(9)]),
      appender.append([event(0)]),
    ]);
    expect(refused).toMatchObject({ reason: expect.any(TopicUnknownError) });
    expect(taken).toMatchObject({ value: { partitions: [at(0, 0, 1)] } });
  });
});

describe('an append that fails', () => {
  it('is known as not kept when no leader took any of it', async () => {
    const { cluster, appender } = setUp(new ScriptedCluster({ operationTimeoutMs: 10 }));
    cluster.fault(1, ...Array.from({ length: 50 }, () => ({ code: 19, partition: 0 })));
    const failed = appender.append([event(0)]);
    await expect(failed).rejects.toBeInstanceOf(LogUnavailableError);
    expect(cluster.log(0).count).toBe(0);
  });

  it('is of unknown outcome when an answer was lost until the deadline', async () => {
    const { cluster, appender } = setUp(new ScriptedCluster({ operationTimeoutMs: 10 }));
    const lost = { lost: 'before' } as const;
    cluster.fault(1, ...Array.from({ length: 50 }, () => lost));
    const failed = appender.append([event(0)]);
    await expect(failed).rejects.toBeInstanceOf(CommitOutcomeUnknownError);
  });

  it('is of unknown outcome when only one of its partitions was written', async () => {
    const { cluster, appender } = setUp(new ScriptedCluster({ operationTimeoutMs: 10 }));
    cluster.fault(1, ...Array.from({ length: 50 }, () => ({ code: 19, partition: 0 })));
    const failed = appender.append([event(0), event(1)]);
    await expect(failed).rejects.toBeInstanceOf(CommitOutcomeUnknownError);
  });

  it('leaves alone a call of the same round whose partitions were written', async () => {
    const { cluster, appender } = setUp(new ScriptedCluster({ operationTimeoutMs: 10 }));
    cluster.fault(1, ...Array.from({ length: 50 }, () => ({ code: 19, partition: 0 })));
    const [failed, written] = await Promise.allSettled([
      appender.append([event(0)]),
      appender.append([event(1)]),
    ]);
    expect(failed).toMatchObject({ reason: expect.any(LogUnavailableError) });
    expect(written).toMatchObject({ value: { partitions: [at(1, 0, 1)] } });
  });

  it('is followed by a new producer id, whose sequences begin with 0', async () => {
    const { cluster, appender } = setUp();
    await appender.append([event(0), event(1)]);
    cluster.fault(1, { code: 45, partition: 0 });
    await expect(appender.append([event(0)])).rejects.toBeInstanceOf(LogUnavailableError);
    await appender.append([event(0), event(1)]);
    const seen = (partition: number) =>
      cluster
        .log(partition)
        .batches.map(({ producerId, baseSequence }) => [producerId, baseSequence]);
    expect(seen(0)).toEqual([
      [7, 0],
      [8, 0],
    ]);
    expect(seen(1)).toEqual(seen(0));
  });

  it('for want of a producer id has sent nothing', async () => {
    const { cluster, appender } = setUp(new ScriptedCluster({ operationTimeoutMs: 10 }));
    cluster.answer('InitProducerId', ...Array.from({ length: 50 }, () => 15));
    await expect(appender.append([event(0)])).rejects.toBeInstanceOf(LogUnavailableError);
    expect(cluster.produced).toEqual([]);
  });
});

describe('records that cannot be made a batch of', () => {
  const broken = () => {
    const cluster = new ScriptedCluster();
    let isBroken = true;
    const nowMs = () => {
      if (isBroken) throw new RangeError('no memory');
      return 1_000;
    };
    const mend = () => {
      isBroken = false;
    };
    // The codecs of a log throw so where memory is short.
    const parts = { ...cluster.parts, clock: { nowMs } };
    return { cluster, parts, mend };
  };

  it('fail their append, and no later one', async () => {
    const { cluster, parts, mend } = broken();
    const appender = new KafkaAppender(parts);
    await expect(appender.append([event(0)])).rejects.toBeInstanceOf(LogUnavailableError);
    mend();
    expect(await appender.append([event(0)])).toEqual({ partitions: [at(0, 0, 1)] });
    expect(cluster.sequencesSent(0)).toEqual([0]);
  });

  it('fail their transaction', async () => {
    const { cluster, parts } = broken();
    const transaction = (await openKafkaWriter(parts, { writerId: 'w' })).begin();
    await transaction.append([event(0)]);
    await expect(transaction.commit()).rejects.toBeInstanceOf(LogUnavailableError);
    expect(cluster.asked).not.toContain('commit');
    expect(cluster.produced).toEqual([]);
  });
});

describe('a closed appender', () => {
  it('has answered what was in flight, and takes nothing more', async () => {
    const { cluster, appender } = setUp();
    let release = (): void => undefined;
    cluster.fault(1, { until: new Promise((resolve) => (release = resolve)) });
    const running = appender.append([event(0)]);
    while (cluster.produced.length === 0) await new Promise(setImmediate);
    const closed = Promise.all([appender.close(), appender.close()]);
    release();
    await closed;
    expect(await running).toEqual({ partitions: [at(0, 0, 1)] });
    await expect(appender.append([event(0)])).rejects.toBeInstanceOf(LogClosedError);
  });

  it('does not wait for the deadline of what cannot get through', async () => {
    const { cluster, appender } = setUp(new ScriptedCluster({ operationTimeoutMs: 60_000 }));
    cluster.fault(1, ...Array.from({ length: 99 }, () => ({ code: 19, partition: 0 })));
    const running = appender.append([event(0)]);
    const outcome = expect(running).rejects.toBeInstanceOf(LogUnavailableError);
    while (cluster.produced.length === 0) await new Promise(setImmediate);
    await appender.close();
    await outcome;
    expect(cluster.produced.length).toBeLessThan(50);
  });
});
