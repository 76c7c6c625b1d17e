/** Our log on Kafka under measure. */

import type { RecordToAppend, TransactionalWriter } from '@millrace/event-log';
import { type KafkaLog, openKafkaLog } from '@millrace/event-log-kafka';
import { type BenchClient, CALL_RECORDS, COMMIT_EVERY_MS, type Load } from './bench-client.port';
import { inFlight, recordKey, recordValue, timesOf, usageOf } from './measured';

const clock = { nowMs: () => Date.now() };

/** @param brokers `host:port` of each */
export const millraceClient = (brokers: readonly string[]): BenchClient => {
  const withLog = async <T>(work: (log: KafkaLog) => Promise<T>): Promise<T> => {
    const log = await openKafkaLog({ brokers, clock });
    try {
      return await work(log);
    } finally {
      await log.close();
    }
  };
  return {
    append: (load) =>
      withLog((log) =>
        usageOf(load.records, () =>
          inFlight(load, async (first) => void (await log.append(batchOf(load, first)))),
        ),
      ),
    appendInTransactions: (load) => withLog((log) => inTransactions(log, load)),
    read: (load) => withLog((log) => readAll(log, load)),
    transactions: (load) =>
      withLog(async (log) => {
        const writer = await log.openWriter('bench');
        return timesOf(load.records, (index) => commitOne(writer, load, index));
      }),
    takeovers: (load) => withLog((log) => takeovers(log, load)),
    visibility: (load) => withLog((log) => visibility(log, load)),
  };
};

const recordOf = (load: Load, index: number): RecordToAppend => ({
  topic: load.topic,
  partition: index % load.partitions,
  key: recordKey(index),
  value: recordValue(index),
});

const batchOf = (load: Load, first: number): readonly RecordToAppend[] =>
  Array.from({ length: CALL_RECORDS }, (_, index) => recordOf(load, first + index));

const commitOne = async (writer: TransactionalWriter, load: Load, index: number): Promise<void> => {
  const transaction = writer.begin();
  await transaction.append([recordOf(load, index)]);
  await transaction.commit();
};

const inTransactions = async (log: KafkaLog, load: Load) => {
  const writer = await log.openWriter('bench');
  return usageOf(load.records, async () => {
    for (let first = 0; first < load.records; ) {
      const transaction = writer.begin();
      const endMs = performance.now() + COMMIT_EVERY_MS;
      while (first < load.records && performance.now() < endMs) {
        await transaction.append(batchOf(load, first));
        first += CALL_RECORDS;
      }
      await transaction.commit();
    }
  });
};

const readAll = async (log: KafkaLog, load: Load) => {
  const partitions = Array.from({ length: load.partitions }, (_, partition) => ({
    topic: load.topic,
    partition,
    offset: 0,
  }));
  const reader = await log.openReader(partitions);
  let read = 0;
  const usage = await usageOf(load.records, async () => {
    while (read < load.records) {
      for (const { records } of await reader.poll()) read += records.length;
    }
  });
  return { ...usage, records: read };
};

const takeovers = async (log: KafkaLog, load: Load): Promise<readonly number[]> => {
  let writer: TransactionalWriter = await log.openWriter('bench-takeover');
  const times: number[] = [];
  for (let index = 0; index < load.records; index++) {
    await writer.begin().append([recordOf(load, index)]);
    const opening = async (): Promise<void> => {
      writer = await log.openWriter('bench-takeover');
    };
    times.push(...(await timesOf(1, opening)));
  }
  return times;
};

const visibility = async (log: KafkaLog, load: Load): Promise<readonly number[]> => {
  const writer = await log.openWriter('bench');
  const reader = await log.openReader([{ topic: load.topic, partition: 0, offset: 0 }]);
  return timesOf(load.records, async (index) => {
    const transaction = writer.begin();
    await transaction.append([{ ...recordOf(load, index), partition: 0 }]);
    const committed = transaction.commit();
    for (let isRead = false; !isRead; ) {
      const batches = await reader.poll();
      isRead = batches.some(({ records }) => records.length > 0);
    }
    await committed;
  });
};
