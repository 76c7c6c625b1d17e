import type { EventLog, LogRecord } from '@millrace/event-log';
import {
  createSimulatedLog,
  type PlannedFault,
  type SimulatedLog,
} from '@millrace/event-log/testing';
import fc from 'fast-check';
import { topology } from '../topology/topology-builder';
import { eager, firstWhen } from '../window/emission';
import { hopping } from '../window/time-window';
import { StreamRunner } from './stream-runner';

const LANES = 2;

const clock = () => {
  let nowMs = 1_000_000;
  return { nowMs: () => nowMs, advance: (ms: number) => (nowMs += ms) };
};

interface Item {
  readonly user: string;
  readonly ts: number;
}

const built = topology('once', (builder) => {
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

const prepare = async (log: EventLog): Promise<void> => {
  const topic = (name: string) => {
    return { name, partitions: LANES, cleanup: 'delete', retentionMs: -1 } as const;
  };
  await log.ensureTopics([topic('in'), topic('out'), topic('users')]);
};

const inputs = Array.from({ length: 24 }, (_, i) => ({
  lane: i % LANES,
  key: `k${i % LANES}-${i % 3}`,
  value: { user: `u${i % 5}`, ts: 100 + i * 7 - (i % 4) * 9 },
}));

const send = async (log: EventLog, from: number, to: number): Promise<void> => {
  for (const { lane, key, value } of inputs.slice(from, to)) {
    await log.append([{ topic: 'in', partition: lane, key, value: JSON.stringify(value) }]);
  }
};

const readAll = async (log: EventLog, topic: string): Promise<LogRecord[]> => {
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

const outcome = async (log: EventLog): Promise<readonly string[]> => {
  const records = [...(await readAll(log, 'out')), ...(await readAll(log, 'users'))];
  return records.map(({ key, value }) => `${String(key)}: ${String(value)}`).sort();
};

/** Turns of the microtask queue until a condition holds; each turn lets the lanes work. */
const until = async (log: SimulatedLog, holds: () => Promise<boolean>): Promise<void> => {
  for (let turn = 0; turn < 2_000; turn += 1) {
    for (let i = 0; i < 50; i += 1) await undefined;
    if (await holds()) return;
    log.tick();
  }
  throw new Error('the lanes did not finish');
};

const expectedCount = async (): Promise<readonly string[]> => {
  const time = clock();
  const log = createSimulatedLog({ seed: 1, clock: time });
  await prepare(log);
  const runner = new StreamRunner({ log, clock: time, topology: built, lanes: LANES });
  await runner.start();
  await send(log, 0, inputs.length);
  await until(log, async () => {
    time.advance(20);
    return (await readAll(log, 'users')).length >= inputs.length;
  });
  await runner.stop();
  return outcome(log);
};

describe('a runner', () => {
  it('restores state and goes on after a stop', async () => {
    const wanted = await expectedCount();
    const time = clock();
    const log = createSimulatedLog({ seed: 2, clock: time });
    await prepare(log);
    for (const [from, to] of [
      [0, 9],
      [9, 10],
      [10, inputs.length],
    ] as const) {
      const runner = new StreamRunner({ log, clock: time, topology: built, lanes: LANES });
      await runner.start();
      await send(log, from, to);
      await until(log, async () => {
        time.advance(20);
        return (await readAll(log, 'users')).length >= to;
      });
      await runner.stop();
    }
    expect(await outcome(log)).toEqual(wanted);
  });

  it.each<PlannedFault>([
    'commit-unknown-committed',
    'commit-unknown-aborted',
    'commit-unknown-late',
    'append-unavailable',
    'poll-unavailable',
    'open-unavailable',
  ])('gives each result once when it meets %s', async (fault) => {
    const wanted = await expectedCount();
    const time = clock();
    const log = createSimulatedLog({ seed: 3, clock: time });
    await prepare(log);
    const client = log.client();
    const runner = new StreamRunner({ log: client, clock: time, topology: built, lanes: LANES });
    await runner.start();
    await send(log, 0, 12);
    log.plan(fault);
    log.plan(fault);
    await until(log, async () => {
      time.advance(20);
      return (await readAll(log, 'users')).length >= 12;
    });
    await send(log, 12, inputs.length);
    await until(log, async () => {
      time.advance(20);
      return (await readAll(log, 'users')).length >= inputs.length;
    });
    expect(runner.lanes().map(({ status }) => status)).toEqual(['running', 'running']);
    await runner.stop();
    expect(await outcome(log)).toEqual(wanted);
  });

  it('gives each result once when the process dies at any step of its life', async () => {
    const wanted = await expectedCount();
    let step = 0;
    for (let crashed = true; crashed; step += 1) {
      const time = clock();
      const log = createSimulatedLog({ seed: 4, clock: time });
      await prepare(log);
      const doomed = log.client();
      doomed.crashAtStep(step);
      const first = new StreamRunner({ log: doomed, clock: time, topology: built, lanes: LANES });
      void first.start().catch(() => {});
      await send(log, 0, inputs.length);
      let turns = 0;
      await until(log, async () => {
        time.advance(20);
        turns += 1;
        return doomed.crashed || turns > 40;
      });
      crashed = doomed.crashed;
      const heir = log.client();
      const second = new StreamRunner({ log: heir, clock: time, topology: built, lanes: LANES });
      await second.start();
      await until(log, async () => {
        time.advance(20);
        return (await readAll(log, 'users')).length >= inputs.length;
      });
      await second.stop();
      expect(await outcome(log)).toEqual(wanted);
    }
    expect(step).toBeGreaterThan(20);
  });

  it('gives each result once under all faults, whatever the seed', async () => {
    const wanted = await expectedCount();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
        const time = clock();
        const faults = { delayTurns: 3, offsetGapRate: 0.3, commitUnknownRate: 0.1 };
        const log = createSimulatedLog({ seed, clock: time, faults });
        await prepare(log);
        const options = { log, clock: time, topology: built, lanes: LANES, maxRestarts: 1_000 };
        const runner = new StreamRunner(options);
        await runner.start();
        for (const { lane, key, value } of inputs) {
          const record = { topic: 'in', partition: lane, key, value: JSON.stringify(value) };
          await log.append([record]);
        }
        await until(log, async () => {
          time.advance(20);
          return (await readAll(log, 'users')).length >= inputs.length;
        });
        await runner.stop();
        expect(await outcome(log)).toEqual(wanted);
      }),
      { numRuns: 15 },
    );
  });

  it('gives a lane up when a newer runner takes it', async () => {
    const time = clock();
    const log = createSimulatedLog({ seed: 5, clock: time });
    await prepare(log);
    const older = new StreamRunner({
      log: log.client(),
      clock: time,
      topology: built,
      lanes: LANES,
    });
    await older.start();
    const newer = new StreamRunner({
      log: log.client(),
      clock: time,
      topology: built,
      lanes: LANES,
    });
    await newer.start();
    await until(log, async () => newer.lanes().every(({ status }) => status === 'running'));
    await send(log, 0, inputs.length);
    await until(log, async () => {
      time.advance(20);
      return older.lanes().every(({ status }) => status === 'fenced');
    });
    await newer.stop();
    await older.stop();
  });
});
