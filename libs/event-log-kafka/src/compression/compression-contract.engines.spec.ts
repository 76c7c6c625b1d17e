/** Each codec against Kafka's own: its producer, its consumer, and the broker that checks batches. */
import { randomUUID } from 'node:crypto';
import { kafkaUnderTest } from '../../../../test/engines/clusters';
import { judgeTopic } from '../../../../tools/stack/index';
import { BatchBuilder } from '../batch/batch-builder';
import { scanBatches } from '../batch/batch-scanner';
import { recordsOf } from '../batch/lazy-records';
import { SILENT } from '../observer.port';
import { BrokerConnection } from '../wire/broker-connection';
import { createTopicsCall } from '../wire/cluster-calls';
import { fetchCall } from '../wire/fetch-call';
import { produceCall } from '../wire/produce-call';
import { type CompressionName, compressionCodec, prepareCompression } from './codecs';

const PRODUCER = 'org.apache.kafka.tools.ConsoleProducer';
const names = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
/** So many that each codec has several blocks in a batch (snappy's have 32 KiB, zstd's 128). */
const RECORDS = 4_000;
const BATCH_BYTES = 900_000;
const FETCH_BYTES = 150_000;
const TIMEOUT_MS = 20_000;

let connection: BrokerConnection;
let topic: string;

/** The value of a record; compresses to about half. */
const recordValue = (name: string, index: number): string => {
  let state = index;
  const words = Array.from({ length: 12 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state.toString(36);
  });
  return `${name} Zürich ${index} ${words.join(' the same ')}`;
};

const wantedOf = (name: string) =>
  Array.from({ length: RECORDS }, (_, index) => `key-${index} ${recordValue(name, index)}`);

const produceWithJava = async (name: CompressionName): Promise<void> => {
  const cluster = kafkaUnderTest.one();
  const lines = wantedOf(name).map((line) => `${line.replace(' ', '\t')}\n`);
  const batching = ['--batch-size', `${BATCH_BYTES}`, '--timeout', '500'];
  const memory = ['--max-partition-memory-bytes', `${BATCH_BYTES}`];
  const format = ['--reader-property', 'parse.key=true', '--compression-codec', name];
  const servers = ['--bootstrap-server', cluster.innerBootstrap.join(',')];
  const args = [...servers, '--topic', topic, ...batching, ...memory, ...format];
  const { code, stderr } = await cluster.java(PRODUCER, args, { stdin: lines.join('') });
  expect([code, stderr]).toEqual([0, '']);
};

/** Reads by small fetches, so that answers end within batches. */
const readAll = async () => {
  const read: { codec: string; text: string; batchBytes: number }[] = [];
  for (let offset = 0; ; ) {
    const position = { topic, partition: 0, offset, maxBytes: FETCH_BYTES };
    const request = { positions: [position], maxWaitMs: 0, minBytes: 1, maxBytes: 2 ** 30 };
    const answer = await connection.send(fetchCall({ ...request, rackId: '' }), TIMEOUT_MS);
    const [part] = answer.partitions;
    if (part === undefined || part.errorCode !== 0) throw new Error(`error ${part?.errorCode}`);
    if (part.bytes.length === 0) return read;
    for (const batch of scanBatches(part.bytes, { topic, partition: 0 })) {
      const codec = batch.codec?.name ?? 'none';
      for (const { key, value } of recordsOf(batch, offset, { topic, partition: 0 })) {
        read.push({ codec, text: `${key} ${value}`, batchBytes: batch.sizeBytes });
      }
      offset = batch.lastOffset + 1;
    }
  }
};

describe('compression, beside Kafka', () => {
  beforeAll(prepareCompression);

  beforeEach(async () => {
    const [address = ''] = kafkaUnderTest.one().bootstrap;
    connection = await BrokerConnection.open(address, {
      clientId: 'compression',
      tls: undefined,
      sasl: undefined,
      connectTimeoutMs: TIMEOUT_MS,
      requestTimeoutMs: TIMEOUT_MS,
      observer: SILENT,
    });
    topic = `compression-${randomUUID()}`;
    const wanted = { topic, numPartitions: 1, replicationFactor: -1, configEntries: [] };
    const created = await connection.send(createTopicsCall([wanted], TIMEOUT_MS), TIMEOUT_MS);
    expect(created).toMatchObject([{ errorCode: 0 }]);
  });

  afterEach(() => connection.close());

  it.each(names)('reads what the Java producer has written: %s', async (name) => {
    await produceWithJava(name);
    const read = await readAll();
    expect(read.map(({ text }) => text)).toEqual(wantedOf(name));
    expect(new Set(read.map(({ codec }) => codec))).toEqual(new Set([name]));
    expect(Math.max(...read.map(({ batchBytes }) => batchBytes))).toBeGreaterThan(100_000);
  });

  it('is read by the Java consumer, with each codec', async () => {
    for (const name of names) {
      const builder = new BatchBuilder();
      for (let index = 0; index < RECORDS; index++) {
        const value = recordValue(name, index);
        builder.add({ topic, partition: 0, key: `key-${index}`, value, headers: { name } });
      }
      const batch = builder.build({
        producerId: -1,
        producerEpoch: -1,
        baseSequence: -1,
        transactional: false,
        timestampMs: Date.now(),
        codec: compressionCodec(name),
      });
      const batches = [{ topic, partition: 0, batch }];
      const request = { transactionalId: null, timeoutMs: TIMEOUT_MS, batches };
      const produced = await connection.send(produceCall(request), TIMEOUT_MS);
      expect(produced).toMatchObject([{ errorCode: 0 }]);
    }
    const judged = await judgeTopic(kafkaUnderTest.one(), topic);
    expect(judged.map(({ key, value }) => `${key} ${value}`)).toEqual(names.flatMap(wantedOf));
    expect((await readAll()).map(({ text }) => text)).toEqual(names.flatMap(wantedOf));
  });
});
