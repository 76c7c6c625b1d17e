import {
  InvalidRecordError,
  LogUnavailableError,
  RecordTooLargeError,
  TopicUnknownError,
  WriterBusyError,
} from '@millrace/event-log';
import { openKafkaWriter } from './kafka-writer';
import { event, ScriptedCluster } from './testing/scripted-cluster';
import { KafkaRefusedError } from './writing.errors';

const CONCURRENT = 51;
const LOADING = 14;
const NOT_COORDINATOR = 16;
const FENCED = 47;

const opened = async (cluster = new ScriptedCluster()) => {
  const writer = await openKafkaWriter(cluster.parts, { writerId: 'w' });
  cluster.asked.length = 0;
  return { cluster, writer };
};

const kindsIn = (cluster: ScriptedCluster) => cluster.events.map(({ kind }) => kind);

describe('opening a writer', () => {
  it('gives it an epoch of producer id and producer epoch', async () => {
    const { writer } = await opened();
    expect(writer.epoch).toBe(6 * 32_768 + 3);
  });

  it('waits until the transaction of its predecessor has ended', async () => {
    const cluster = new ScriptedCluster();
    cluster.answer('InitProducerId', LOADING, CONCURRENT, CONCURRENT, FENCED);
    await openKafkaWriter(cluster.parts, { writerId: 'w' });
    expect(cluster.asked).toHaveLength(5);
    expect(kindsIn(cluster)).toEqual(['retry', 'retry', 'retry', 'retry', 'writer-opened']);
  });

  it.each([
    ['no coordinator in time', 15, LogUnavailableError],
    ['no right to its id', 53, KafkaRefusedError],
  ])('fails by name with %s', async (_, code, type) => {
    const cluster = new ScriptedCluster({ operationTimeoutMs: 20 });
    cluster.answer('InitProducerId', ...Array.from({ length: 50 }, () => code));
    const failed = openKafkaWriter(cluster.parts, { writerId: 'w' });
    await expect(failed).rejects.toBeInstanceOf(type);
  });
});

describe('a transaction', () => {
  it('enters all its partitions by one request, whoever leads them', async () => {
    const { cluster, writer } = await opened();
    const transaction = writer.begin();
    await transaction.append([0, 1, 2, 3].map((partition) => event(partition)));
    await transaction.append([event(0), event(3)]);
    const { partitions } = await transaction.commit();
    expect(cluster.asked).toEqual(['AddPartitionsToTxn', 'commit', 'commit']);
    expect(partitions.map(({ nextOffset }) => nextOffset)).toEqual([2, 1, 1, 2]);
  });

  it('that is small goes as one batch per partition, at the commit', async () => {
    const { cluster, writer } = await opened();
    const transaction = writer.begin();
    for (const value of ['a', 'b', 'c']) await transaction.append([event(0, value)]);
    expect(cluster.produced).toEqual([]);
    await transaction.commit();
    expect(cluster.log(0).batches.map(({ count }) => count)).toEqual([3]);
  });

  it('without records asks nobody', async () => {
    const { cluster, writer } = await opened();
    expect(await writer.begin().commit()).toEqual({ partitions: [] });
    await writer.begin().abort();
    expect(cluster.asked).toEqual([]);
  });

  it('is committed only when its markers are written', async () => {
    const { cluster, writer } = await opened();
    const transaction = writer.begin();
    await transaction.append([event(0)]);
    cluster.answer('commit', 0, CONCURRENT, CONCURRENT, NOT_COORDINATOR, CONCURRENT, 0);
    await transaction.commit();
    expect(cluster.asked.filter((name) => name === 'commit')).toHaveLength(6);
    writer.begin();
  });

  it('continues the sequence of the one before, also of one that was aborted', async () => {
    const { cluster, writer } = await opened();
    for (const end of ['commit', 'abort', 'commit'] as const) {
      const transaction = writer.begin();
      await transaction.append([event(0, 'x'.repeat(600_000)), event(0)]);
      await transaction[end]();
    }
    expect(cluster.sequencesSent(0)).toEqual([0, 2, 4]);
  });

  it('keeps a bound on what waits: an append awaits room', async () => {
    const cluster = new ScriptedCluster({ maxBatchBytes: 200_000, maxRecordBytes: 100_000 });
    const { writer } = await opened(cluster);
    let release = (): void => undefined;
    cluster.fault(1, { until: new Promise((resolve) => (release = resolve)) });
    const transaction = writer.begin();
    const large = event(0, 'x'.repeat(90_000));
    await transaction.append([large, large, large]);
    expect(cluster.produced).toHaveLength(1);
    let taken = false;
    const waiting = transaction.append([large, large]).then(() => {
      taken = true;
    });
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(taken).toBe(false);
    release();
    await waiting;
    await transaction.commit();
    expect(cluster.log(0).batches.map(({ count }) => count)).toEqual([2, 2, 1]);
  });

  it('is committed only with the round that an early one was followed by', async () => {
    const { cluster, writer } = await opened();
    const releases: (() => void)[] = [];
    const held = () => ({ until: new Promise<void>((resolve) => releases.push(resolve)) });
    cluster.fault(1, held(), held());
    const transaction = writer.begin();
    const large = event(0, 'x'.repeat(600_000));
    await transaction.append([large]);
    await transaction.append([large]);
    const commit = transaction.commit();
    for (const release of releases) {
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      expect(cluster.asked).toEqual(['AddPartitionsToTxn']);
      release();
    }
    expect(await commit).toMatchObject({ partitions: [{ baseOffset: 0, nextOffset: 2 }] });
  });

  it('takes its appends in the order of their calls, though nobody awaits them', async () => {
    const { cluster, writer } = await opened();
    const transaction = writer.begin();
    void transaction.append([event(0, 'a')]);
    void transaction.append([event(1, 'b')]);
    void transaction.append([event(0, 'c')]);
    await transaction.commit();
    const values = cluster.produced.flatMap(({ batches }) => batches);
    expect(values.map(({ count }) => count)).toEqual([2, 1]);
    expect(values[0]?.bytes.indexOf('a')).toBeLessThan(values[0]?.bytes.indexOf('c') ?? 0);
  });
});

