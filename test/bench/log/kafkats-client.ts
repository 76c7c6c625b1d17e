/** @kafkats/client under measure. */
import { KafkaClient } from '@kafkats/client';
import { type BenchClient, CALL_RECORDS, COMMIT_EVERY_MS, type Load } from './bench-client.port';
import { inFlight, recordKey, recordValue, timesOf, usageOf } from './measured';

/** @param brokers `host:port` of each */
export const kafkatsClient = (brokers: readonly string[]): BenchClient => {
  const client = new KafkaClient({ brokers: [...brokers], clientId: 'bench' });
  const transactional = (transactionalId: string) =>
    client.producer({ idempotent: true, transactionalId, lingerMs: 0 });
  return {
    append: async (load) => {
      await client.connect();
      const producer = client.producer({ idempotent: true, maxBatchBytes: 1_048_576 });
      const usage = await usageOf(load.records, () =>
        inFlight(load, async (first) => {
          await producer.send(load.topic, messagesOf(load, first));
        }),
      );
      await producer.disconnect();
      await client.disconnect();
      return usage;
    },
    appendInTransactions: async (load) => {
      await client.connect();
      const producer = transactional('bench-kafkats');
      const usage = await usageOf(load.records, async () => {
        for (let first = 0; first < load.records; ) {
          await producer.transaction(async (transaction) => {
            const endMs = performance.now() + COMMIT_EVERY_MS;
            while (first < load.records && performance.now() < endMs) {
              await transaction.send(load.topic, messagesOf(load, first));
              first += CALL_RECORDS;
            }
          });
        }
      });
      await producer.disconnect();
      await client.disconnect();
      return usage;
    },
    read: (load) => readAll(client, load),
    transactions: async (load) => {
      await client.connect();
      const producer = transactional('bench-kafkats');
      const times = await timesOf(load.records, async (index) => {
        await producer.transaction(async (transaction) => {
          await transaction.send(load.topic, [messageOf(load, index)]);
        });
      });
      await producer.disconnect();
      await client.disconnect();
      return times;
    },
    takeovers: async () => [],
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

const readAll = async (client: KafkaClient, load: Load) => {
  await client.connect();
  const groupId = `bench-${process.pid}`;
  const consumer = client.consumer({ groupId, autoOffsetReset: 'earliest', maxRecords: 5_000 });
  let read = 0;
  const usage = await usageOf(
    load.records,
    () =>
      new Promise<void>((resolve, reject) => {
        consumer
          .runBatch(
            load.topic,
            async (messages) => {
              read += messages.length;
              if (read >= load.records) resolve();
            },
            { autoCommit: false },
          )
          .catch(reject);
      }),
  );
  await consumer.stop();
  await client.disconnect();
  return { ...usage, records: read };
};
