/**
 * D8: compaction empties the last batch of a producer and keeps it. A fetch that gives such batches
 * only leaves plain kafkajs where it is, for ever. One broker shows it.
 */
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { judgeTopic } from '../../../tools/stack/index';
import { poll } from '../../../tools/stack/poll';
import { kafkaUnderTest } from '../clusters';
import { openLogUnderTest } from './log-under-test';
import { createOwnTopic, ownName } from './own-topics';
import { disconnectPlain, plainIdempotent, plainKafka } from './plain-kafkajs';
import { logRead } from './seen-records';

const cluster = kafkaUnderTest.one();
const kafka = plainKafka({ brokers: cluster.bootstrap });

// Two of them do not fit into one segment, and the cleaner does not join what was two.
const SEGMENT_BYTES = 1_048_576;
const VALUE_BYTES = 600_000;
const EMPTY_BATCH_BYTES = 61;
const FRUITLESS_FETCHES = 10;
const DEADLINE_MS = 40_000;

let topic: string;

beforeAll(async () => {
  topic = await createOwnTopic({ cluster, kafka }, 'emptied', {
    replicas: [[1]],
    config: {
      'cleanup.policy': 'compact',
      'segment.bytes': String(SEGMENT_BYTES),
      'min.cleanable.dirty.ratio': '0.01',
    },
  });
  await writeByOwnProducer({ key: 'a', value: 'old'.padEnd(VALUE_BYTES) });
  await writeByOwnProducer({ key: 'a', value: 'new'.padEnd(VALUE_BYTES) });
  await writeByOwnProducer({ key: 'b', value: 'first'.padEnd(VALUE_BYTES) });
  await writeByOwnProducer({ key: 'last', value: 'last' });
  await firstSegmentEmptied();
});

afterAll(disconnectPlain);

describe('a segment whose batches were emptied by compaction (D8)', () => {
  it('holds plain kafkajs at its start: fetch after fetch, no record, no progress', async () => {
    const consumer = kafka.consumer({ groupId: ownName('plain'), maxWaitTimeInMs: 100 });
    let records = 0;
    let fetches = 0;
    await consumer.connect();
    consumer.on(consumer.events.FETCH, () => {
      fetches += 1;
    });
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async () => {
        records += 1;
      },
    });
    await poll(async () => (fetches >= FRUITLESS_FETCHES || records > 0 ? true : undefined), {
      what: `${FRUITLESS_FETCHES} fetches by kafkajs`,
      deadlineMs: DEADLINE_MS,
    });
    await consumer.disconnect();
    expect(fetches).toBeGreaterThanOrEqual(FRUITLESS_FETCHES);
    expect(records).toBe(0);
  });

  it('is passed by the reader of the log', async () => {
    const log = await openLogUnderTest(cluster.bootstrap);
    try {
      const seen = await logRead(log, { topic, partitions: 1, lastValue: 'last' });
      expect(seen.map(({ value }) => value?.trim())).toEqual(['new', 'first', 'last']);
      expect(seen).toEqual(await judgeTopic(cluster, topic));
    } finally {
      await log.close();
    }
  });
});

/** The last batch of each producer is kept by the cleaner: it holds its sequence. */
const writeByOwnProducer = async (message: {
  readonly key: string;
  readonly value: string;
}): Promise<void> => {
  const producer = await plainIdempotent(kafka);
  await producer.send({ topic, messages: [{ ...message, partition: 0 }] });
};

const firstSegmentEmptied = async (): Promise<void> => {
  const folder = join(dirname(cluster.stateFile), 'data-1', `${topic}-0`);
  const segment = join(folder, '00000000000000000000.log');
  const sizeBytes = (): number => (existsSync(segment) ? statSync(segment).size : -1);
  await poll(async () => (sizeBytes() === EMPTY_BATCH_BYTES ? true : undefined), {
    what: 'the cleaner to empty the first batch',
    deadlineMs: DEADLINE_MS,
    detail: () => `: the first segment has ${sizeBytes()} B`,
  });
};
