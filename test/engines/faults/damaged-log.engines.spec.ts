/**
 * Batches on a broker's disk that are not what was written, or not what is known here. The broker
 * checks nothing when it is read from, so the reader must: it names the place and stops.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EventLog, LogReader } from '@millrace/event-log';
import { crc32c } from '@node-rs/crc32';
import { type KafkaCluster, startKafka } from '../../../tools/stack/index';
import { lineUnderTest } from '../clusters';
import { openLogUnderTest } from '../defects/log-under-test';
import { createOwnTopic } from '../defects/own-topics';
import { plainKafka } from '../defects/plain-kafkajs';

/** Where things stand in a record batch of format 2 (Kafka documentation, "Record Batch"). */
const AT = { length: 8, lengthCountsFrom: 12, crc: 17, checked: 21, attributes: 21 } as const;
const RECORDS_AT = 61;
const UNKNOWN_COMPRESSION = 6;
/** Three batches of so many records; the second is changed. */
const BATCH_RECORDS = 10;

interface Damage {
  readonly name: string;
  readonly change: (batch: Buffer) => void;
  readonly error: object;
}

const DAMAGES: readonly Damage[] = [
  {
    name: 'a flipped bit in a record',
    change: (batch) => {
      const at = RECORDS_AT + 20;
      batch.writeUInt8(batch.readUInt8(at) ^ 1, at);
    },
    error: {
      code: 'EVENT_LOG_DAMAGED',
      retryable: false,
      offset: 10,
      message: expect.stringMatching(/\/0 is damaged at offset 10: .*checksum.* 10 to 19/),
    },
  },
  {
    name: 'a compression that is not known',
    change: (batch) => {
      batch.writeInt16BE(batch.readInt16BE(AT.attributes) | UNKNOWN_COMPRESSION, AT.attributes);
      batch.writeUInt32BE(crc32c(batch.subarray(AT.checked)), AT.crc);
    },
    error: {
      code: 'EVENT_LOG_KAFKA_COMPRESSION_UNKNOWN',
      retryable: false,
      message: expect.stringMatching(
        /\/0: the batch at offset 10 \(to 19\) has compression 6: known are/,
      ),
    },
  },
];

let cluster: KafkaCluster;
let log: EventLog;
const topics = new Map<Damage, string>();

beforeAll(async () => {
  cluster = await startKafka({ line: lineUnderTest(), brokers: 1 });
  const kafka = plainKafka({ brokers: cluster.bootstrap });
  const before = await openLogUnderTest(cluster.bootstrap);
  for (const damage of DAMAGES) {
    const topic = await createOwnTopic({ cluster, kafka }, 'damaged', { replicas: [[1]] });
    topics.set(damage, topic);
    for (let batch = 0; batch < 3; batch += 1) {
      await before.append(
        Array.from({ length: BATCH_RECORDS }, (_, index) => ({
          topic,
          partition: 0,
          key: null,
          value: `record ${batch * BATCH_RECORDS + index}`,
        })),
      );
    }
  }
  await before.close();
  // Stopped in order: after a kill the broker would check its newest segment, and cut it.
  await cluster.broker(1).stop();
  for (const [damage, topic] of topics) changeSecondBatch(topic, damage);
  await cluster.broker(1).start();
  log = await openLogUnderTest(cluster.bootstrap);
});

afterAll(async () => {
  await log.close();
  await cluster.stop();
});

describe.each(DAMAGES)('a batch with $name', (damage) => {
  const at = () => ({ topic: topics.get(damage) ?? '', partition: 0 });

  it('stops the reader behind all that is sound: named, again and again, never skipped', async () => {
    const reader = await log.openReader([{ ...at(), offset: 0 }]);
    expect(await valuesUpTo(reader, BATCH_RECORDS)).toEqual(records(0, 10));
    for (let again = 0; again < 3; again += 1) {
      await expect(reader.poll()).rejects.toMatchObject(damage.error);
      expect(reader.position(at())).toBe(10);
    }
    await reader.close();
  });

  it('does not hide what stands behind it from who asks for it', async () => {
    const reader = await log.openReader([{ ...at(), offset: 20 }]);
    expect(await valuesUpTo(reader, BATCH_RECORDS)).toEqual(records(20, 30));
    await reader.close();
  });

  it('stops a reader in its midst too', async () => {
    const reader = await log.openReader([{ ...at(), offset: 15 }]);
    await expect(reader.poll()).rejects.toMatchObject(damage.error);
    await reader.close();
  });
});

const records = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `record ${from + index}`);

const valuesUpTo = async (reader: LogReader, count: number): Promise<readonly unknown[]> => {
  const values: unknown[] = [];
  while (values.length < count) {
    for (const batch of await reader.poll()) {
      values.push(...batch.records.map(({ value }) => value?.toString()));
    }
  }
  return values;
};

const changeSecondBatch = (topic: string, { change }: Damage): void => {
  const folder = join(dirname(cluster.stateFile), 'data-1', `${topic}-0`);
  const [segment = ''] = readdirSync(folder).filter((name) => name.endsWith('.log'));
  const bytes = readFileSync(join(folder, segment));
  const sizeAt = (at: number): number => bytes.readInt32BE(at + AT.length) + AT.lengthCountsFrom;
  const second = sizeAt(0);
  change(bytes.subarray(second, second + sizeAt(second)));
  writeFileSync(join(folder, segment), bytes);
};
