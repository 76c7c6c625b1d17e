import { BatchBuilder } from '../batch/batch-builder';
import { RequestFailedError } from '../wire/request-failed.errors';
import { ProduceRound, type RoundBatch } from './produce-round';
import { event, type ProduceFault, ScriptedCluster } from './testing/scripted-cluster';

const batchFor = (partition: number, count = 2): RoundBatch => {
  const builder = new BatchBuilder();
  for (let i = 0; i < count; i++) builder.add(event(partition));
  const stamp = { producerId: 7, producerEpoch: 0, baseSequence: 0, transactional: false };
  const batch = builder.build({ ...stamp, timestampMs: 0, codec: undefined });
  return { topic: 'events', partition, batch };
};

const roundOf = (cluster: ScriptedCluster, partitions: readonly number[]) =>
  new ProduceRound(
    partitions.map((partition) => batchFor(partition)),
    { cluster, transactionalId: null, operation: 'a test', signal: new AbortController().signal },
  );

/** Nodes asked, each with the partitions it was asked for. */
const asked = (cluster: ScriptedCluster) =>
  cluster.produced.map(({ node, batches }) => [node, batches.map(({ partition }) => partition)]);

describe('a round over several leaders', () => {
  it('is one request per leader, and gives every batch its offset', async () => {
    const cluster = new ScriptedCluster();
    cluster.log(1).skip(10);
    const round = roundOf(cluster, [0, 1, 2, 3]);
    await round.send();
    expect(asked(cluster)).toEqual([
      [1, [0, 2]],
      [2, [1, 3]],
    ]);
    expect([0, 1, 2, 3].map((index) => round.baseOffsetOf(index))).toEqual([0, 10, 0, 0]);
  });

  it.each<[string, ProduceFault]>([
    ['an error', { code: 6, partition: 0 }],
    ['silence', { lost: 'before' }],
  ])('sends nothing again after %s while a request of it is in flight (D10)', async (_, fault) => {
    const cluster = new ScriptedCluster();
    let release = (): void => undefined;
    cluster.fault(1, fault);
    cluster.fault(2, { until: new Promise((resolve) => (release = resolve)) });
    const sent = roundOf(cluster, [0, 1]).send();
    // Longer than the pause of a retry, which is 1 ms here.
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve));
    expect(asked(cluster)).toEqual([
      [1, [0]],
      [2, [1]],
    ]);
    release();
    await sent;
    expect(asked(cluster).slice(2)).toEqual([[1, [0]]]);
    expect([cluster.log(0).count, cluster.log(1).count]).toEqual([2, 2]);
  });

  it('sends a partition that moved to a leader that has answered already (D3)', async () => {
    const cluster = new ScriptedCluster();
    cluster.fault(1, { code: 6, partition: 0 });
    cluster.onRefresh = () => cluster.moveLeader(0, 2);
    const round = roundOf(cluster, [0, 1]);
    await round.send();
    expect(asked(cluster).slice(2)).toEqual([[2, [0]]]);
    expect(round.baseOffsetOf(0)).toBe(0);
    expect([cluster.log(0).count, cluster.log(1).count]).toEqual([2, 2]);
  });

  it('does not send again what a failing leader has written of it (D4)', async () => {
    const cluster = new ScriptedCluster();
    cluster.fault(1, { code: 6, partition: 0 });
    await roundOf(cluster, [0, 2]).send();
    expect(asked(cluster)).toEqual([
      [1, [0, 2]],
      [1, [0]],
    ]);
  });
});

describe('a batch of a round', () => {
  it.each(['before', 'after'] as const)(
    'whose answer is lost %s it was written is written once',
    async (when) => {
      const cluster = new ScriptedCluster();
      cluster.fault(1, { lost: when });
      const round = roundOf(cluster, [0]);
      await round.send();
      const [first, second] = cluster.produced.flatMap(({ batches }) => batches);
      expect(second?.bytes.equals(first?.bytes ?? Buffer.alloc(0))).toBe(true);
      expect(cluster.log(0).count).toBe(2);
      expect(round.baseOffsetOf(0)).toBe(0);
    },
  );

  it('that the answer leaves out is sent again', async () => {
    const cluster = new ScriptedCluster();
    cluster.fault(1, { silentAbout: 2 });
    const round = roundOf(cluster, [0, 2]);
    await round.send();
    expect(asked(cluster)).toEqual([
      [1, [0, 2]],
      [1, [2]],
    ]);
    expect(cluster.log(2).count).toBe(2);
  });

  it('waits for a leader, under the deadline, and tells of each try', async () => {
    const cluster = new ScriptedCluster();
    cluster.moveLeader(0, undefined);
    let refreshes = 0;
    cluster.onRefresh = () => {
      refreshes += 1;
      if (refreshes === 3) cluster.moveLeader(0, 2);
    };
    await roundOf(cluster, [0]).send();
    expect(asked(cluster)).toEqual([[2, [0]]]);
    expect(cluster.events.map(({ kind }) => kind)).toEqual(['retry', 'retry', 'retry']);
  });

  it.each([
    [45, 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    [46, 'DUPLICATE_SEQUENCE_NUMBER'],
    [47, 'INVALID_PRODUCER_EPOCH'],
    [48, 'INVALID_TXN_STATE'],
    [10, 'MESSAGE_TOO_LARGE'],
    [-1, 'UNKNOWN'],
    [999, 'UNKNOWN_999'],
  ])('is not sent again after code %i', async (code, type) => {
    const cluster = new ScriptedCluster();
    cluster.fault(1, { code, partition: 0 });
    await expect(roundOf(cluster, [0]).send()).rejects.toMatchObject({ type });
    expect(cluster.produced).toHaveLength(1);
  });

  it('of a fenced writer ends the round, whatever the others say', async () => {
    const cluster = new ScriptedCluster();
    cluster.fault(1, { code: 6, partition: 0 });
    cluster.fault(2, { code: 90, partition: 1 });
    const sent = roundOf(cluster, [0, 1]).send();
    await expect(sent).rejects.toMatchObject({ type: 'PRODUCER_FENCED' });
    expect(cluster.produced).toHaveLength(2);
  });

  it.each([
    [19, false],
    [5, false],
    [10, false],
    [47, false],
    // Leaders answer so when they wait for replicas in vain, too.
    [6, true],
    [7, true],
    [20, true],
    [46, true],
    [-1, true],
  ])('that failed with code %i may be written: %s', async (code, may) => {
    const cluster = new ScriptedCluster({ operationTimeoutMs: 5 });
    cluster.fault(1, ...Array.from({ length: 50 }, () => ({ code, partition: 0 })));
    const round = roundOf(cluster, [0, 1]);
    await expect(round.send()).rejects.toBeInstanceOf(RequestFailedError);
    expect(round.baseOffsetOf(0)).toBeUndefined();
    expect(round.mayBeWritten(0)).toBe(may);
    expect(round.mayBeWritten(1)).toBe(true);
  });
});
