/** Readers beside Kafka's own consumer: on transactions of several producers, and on lost leaders. */
import {
  type EventLog,
  OffsetOutOfRangeError,
  type PartitionOffsets,
  type Position,
} from '@millrace/event-log';
import type { Producer, Transaction } from 'kafkajs';
import { kafkaUnderTest } from '../../../../test/engines/clusters';
import { createOwnTopic, ownName } from '../../../../test/engines/defects/own-topics';
import {
  disconnectPlain,
  plainIdempotent,
  plainKafka,
  plainTransactional,
} from '../../../../test/engines/defects/plain-kafkajs';
import { type JudgedRecord, judgeTopic } from '../../../../tools/stack/index';
import { openKafkaLog } from '../kafka-log';
import type { KafkaLimits } from '../kafka-options';
import type { KafkaEvent } from '../observer.port';

const cluster = kafkaUnderTest.three();
const kafka = plainKafka({
  brokers: cluster.bootstrap,
  retry: { initialRetryTime: 5, retries: 30 },
});

const PARTITIONS = 3;
const STEPS = 150;
const TRANSACTIONAL_PRODUCERS = 4;
const SEED = 7;
const APPENDS = 60;
const HIT_AT = 20;
const DEADLINE_MS = 60_000;

const events: KafkaEvent[] = [];
const logs: EventLog[] = [];

const openLog = async (limits: Partial<KafkaLimits> = {}): Promise<EventLog> => {
  const log = await openKafkaLog({
    brokers: cluster.bootstrap,
    clock: { nowMs: Date.now },
    observer: { event: (event) => void events.push(event) },
    limits,
  });
  logs.push(log);
  return log;
};

afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
});

afterAll(disconnectPlain);

const topicOn = (name: string): Promise<string> =>
  createOwnTopic({ cluster, kafka }, name, {
    replicas: [
      [1, 2, 3],
      [2, 3, 1],
      [3, 1, 2],
    ],
  });

const startOf = (topic: string): readonly Position[] =>
  Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition, offset: 0 }));

/** All that a reader gives from these positions to the ends of their partitions. */
const readToEnd = async (
  log: EventLog,
  from: readonly Position[],
): Promise<readonly JudgedRecord[]> => {
  const ends = await log.offsets(from);
  const reader = await log.openReader(from);
  const seen: JudgedRecord[] = [];
  const until = performance.now() + DEADLINE_MS;
  while (ends.some((end) => reader.position(end) < end.endOffset)) {
    if (performance.now() > until) throw new Error(`not read to the end: ${JSON.stringify(ends)}`);
    for (const { partition, records } of await reader.poll({ maxRecords: 7 })) {
      for (const { offset, key, value } of records) {
        seen.push({ partition, offset, key: text(key), value: text(value) });
      }
    }
  }
  await reader.close();
  return inOrder(seen);
};

const text = (bytes: Buffer | null): string | null => bytes?.toString() ?? null;

const inOrder = (seen: readonly JudgedRecord[]): readonly JudgedRecord[] =>
  seen.toSorted((one, other) => one.partition - other.partition || one.offset - other.offset);

describe('a reader beside Kafka’s own consumer', () => {
  let topic: string;
  let judged: readonly JudgedRecord[];

  beforeAll(async () => {
    topic = await topicOn('interleaved');
    await writeInterleaved(topic);
    judged = await judgeTopic(cluster, topic);
  });

  it(`sees the same of interleaved transactions, committed and aborted (seed ${SEED})`, async () => {
    expect(judged.length).toBeGreaterThan(100);
    expect(await readToEnd(await openLog(), startOf(topic))).toEqual(judged);
  });

  it('sees the same when every fetch gives one batch', async () => {
    const log = await openLog({ fetchPartitionBytes: 1, bufferedPartitionBytes: 1 });
    expect(await readToEnd(log, startOf(topic))).toEqual(judged);
  });

  it('sees the same from every offset on', async () => {
    const log = await openLog();
    const [end] = await log.offsets([{ topic, partition: 0 }]);
    const expected = judged.filter(({ partition }) => partition === 0);
    for (let offset = 0; offset <= (end?.endOffset ?? 0); offset += 5) {
      const seen = await readToEnd(log, [{ topic, partition: 0, offset }]);
      expect(seen).toEqual(expected.filter((record) => record.offset >= offset));
    }
  });
});

