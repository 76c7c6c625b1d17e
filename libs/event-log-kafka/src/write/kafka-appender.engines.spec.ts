import { kafkaUnderTest } from '../../../../test/engines/clusters';
import { judgeTopic } from '../../../../tools/stack/index';
import { BatchBuilder } from '../batch/batch-builder';
import { produceCall } from '../wire/produce-call';
import { initProducerIdCall } from '../wire/transaction-calls';
import { KafkaAppender } from './kafka-appender';
import { sequenceAfter } from './sequence';
import { closeOpenedLogs, openLog, PARTITIONS } from './testing/opened-log';

afterAll(closeOpenedLogs);

describe.each([
  ['one broker', () => kafkaUnderTest.one()],
  ['three brokers', () => kafkaUnderTest.three()],
])('appends without a transaction on %s', (_, cluster) => {
  it('stand once, each where its receipt says', async () => {
    const log = await openLog(cluster().bootstrap);
    const appender = new KafkaAppender(log.parts);
    const calls = Array.from({ length: 200 }, (_, call) => {
      const lanes = [call % PARTITIONS, (call + 1) % PARTITIONS, call % PARTITIONS];
      return lanes.map((lane, index) => log.record(lane, `${call}.${index}`));
    });
    const receipts = await Promise.all(calls.map((records) => appender.append(records)));
    await appender.close();
    const told = receipts.flatMap(({ partitions }, call) =>
      (calls[call] ?? []).map(({ partition, value }, index, records) => {
        const before = records.slice(0, index).filter((one) => one.partition === partition);
        const base = partitions.find((one) => one.partition === partition)?.baseOffset ?? -1;
        return { partition, offset: base + before.length, key: null, value };
      }),
    );
    told.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
    expect(await judgeTopic(cluster(), log.physicalTopic)).toEqual(told);
  });
});

describe('sequences of a partition', () => {
  it('are taken by brokers beyond 2^31 - 1 when they go on with 0', async () => {
    const log = await openLog(kafkaUnderTest.one().bootstrap);
    const { cluster } = log.parts;
    const identity = await cluster.sendToAny(initProducerIdCall(null, 10_000));
    const at = { topic: log.physicalTopic, partition: 0 };
    const leader = cluster.metadata.leaderOf(at) ?? -1;
    const produce = async (baseSequence: number, count: number): Promise<number | undefined> => {
      const builder = new BatchBuilder();
      for (let i = 0; i < count; i++) builder.add(log.record(0, 'x'));
      const stamp = { ...identity, baseSequence, transactional: false };
      const batch = builder.build({ ...stamp, timestampMs: Date.now(), codec: undefined });
      const request = { transactionalId: null, timeoutMs: 5_000, batches: [{ ...at, batch }] };
      const [answer] = await cluster.send(leader, produceCall(request));
      return answer?.errorCode;
    };
    const first = 2 ** 31 - 3;
    expect(await produce(first, 5)).toBe(0);
    expect(await produce(0, 1)).toBe(OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(await produce(sequenceAfter(first, 5), 1)).toBe(0);
  });
});

const OUT_OF_ORDER_SEQUENCE_NUMBER = 45;
