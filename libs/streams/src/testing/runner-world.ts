/**
 * A topology of every kind of state on a log, with inputs whose results are known by comparison:
 * for specs of the runner.
 */
import type { Clock, EventLog, LogRecord, TopicSpec } from '@millrace/event-log';
import type { SimulatedLog } from '@millrace/event-log/testing';
import { topology } from '../topology/topology-builder';
import { eager, firstWhen } from '../window/emission';
import { hopping } from '../window/time-window';

/** Lanes of every topic here. */
export const LANES = 2;

/** A clock that is moved by hand. */
export interface HandClock extends Clock {
  advance(ms: number): void;
}

/** Starts at 1,000,000 ms. */
export const handClock = (): HandClock => {
  let nowMs = 1_000_000;
  return {
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
};

interface Item {
  readonly user: string;
  readonly ts: number;
}

/** Reads `in`, writes `out`, and by way of another key `users`. */
export const everyState = topology('once', (builder) => {
  const items = builder.stream('in', {
    decode: (record): Item => JSON.parse(String(record.value)),
    timestamp: ({ ts }) => ts,
  });
  items
    .groupByKey()
    .count({ name: 'total' })
    .to('out', { value: (count) => `total ${count}` });
  items
    .groupByKey()
    .windowedBy(hopping(40, 10), { graceMs: 1_000 })
    .aggregate({
      name: 'bursts',
      aggregator: { init: () => 0, add: (n: number) => n + 1, merge: (a, b) => a + b },
      emit: firstWhen((count) => count >= 3),
    })
    .to('out', { value: ({ startMs, value }) => `burst ${startMs} ${value}` });
  items
    .groupByKey()
    .trailing({ sizeMs: 30, graceMs: 1_000 })
    .aggregate({
      name: 'trail',
      aggregator: { init: () => 0, add: (n: number) => n + 1 },
      emit: eager,
    })
    .to('out', { value: ({ endMs, value }) => `trail ${endMs} ${value}` });
  items
    .groupBy(({ user }) => user)
    .count({ name: 'per-user' })
    .to('users', { value: (count) => `user ${count}` });
});

/** Creates the topics that are not the topology's own. */
export const prepare = async (log: EventLog): Promise<void> => {
  const topic = (name: string): TopicSpec => {
    return { name, partitions: LANES, cleanup: 'delete', retentionMs: -1 };
  };
  await log.ensureTopics([topic('in'), topic('out'), topic('users')]);
};

/** What is sent; each input gives one record on `users`. */
export const inputs = Array.from({ length: 24 }, (_, i) => ({
  lane: i % LANES,
  key: `k${i % LANES}-${i % 3}`,
  value: { user: `u${i % 5}`, ts: 100 + i * 7 - (i % 4) * 9 },
}));

/** Sends the inputs [from, to), one append for each. */
export const send = async (log: EventLog, from: number, to: number): Promise<void> => {
  for (const { lane, key, value } of inputs.slice(from, to)) {
    await log.append([{ topic: 'in', partition: lane, key, value: JSON.stringify(value) }]);
  }
};

/** All records of a topic, lane by lane. */
export const readAll = async (log: EventLog, topic: string): Promise<readonly LogRecord[]> => {
  const parts = Array.from({ length: LANES }, (_, partition) => ({ topic, partition }));
  const ends = await log.offsets(parts);
  const reader = await log.openReader(ends.map((end) => ({ ...end, offset: end.startOffset })));
  const records: LogRecord[] = [];
  while (ends.some((end) => reader.position(end) < end.endOffset)) {
    for (const batch of await reader.poll({ maxWaitMs: 0 })) records.push(...batch.records);
  }
  await reader.close();
  return records;
};

/** All results, sorted: equal whatever happened in between. */
export const outcome = async (log: EventLog): Promise<readonly string[]> => {
  const records = [...(await readAll(log, 'out')), ...(await readAll(log, 'users'))];
  return records.map(({ key, value }) => `${String(key)}: ${String(value)}`).sort();
};

/** Turns of the microtask queue until a condition holds; each turn lets the lanes work. */
export const until = async (log: SimulatedLog, holds: () => Promise<boolean>): Promise<void> => {
  for (let turn = 0; turn < 2_000; turn += 1) {
    for (let i = 0; i < 50; i += 1) await undefined;
    if (await holds()) return;
    log.tick();
  }
  throw new Error('the lanes did not finish');
};

/** Moves time and lets the lanes work until the promise has settled. */
export const settled = async <T>(
  { time, log }: { readonly time: HandClock; readonly log: SimulatedLog },
  promise: Promise<T>,
): Promise<T> => {
  let done = false;
  void promise.finally(() => {
    done = true;
  });
  await until(log, async () => {
    time.advance(20);
    return done;
  });
  return promise;
};
