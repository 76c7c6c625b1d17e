/**
 * D1, D2: aborted records that kafkajs' consumer hands over although it reads committed ones only.
 * One broker shows them.
 */
import type { Kafka } from 'kafkajs';
import { judgeTopic } from '../../../tools/stack/index';
import { kafkaUnderTest } from '../clusters';
import { openLogUnderTest } from './log-under-test';
import { createOwnTopic, ownName } from './own-topics';
import { disconnectPlain, plainKafka, plainTransactional } from './plain-kafkajs';
import { logRead, plainRead, type Reading } from './seen-records';

const cluster = kafkaUnderTest.one();
const kafka = plainKafka({ brokers: cluster.bootstrap });
const valuesOf = (records: readonly { readonly value: string | null }[]): readonly unknown[] =>
  records.map(({ value }) => value);

afterAll(disconnectPlain);

describe('aborted transactions of two producers that interleave (D1)', () => {
  let reading: Reading;

  beforeAll(async () => {
    reading = await topicWith(kafka, async (topic) => {
      const [one, other] = await Promise.all([
        plainTransactional(kafka, ownName('one')),
        plainTransactional(kafka, ownName('other')),
      ]);
      const first = await one.transaction();
      await first.send({ topic, messages: [{ partition: 0, value: 'aborted last' }] });
      const second = await other.transaction();
      await second.send({ topic, messages: [{ partition: 0, value: 'aborted first' }] });
      // Brokers list aborted transactions in order of abort, so the one of offset 1 comes first.
      await second.abort();
      await first.abort();
    });
  });

  it('leak through plain kafkajs', async () => {
    expect(valuesOf(await plainRead(kafka, reading))).toEqual(['aborted last', 'committed']);
  });

  it('stay hidden from the reader of the log', async () => {
    await expectAsJudged(reading);
  });
});

describe('an aborted record with the int32 key 0 (D2)', () => {
  let reading: Reading;

  beforeAll(async () => {
    reading = await topicWith(kafka, async (topic) => {
      const producer = await plainTransactional(kafka, ownName('zero-key'));
      const transaction = await producer.transaction();
      const messages = [
        { partition: 0, key: 'a', value: 'aborted' },
        { partition: 0, key: Buffer.alloc(4), value: 'aborted under key 0' },
        { partition: 0, key: 'b', value: 'aborted too' },
      ];
      await transaction.send({ topic, messages });
      await transaction.abort();
    });
  });

  it('ends the transaction for plain kafkajs: the rest leaks', async () => {
    const leaked = ['aborted under key 0', 'aborted too'];
    expect(valuesOf(await plainRead(kafka, reading))).toEqual([...leaked, 'committed']);
  });

  it('is a record like any other for the log', async () => {
    await expectAsJudged(reading);
  });

  it('is written and aborted by the log', async () => {
    const log = await openLogUnderTest(cluster.bootstrap);
    try {
      const at = { topic: await createOwnTopic({ cluster, kafka }, 'd2-own', ONE), partition: 0 };
      const writer = await log.openWriter(ownName('zero-key'));
      const aborted = writer.begin();
      await aborted.append([
        { ...at, key: new Uint8Array(4), value: 'aborted under key 0' },
        { ...at, key: 'b', value: 'aborted too' },
      ]);
      await aborted.abort();
      const committed = writer.begin();
      await committed.append([{ ...at, key: new Uint8Array(4), value: 'committed' }]);
      await committed.commit();
      await expectAsJudged({ topic: at.topic, partitions: 1, lastValue: 'committed' });
    } finally {
      await log.close();
    }
  });
});

const ONE = { replicas: [[1]] } as const;

/** A topic with what `write` wrote, and a committed record behind it. */
const topicWith = async (
  client: Kafka,
  write: (topic: string) => Promise<void>,
): Promise<Reading> => {
  const topic = await createOwnTopic({ cluster, kafka: client }, 'aborted', ONE);
  await write(topic);
  const producer = await plainTransactional(client, ownName('last'));
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [{ partition: 0, value: 'committed' }] });
  await transaction.commit();
  return { topic, partitions: 1, lastValue: 'committed' };
};

const expectAsJudged = async (reading: Reading): Promise<void> => {
  const log = await openLogUnderTest(cluster.bootstrap);
  try {
    const seen = await logRead(log, reading);
    expect(valuesOf(seen)).toEqual(['committed']);
    expect(seen).toEqual(await judgeTopic(cluster, reading.topic));
  } finally {
    await log.close();
  }
};