describe('a reader of a partition whose start moves', () => {
  it('names a position that is no longer there, and does not jump', async () => {
    const topic = await topicOn('trimmed');
    const producer = await plainIdempotent(kafka);
    for (const value of ['a', 'b', 'c']) {
      await producer.send({ topic, messages: [{ partition: 0, value }] });
    }
    const log = await openLog();
    const admin = kafka.admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    await admin.disconnect();
    const reader = await log.openReader([{ topic, partition: 0, offset: 1 }]);
    const polled = reader.poll({ maxWaitMs: DEADLINE_MS });
    await expect(polled).rejects.toBeInstanceOf(OffsetOutOfRangeError);
    await expect(polled).rejects.toThrow('offset 1 is out of range, the log holds 2 to 3');
    reader.seek({ topic, partition: 0, offset: 2 });
    const [batch] = await reader.poll({ maxWaitMs: DEADLINE_MS });
    expect(batch?.records.map(({ value }) => String(value))).toEqual(['c']);
  });
});

describe('a reader whose broker is lost', () => {
  it.each(['kill', 'pause'] as const)(
    'goes on elsewhere, without a gap and without a double (%s)',
    async (how) => {
      const topic = await topicOn(how);
      const log = await openLog();
      const reader = await log.openReader(startOf(topic));
      const seen: JudgedRecord[] = [];
      const until = performance.now() + DEADLINE_MS;
      const broker = cluster.broker(2);
      const from = events.length;
      let ends: readonly PartitionOffsets[] | undefined;
      const writing = appendNumbered(log, topic, () => broker[how]());
      const written = writing.then(async () => {
        ends = await log.offsets(startOf(topic));
      });
      const isComplete = (): boolean =>
        ends?.every((end) => reader.position(end) >= end.endOffset) ?? false;
      try {
        while (!isComplete() && performance.now() < until) {
          for (const { partition, records } of await reader.poll({ maxWaitMs: 100 })) {
            for (const { offset, key, value } of records) {
              seen.push({ partition, offset, key: text(key), value: text(value) });
            }
          }
        }
        await written;
      } finally {
        if (how === 'kill') await broker.start();
        else broker.resume();
        await cluster.inSync();
      }
      expect(seen.length).toBe(APPENDS * PARTITIONS);
      expect(inOrder(seen)).toEqual(await judgeTopic(cluster, topic));
      // The broker led one of the partitions: whoever met it in vain has tried again. A reader may
      // have found the new leader before its own request timed out.
      const hits = events.slice(from).filter((event) => event.kind === 'retry');
      expect(hits.length).toBeGreaterThan(0);
    },
  );
});

/** Producers take turns at random: plain sends, and transactions that end either way. */
const writeInterleaved = async (topic: string): Promise<void> => {
  const below = drawsFrom(SEED);
  const plain = await plainIdempotent(kafka);
  const producers: Producer[] = [];
  for (let i = 0; i < TRANSACTIONAL_PRODUCERS; i++) {
    producers.push(await plainTransactional(kafka, ownName('reader'), { initialRetryTime: 5 }));
  }
  const open = new Map<Producer, Transaction>();
  for (let step = 0; step < STEPS; step++) {
    const producer = producers[below(producers.length + 1)];
    const running = producer === undefined ? undefined : open.get(producer);
    if (producer !== undefined && running !== undefined && below(4) === 0) {
      await (below(2) === 0 ? running.commit() : running.abort());
      open.delete(producer);
      continue;
    }
    const transaction = running ?? (await producer?.transaction());
    if (producer !== undefined && transaction !== undefined) open.set(producer, transaction);
    const count = 1 + below(3);
    const partition = below(PARTITIONS);
    // A key of four zero bytes is what kafkajs takes for a marker of abort.
    const messages = Array.from({ length: count }, (_, index) => ({
      partition,
      key: below(3) === 0 ? Buffer.alloc(4) : `key ${step}`,
      value: `${step}.${index}`,
    }));
    await (transaction ?? plain).send({ topic, messages });
  }
  for (const transaction of open.values()) await transaction.abort();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    await plain.send({ topic, messages: [{ partition, value: 'last' }] });
  }
};

/** The same numbers, 0 to below the bound, on every machine. */
const drawsFrom = (seed: number) => {
  let state = seed;
  return (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
};

/** One record for each partition in each step; the broker is hit on the way. */
const appendNumbered = async (
  log: EventLog,
  topic: string,
  hit: () => void | Promise<void>,
): Promise<void> => {
  for (let step = 0; step < APPENDS; step++) {
    if (step === HIT_AT) await hit();
    const value = String(step);
    await log.append(startOf(topic).map((at) => ({ ...at, key: null, value })));
  }
};