describe('a record that is refused', () => {
  it.each([
    ['a null key on a compacted topic', { topic: 'table' }, InvalidRecordError],
    ['an unknown topic', { topic: 'nowhere' }, TopicUnknownError],
    ['an unknown partition', { partition: 4 }, TopicUnknownError],
    ['half a partition', { partition: 0.5 }, TopicUnknownError],
    ['too large a value', { value: 'x'.repeat(101) }, RecordTooLargeError],
  ])('for %s takes nothing; the transaction aborts, the writer goes on', async (_, wrong, type) => {
    const cluster = new ScriptedCluster({ maxRecordBytes: 100 });
    const { writer } = await opened(cluster);
    const transaction = writer.begin();
    await transaction.append([event(0)]);
    const refused = transaction.append([event(1), { ...event(0), ...wrong }]);
    await expect(refused).rejects.toBeInstanceOf(type);
    await expect(transaction.commit()).rejects.toBeInstanceOf(WriterBusyError);
    await expect(transaction.append([event(0)])).rejects.toBeInstanceOf(WriterBusyError);
    await transaction.abort();
    const next = writer.begin();
    await next.append([event(0)]);
    await next.commit();
    expect(cluster.log(0).count).toBe(1);
    expect(kindsIn(cluster)).toEqual(['writer-opened']);
  });
});

describe('positions of a group', () => {
  it('are part of the transaction, with and without records', async () => {
    const { cluster, writer } = await opened();
    const transaction = writer.begin();
    await transaction.sendOffsets('g', [{ topic: 'events', partition: 0, offset: 5 }]);
    expect(await transaction.commit()).toEqual({ partitions: [] });
    expect(cluster.asked).toEqual(['AddOffsetsToTxn', 'TxnOffsetCommit', 'commit', 'commit']);
  });

  it('are tried again while coordinators move (D6)', async () => {
    const { cluster, writer } = await opened();
    cluster.answer('AddOffsetsToTxn', CONCURRENT, NOT_COORDINATOR, LOADING);
    cluster.answer('TxnOffsetCommit', NOT_COORDINATOR, LOADING, 15);
    const transaction = writer.begin();
    await transaction.sendOffsets('g', [{ topic: 'events', partition: 0, offset: 5 }]);
    await transaction.commit();
  });

  it('of an unknown partition are refused', async () => {
    const { writer } = await opened();
    const transaction = writer.begin();
    const refused = transaction.sendOffsets('g', [{ topic: 'events', partition: 9, offset: 5 }]);
    await expect(refused).rejects.toBeInstanceOf(TopicUnknownError);
    await transaction.abort();
    writer.begin();
  });

  it('are not sent a second time after a lost answer: the older ones could win', async () => {
    const { cluster, writer } = await opened();
    cluster.answer('TxnOffsetCommit', 'lost');
    const transaction = writer.begin();
    await transaction.sendOffsets('g', [{ topic: 'events', partition: 0, offset: 5 }]);
    const second = transaction.sendOffsets('g', [{ topic: 'events', partition: 0, offset: 6 }]);
    await expect(second).rejects.toBeInstanceOf(LogUnavailableError);
    await expect(transaction.commit()).rejects.toBeInstanceOf(LogUnavailableError);
  });
});
