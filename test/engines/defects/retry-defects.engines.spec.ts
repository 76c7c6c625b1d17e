/**
 * D6, D7, D9: where kafkajs retries too little, or pays no heed to what was configured. One broker
 * shows them.
 */
import type { RecordToAppend } from '@millrace/event-log';
import { judgeTopic } from '../../../tools/stack/index';
import { poll } from '../../../tools/stack/poll';
import { kafkaUnderTest } from '../clusters';
import { openLogUnderTest } from './log-under-test';
import { createOwnTopic, ownName } from './own-topics';
import {
  disconnectPlain,
  plainIdempotent,
  plainKafka,
  plainTransactional,
  typeOf,
} from './plain-kafkajs';

const cluster = kafkaUnderTest.one();
const kafka = plainKafka({ brokers: cluster.bootstrap });
const SIX_PARTITIONS = { replicas: Array.from({ length: 6 }, () => [1]) };
const TRANSACTIONS = 50;
const DEADLINE_MS = 30_000;
/** Retries that would do, if they were heeded. */
const AMPLE_RETRIES = { initialRetryTime: 2, maxRetryTime: 50, retries: 100 };

afterAll(disconnectPlain);

describe('offsets as the first act of a transaction, right behind a commit (D6)', () => {
  it('fail with plain kafkajs: CONCURRENT_TRANSACTIONS is not retried', async () => {
    const topic = await createOwnTopic({ cluster, kafka }, 'd6', SIX_PARTITIONS);
    const producer = await plainTransactional(kafka, ownName('d6'), AMPLE_RETRIES);
    const group = ownName('d6-group');
    const sendAndCommit = async (): Promise<void> => {
      const transaction = await producer.transaction();
      const messages = SIX_PARTITIONS.replicas.map((_, partition) => ({ partition, value: 'x' }));
      await transaction.send({ topic, messages });
      await transaction.commit();
    };
    const offsetsFirst = async (): Promise<unknown> => {
      const transaction = await producer.transaction();
      const offsets = { topic, partitions: [{ partition: 0, offset: '1' }] };
      const failure = await transaction
        .sendOffsets({ consumerGroupId: group, topics: [offsets] })
        .then(() => undefined, typeOf);
      await transaction.abort();
      return failure;
    };
    let failure: unknown;
    let tries = 0;
    for (const until = deadline(); failure === undefined && performance.now() < until; tries += 1) {
      await sendAndCommit();
      failure = await offsetsFirst();
    }
    say(`D6: plain kafkajs failed at transaction ${tries}`);
    expect(failure).toBe('CONCURRENT_TRANSACTIONS');
  });

  it('succeed with the log, 50 times, back to back', async () => {
    const topic = await createOwnTopic({ cluster, kafka }, 'd6-log', SIX_PARTITIONS);
    const group = ownName('d6-group');
    const log = await openLogUnderTest(cluster.bootstrap);
    try {
      const writer = await log.openWriter(ownName('d6'));
      for (let at = 1; at <= TRANSACTIONS; at += 1) {
        const outputs = writer.begin();
        await outputs.append(recordsOf(topic, at));
        await outputs.commit();
        const offsets = writer.begin();
        await offsets.sendOffsets(group, [{ topic, partition: 0, offset: at }]);
        await offsets.commit();
      }
      // Readers of group positions see them some ms after the commit.
      const position = await poll(
        async () => {
          const [first] = await log.groupPositions(group);
          return first?.offset === TRANSACTIONS ? first : undefined;
        },
        { what: 'the last position of the group', deadlineMs: DEADLINE_MS },
      );
      expect(position).toEqual({ topic, partition: 0, offset: TRANSACTIONS });
      await expectEachOnce(topic);
    } finally {
      await log.close();
    }
  });

  it('are records of the lane with the log otherwise, and 50 commits succeed too', async () => {
    const topic = await createOwnTopic({ cluster, kafka }, 'd6-out', SIX_PARTITIONS);
    const changelog = await createOwnTopic({ cluster, kafka }, 'd6-changelog', { replicas: [[1]] });
    const log = await openLogUnderTest(cluster.bootstrap);
    try {
      const writer = await log.openWriter(ownName('d6'));
      for (let at = 1; at <= TRANSACTIONS; at += 1) {
        const transaction = writer.begin();
        await transaction.append([
          { topic: changelog, partition: 0, key: 'in/0', value: String(at) },
          ...recordsOf(topic, at),
        ]);
        await transaction.commit();
      }
      const positions = (await judgeTopic(cluster, changelog)).map(({ value }) => value);
      expect(positions).toEqual(
        Array.from({ length: TRANSACTIONS }, (_, index) => String(index + 1)),
      );
      await expectEachOnce(topic);
    } finally {
      await log.close();
    }
  });
});

