/** What readers hand over of one topic: kafkajs' consumer and the reader of the log under test. */
import { randomUUID } from 'node:crypto';
import type { EventLog } from '@millrace/event-log';
import type { Kafka } from 'kafkajs';
import type { JudgedRecord } from '../../../tools/stack/index';
import { poll } from '../../../tools/stack/poll';

/** What to read, and when it is enough. */
export interface Reading {
  readonly topic: string;
  readonly partitions: number;
  /** Value of the record that is written last: reading ends with it. */
  readonly lastValue: string;
}

const DEADLINE_MS = 20_000;

/** All that kafkajs' consumer hands over, read_committed, from the beginning. */
export const plainRead = async (
  kafka: Kafka,
  { topic, lastValue }: Reading,
): Promise<readonly JudgedRecord[]> => {
  const consumer = kafka.consumer({ groupId: `plain-${randomUUID()}`, maxWaitTimeInMs: 100 });
  const seen: JudgedRecord[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message: { offset, key, value } }) => {
        seen.push({ partition, offset: Number(offset), key: text(key), value: text(value) });
      },
    });
    await poll(async () => (seen.some(({ value }) => value === lastValue) ? true : undefined), {
      what: `"${lastValue}" in ${topic} by kafkajs' consumer`,
      deadlineMs: DEADLINE_MS,
    });
    return inOrder(seen);
  } finally {
    await consumer.disconnect();
  }
};

/** All that the log's reader hands over, from the beginning. */
export const logRead = async (
  log: EventLog,
  { topic, partitions, lastValue }: Reading,
): Promise<readonly JudgedRecord[]> => {
  const reader = await log.openReader(
    Array.from({ length: partitions }, (_, partition) => ({ topic, partition, offset: 0 })),
  );
  const seen: JudgedRecord[] = [];
  const until = performance.now() + DEADLINE_MS;
  try {
    while (!seen.some(({ value }) => value === lastValue)) {
      if (performance.now() > until) throw new Error(`"${lastValue}" was not read from ${topic}`);
      for (const { partition, records } of await reader.poll({ maxWaitMs: 100 })) {
        for (const { offset, key, value } of records) {
          seen.push({ partition, offset, key: text(key), value: text(value) });
        }
      }
    }
    return inOrder(seen);
  } finally {
    await reader.close();
  }
};

const text = (bytes: Buffer | null): string | null => bytes?.toString() ?? null;

const inOrder = (seen: readonly JudgedRecord[]): readonly JudgedRecord[] =>
  seen.toSorted((one, other) => one.partition - other.partition || one.offset - other.offset);
