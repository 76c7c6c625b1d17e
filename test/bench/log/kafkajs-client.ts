/** kafkajs 2.2.4 under measure, with the settings that serve it best. */
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { type BenchClient, CALL_RECORDS, COMMIT_EVERY_MS, type Load } from './bench-client.port';
import { inFlight, recordKey, recordValue, timesOf, usageOf } from './measured';

/** @param brokers `host:port` of each */
export const kafkajsClient = (brokers: readonly string[]): BenchClient => {
  const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const retry = { initialRetryTime: 2, retries: 30 };
  const withProducer = async <T>(
    transactionalId: string | undefined,
    work: (producer: Producer) => Promise<T>,
  ): Promise<T> => {
    const options =
      transactionalId === undefined ? {} : { transactionalId, maxInFlightRequests: 1 };
    const producer = kafka.producer({ idempotent: true, retry, ...options });
    await producer.connect();
    try {
      return await work(producer);
    } finally {
      await producer.disconnect();
    }
  };
  return {
    append: (load) =>
      withProducer(undefined, (producer) =>
        usageOf(load.records, () =>
          inFlight(load, async (first) => {
            await producer.send({ topic: load.topic, acks: -1, messages: messagesOf(load, first) });
          }),
        ),
      ),
    appendInTransactions: (load) =>
      withProducer('bench-kafkajs', (producer) => inTransactions(producer, load)),
    read: (load) => readAll(kafka, load),
    transactions: (load) =>
      withProducer('bench-kafkajs', (producer) =>
        timesOf(load.records, async (index) => {
          const transaction = await producer.transaction();
          await transaction.send({ topic: load.topic, messages: [messageOf(load, index)] });
          await transaction.commit();
        }),
      ),
    takeovers: (load) => takeovers(kafka, load),
    visibility: async () => [],
  };
};

const messageOf = (load: Load, index: number) => ({
  partition: index % load.partitions,
  key: recordKey(index),
  value: recordValue(index),
});

const messagesOf = (load: Load, first: number) =>
  Array.from({ length: CALL_RECORDS }, (_, index) => messageOf(load, first + index));

const inTransactions = (producer: Producer, load: Load) =>
  usageOf(load.records, async () => {
    for (let first = 0; first < load.records; ) {
      const transaction = await producer.transaction();
      const endMs = performance.now() + COMMIT_EVERY_MS;
      while (first < load.records && performance.now() < endMs) {
        await transaction.send({ topic: load.topic, messages: messagesOf(load, first) });
        first += CALL_RECORDS;
      }
      await transaction.commit();
    }
  });

const readAll = async (kafka: Kafka, load: Load) => {
  const consumer = kafka.consumer({ groupId: `bench-${process.pid}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic: load.topic, fromBeginning: true });
  let read = 0;
  const usage = await usageOf(
    load.records,
    () =>
      new Promise<void>((resolve, reject) => {
        const eachBatch = async ({ batch }: { batch: { messages: readonly object[] } }) => {
          read += batch.messages.length;
          if (read >= load.records) resolve();
        };
        consumer.run({ autoCommit: false, eachBatch }).catch(reject);
      }),
  );
  await consumer.disconnect();
  return { ...usage, records: read };
};

const takeovers = async (kafka: Kafka, load: Load): Promise<readonly number[]> => {
  const transactionalId = 'bench-kafkajs-takeover';
  const open = async (): Promise<Producer> => {
    const producer = kafka.producer({ idempotent: true, transactionalId, maxInFlightRequests: 1 });
    await producer.connect();
    return producer;
  };
  const opened = [await open()];
  const times: number[] = [];
  for (let index = 0; index < load.records; index++) {
    const transaction = await opened.at(-1)?.transaction();
    await transaction?.send({ topic: load.topic, messages: [messageOf(load, index)] });
    const next = await open();
    const [took] = await timesOf(1, async () => (await next.transaction()).abort());
    times.push(took ?? 0);
    opened.push(next);
  }
  for (const producer of opened) await producer.disconnect();
  return times;
};