describe('an idempotent send while the broker does not answer for 3 s (D7)', () => {
  const REQUEST_TIMEOUT_MS = 200;

  it('is given up by plain kafkajs after 5 retries, though documented to go on', async () => {
    const topic = await createOwnTopic({ cluster, kafka }, 'd7', { replicas: [[1]] });
    const impatient = plainKafka({
      brokers: cluster.bootstrap,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      retry: { initialRetryTime: 20 },
    });
    const producer = await plainIdempotent(impatient);
    await producer.send({ topic, messages: [{ partition: 0, value: 'before' }] });
    const failure = await whilePaused(() =>
      producer.send({ topic, messages: [{ partition: 0, value: 'during' }] }).then(
        () => undefined,
        (error: Error) => error,
      ),
    );
    expect(failure?.name).toBe('KafkaJSNumberOfRetriesExceeded');
    expect(failure).toMatchObject({ retryCount: 5 });
  });

  it('goes on with the log until the broker answers, and is written once', async () => {
    const topic = await createOwnTopic({ cluster, kafka }, 'd7-log', { replicas: [[1]] });
    let retries = 0;
    const log = await openLogUnderTest(cluster.bootstrap, {
      limits: { requestTimeoutMs: REQUEST_TIMEOUT_MS },
      observer: {
        event: ({ kind }) => {
          if (kind === 'retry') retries += 1;
        },
      },
    });
    try {
      await log.append([{ topic, partition: 0, key: null, value: 'before' }]);
      await whilePaused(() => log.append([{ topic, partition: 0, key: null, value: 'during' }]));
      expect(retries).toBeGreaterThan(0);
      const values = (await judgeTopic(cluster, topic)).map(({ value }) => value);
      expect(values).toEqual(['before', 'during']);
    } finally {
      await log.close();
    }
  });
});

describe('a takeover of a writer whose transaction is open (D9)', () => {
  const ROUNDS = 5;

  it('waits 240 ms or more with plain kafkajs, whatever retries are configured', async () => {
    const topic = await createOwnTopic({ cluster, kafka }, 'd9', { replicas: [[1]] });
    const tookMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = ownName('d9');
      const first = await plainTransactional(kafka, id, AMPLE_RETRIES);
      const open = await first.transaction();
      await open.send({ topic, messages: [{ partition: 0, value: 'open' }] });
      const second = await plainTransactional(kafka, id, AMPLE_RETRIES);
      const started = performance.now();
      await (await second.transaction()).abort();
      tookMs.push(performance.now() - started);
    }
    say(`D9: plain kafkajs took over in ${inMs(tookMs)}`);
    // The default of 300 ms less its jitter of 20 %.
    expect(Math.min(...tookMs)).toBeGreaterThanOrEqual(240);
  });

  it('is done sooner by the log, and the first owner is fenced', async () => {
    const topic = await createOwnTopic({ cluster, kafka }, 'd9-log', { replicas: [[1]] });
    const [one, other] = await Promise.all([
      openLogUnderTest(cluster.bootstrap),
      openLogUnderTest(cluster.bootstrap),
    ]);
    const tookMs: number[] = [];
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const id = ownName('d9');
        const first = await one.openWriter(id);
        const open = first.begin();
        await open.append([{ topic, partition: 0, key: null, value: 'open' }]);
        const started = performance.now();
        const second = await other.openWriter(id);
        tookMs.push(performance.now() - started);
        await expect(open.commit()).rejects.toMatchObject({ code: 'EVENT_LOG_WRITER_FENCED' });
        await second.close();
      }
      say(`D9: the log took over in ${inMs(tookMs)}`);
      expect(tookMs.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]).toBeLessThan(240);
      expect(await judgeTopic(cluster, topic)).toEqual([]);
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });
});

const deadline = (): number => performance.now() + DEADLINE_MS;
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const inMs = (all: readonly number[]): string => `${all.map(Math.round).join(', ')} ms`;

const recordsOf = (topic: string, at: number): readonly RecordToAppend[] =>
  SIX_PARTITIONS.replicas.map((_, partition) => ({
    topic,
    partition,
    key: null,
    value: `${partition}-${at}`,
  }));

const expectEachOnce = async (topic: string): Promise<void> => {
  const values = (await judgeTopic(cluster, topic)).map(({ value }) => value);
  expect(values).toHaveLength(TRANSACTIONS * SIX_PARTITIONS.replicas.length);
  expect(new Set(values).size).toBe(values.length);
};

/** The broker is stopped (SIGSTOP) for 3 s; `work` begins with that and may end before or after. */
const PAUSE_MS = 3_000;
const whilePaused = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const broker = cluster.broker(1);
  broker.pause();
  const pause = new Promise((resolve) => setTimeout(resolve, PAUSE_MS)).then(() => broker.resume());
  const [result] = await Promise.allSettled([work(), pause]);
  await cluster.inSync();
  if (result.status === 'rejected') throw result.reason;
  return result.value;
};
