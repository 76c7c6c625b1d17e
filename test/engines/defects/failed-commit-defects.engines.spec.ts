/**
 * D5: a commit that fails while the transaction coordinator fails over. kafkajs' producer is of no
 * use after it; three brokers show it.
 */
import { judgeTopic } from '../../../tools/stack/index';
import { poll } from '../../../tools/stack/poll';
import { kafkaUnderTest } from '../clusters';
import { coordinatorOf } from '../faults/coordinators';
import { openLogUnderTest } from './log-under-test';
import { createOwnTopic, ownName } from './own-topics';
import { disconnectPlain, plainKafka, plainTransactional } from './plain-kafkajs';

const cluster = kafkaUnderTest.three();
const kafka = plainKafka({ brokers: cluster.bootstrap });
const REQUEST_TIMEOUT_MS = 1_000;
const DEADLINE_MS = 30_000;

afterAll(disconnectPlain);

describe('a commit while the transaction coordinator fails over (D5)', () => {
  it('leaves a plain kafkajs producer that can neither commit, abort nor begin', async () => {
    const id = ownName('d5');
    const impatient = plainKafka({
      brokers: cluster.bootstrap,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    });
    const producer = await plainTransactional(impatient, id);
    const topic = await topicAwayFrom(await coordinatorOnceKnown(id, producer));
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ partition: 0, value: 'in doubt' }] });
    const commit = await whileFailingOver(id, () =>
      transaction.commit().then(
        () => 'committed',
        (error: Error) => error.name,
      ),
    );
    expect(commit).not.toBe('committed');
    // All is well again, but not for this producer.
    await expect(transaction.commit()).rejects.toThrow('once ended');
    await expect(transaction.abort()).rejects.toThrow('once ended');
    for (let again = 0; again < 3; again += 1) {
      await expect(producer.transaction()).rejects.toThrow('state "COMMITTING"');
    }
  });

  it('ends in a known outcome with the log: each record is there once', async () => {
    const id = ownName('d5-log');
    const log = await openLogUnderTest(cluster.bootstrap, {
      limits: { requestTimeoutMs: REQUEST_TIMEOUT_MS },
    });
    try {
      let writer = await log.openWriter(id);
      const at = {
        topic: await topicAwayFrom(await coordinatorOf(cluster, 'transaction', id)),
        partition: 0,
      };
      const write = async (value: string): Promise<void> => {
        const transaction = writer.begin();
        await transaction.append([{ ...at, key: null, value }]);
        await transaction.commit();
      };
      await write('before');
      const transaction = writer.begin();
      await transaction.append([{ ...at, key: null, value: 'in doubt' }]);
      const commit = await whileFailingOver(id, () =>
        transaction.commit().then(() => 'committed', codeOf),
      );
      process.stdout.write(`D5: the commit of the log ended as ${String(commit)}\n`);
      expect(['committed', 'EVENT_LOG_COMMIT_OUTCOME_UNKNOWN']).toContain(commit);
      if (commit !== 'committed') {
        writer = await log.openWriter(id);
        const values = (await judgeTopic(cluster, at.topic)).map(({ value }) => value);
        if (!values.includes('in doubt')) await write('in doubt');
      }
      await write('after');
      const values = (await judgeTopic(cluster, at.topic)).map(({ value }) => value);
      expect(values).toEqual(['before', 'in doubt', 'after']);
    } finally {
      await log.close();
    }
  });
});

type Producer = Awaited<ReturnType<typeof plainTransactional>>;

/** The coordinator of a producer, which opens (and aborts) an empty transaction to make one known. */
const coordinatorOnceKnown = async (id: string, producer: Producer): Promise<number> => {
  await (await producer.transaction()).abort();
  return coordinatorOf(cluster, 'transaction', id);
};

/** A partition whose leader is another broker, so that only the commit meets the fault. */
const topicAwayFrom = (coordinator: number): Promise<string> => {
  const others = cluster.brokers.map(({ nodeId }) => nodeId).filter((id) => id !== coordinator);
  return createOwnTopic({ cluster, kafka }, 'd5', { replicas: [[...others, coordinator]] });
};

/** Stops the coordinator (SIGSTOP) until another has taken over and `work` has ended or waits. */
const whileFailingOver = async <Result>(
  id: string,
  work: () => Promise<Result>,
): Promise<Result> => {
  const coordinator = await coordinatorOf(cluster, 'transaction', id);
  cluster.broker(coordinator).pause();
  try {
    const running = work();
    await poll(
      async () => {
        const now = await coordinatorOf(cluster, 'transaction', id);
        return now !== coordinator && now > 0 ? true : undefined;
      },
      { what: `another coordinator than ${coordinator}`, deadlineMs: DEADLINE_MS },
    );
    cluster.broker(coordinator).resume();
    return await running;
  } finally {
    cluster.broker(coordinator).resume();
    await cluster.inSync();
  }
};

const codeOf = (error: unknown): unknown =>
  error instanceof Error ? Reflect.get(error, 'code') : error;
