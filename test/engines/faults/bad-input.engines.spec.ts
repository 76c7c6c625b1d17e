/** What the brokers or the log refuse: named errors that say what to do, and the log works on. */
import { RecordTooLargeError, TopicUnknownError } from '@millrace/event-log';
import type { KafkaLog } from '@millrace/event-log-kafka';
import { judgeTopic } from '../../../tools/stack/index';
import { kafkaUnderTest } from '../clusters';
import { openLogUnderTest } from '../defects/log-under-test';
import { createOwnTopic, ownName } from '../defects/own-topics';
import { plainKafka } from '../defects/plain-kafkajs';

const cluster = kafkaUnderTest.one();
const kafka = plainKafka({ brokers: cluster.bootstrap });
const LIMIT_BYTES = 100_000;
const BROKER_LIMIT_BYTES = 10_000;

let log: KafkaLog;
let topic: string;

beforeEach(async () => {
  log = await openLogUnderTest(cluster.bootstrap, { limits: { maxRecordBytes: LIMIT_BYTES } });
  topic = await createOwnTopic({ cluster, kafka }, 'refused', {
    replicas: [[1]],
    config: { 'max.message.bytes': String(BROKER_LIMIT_BYTES) },
  });
});

afterEach(() => log.close());

const recordOf = (bytes: number) => ({
  topic,
  partition: 0,
  key: null,
  value: 'x'.repeat(bytes),
});

describe('a record that is too large', () => {
  it('is refused by the log with its size and the limit, at the limit plus one byte', async () => {
    const failure = log.append([recordOf(LIMIT_BYTES + 1)]);
    await expect(failure).rejects.toBeInstanceOf(RecordTooLargeError);
    await expect(failure).rejects.toThrow(`${topic}/0: a record of 100001 B is above the limit`);
  });

  it('for the brokers is refused by them, with the two settings that would let it in', async () => {
    await expect(log.append([recordOf(BROKER_LIMIT_BYTES)])).rejects.toMatchObject({
      code: 'EVENT_LOG_KAFKA_REFUSED',
      retryable: false,
      message: expect.stringMatching(
        /MESSAGE_TOO_LARGE.*limits\.maxBatchBytes.*max\.message\.bytes/,
      ),
    });
  });

  it('ends its transaction only: the same log writes on, and nothing of it is there', async () => {
    const id = ownName('refused');
    const writer = await log.openWriter(id);
    const transaction = writer.begin();
    await transaction.append([recordOf(10)]);
    await transaction.append([recordOf(BROKER_LIMIT_BYTES)]);
    await expect(transaction.commit()).rejects.toMatchObject({ code: 'EVENT_LOG_KAFKA_REFUSED' });
    const again = (await log.openWriter(id)).begin();
    await again.append([recordOf(1)]);
    await again.commit();
    expect((await judgeTopic(cluster, topic)).map(({ value }) => value)).toEqual(['x']);
  });
});

describe('a topic or partition that does not exist', () => {
  const nowhere = { topic: 'no-such-topic', partition: 0 };
  const beyond = () => ({ topic, partition: 1 });
  const record = { key: null, value: 'x' };

  it('is named when it is written to', async () => {
    for (const at of [nowhere, beyond()]) {
      const appended = log.append([{ ...at, ...record }]);
      await expect(appended).rejects.toEqual(new TopicUnknownError(at));
    }
  });

  it('is named when it is written to in a transaction', async () => {
    const writer = await log.openWriter(ownName('unknown'));
    const transaction = writer.begin();
    const appended = transaction.append([{ ...nowhere, ...record }]);
    await expect(appended).rejects.toEqual(new TopicUnknownError(nowhere));
    await transaction.abort();
    const next = writer.begin();
    await next.append([recordOf(1)]);
    await next.commit();
  });

  it('is named when it is read from', async () => {
    for (const at of [nowhere, beyond()]) {
      const opened = log.openReader([{ ...at, offset: 0 }]);
      await expect(opened).rejects.toEqual(new TopicUnknownError(at));
    }
  });
});
