import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EventLog, partitionFor, type RecordToAppend } from '@millrace/event-log';
import { createSimulatedLog } from '@millrace/event-log/testing';
import { type EmbeddedLog, openEmbeddedLog } from '@millrace/event-log-embedded';
import {
  everyState,
  handClock,
  inputs,
  LANES,
  outcome,
  prepare,
  send,
  settled,
} from '../testing/runner-world';
import { topology } from '../topology/topology-builder';
import { StreamRunner, type StreamRunnerOptions } from './stream-runner';

/** Each look at it takes a millisecond: what waits for time gets it without waiting. */
const tickingClock = () => {
  let nowMs = 1_700_000_000_000;
  return {
    nowMs: () => {
      nowMs += 1;
      return nowMs;
    },
  };
};

const clock = tickingClock();
const limits = { pollWaitMs: 5 };
const forever = (): AbortSignal => new AbortController().signal;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-streams-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (): Promise<EmbeddedLog> => openEmbeddedLog({ folder, clock, housekeepingPauseMs: 0 });

const expectedOutcome = async (): Promise<readonly string[]> => {
  const time = handClock();
  const log = createSimulatedLog({ seed: 1, clock: time });
  await prepare(log);
  const runner = new StreamRunner({ log, clock: time, topology: everyState, lanes: LANES });
  await runner.start();
  await send(log, 0, inputs.length);
  await settled({ time, log }, runner.whenCaughtUp(forever()));
  await runner.stop();
  return outcome(log);
};

describe('a runner on the embedded log', () => {
  it('goes on where it stood when the log is opened again', async () => {
    const steps = [0, 7, 8, 20, inputs.length];
    for (const [at, from] of steps.slice(0, -1).entries()) {
      const log = await open();
      await prepare(log);
      const common = { log, clock, lanes: LANES, limits };
      const runner = new StreamRunner({ ...common, topology: everyState });
      await runner.start();
      await send(log, from, steps[at + 1] ?? from);
      expect(await runner.whenCaughtUp(forever())).toBe(true);
      // Lanes may still tell each other that they are idle: that is no lag of the source.
      for (const lane of (await runner.status()).lanes) {
        expect(lane.inputs[0]).toMatchObject({ topic: 'in', lagRecords: 0 });
      }
      await runner.stop();
      await log.close();
    }
    const log = await open();
    expect(await outcome(log)).toEqual(await expectedOutcome());
    await log.close();
  });

  it('loses no results when the log closes under it', async () => {
    const first = await open();
    await prepare(first);
    const doomed = new StreamRunner({ log: first, clock, topology: everyState, lanes: LANES });
    await doomed.start();
    await send(first, 0, inputs.length);
    await first.close();
    await doomed.stop();
    const log = await open();
    const runner = new StreamRunner({ log, clock, topology: everyState, lanes: LANES, limits });
    await runner.start();
    await runner.whenCaughtUp(forever());
    await runner.stop();
    expect(await outcome(log)).toEqual(await expectedOutcome());
    await log.close();
  });
});

const GROUP_LANES = 4;
const KEYS = 40;

/** Counts each key twice: in its own lane, and by way of another lane. */
const counts = topology('counts', (builder) => {
  const numbers = builder.stream('numbers', {
    decode: (record) => Number(record.value),
    timestamp: (value) => value,
  });
  numbers.groupByKey().count({ name: 'own' }).to('own', { value: String });
  numbers
    .groupBy((_value, { key }) => `moved-${key}`)
    .count({ name: 'moved' })
    .to('moved', { value: String });
});

const counted = async (log: EventLog, topic: string): Promise<Map<string, string[]>> => {
  const lanes = Array.from({ length: GROUP_LANES }, (_, partition) => ({ topic, partition }));
  const ends = await log.offsets(lanes);
  const reader = await log.openReader(lanes.map((lane) => ({ ...lane, offset: 0 })));
  const found = new Map<string, string[]>();
  while (ends.some((end) => reader.position(end) < end.endOffset)) {
    for (const { records } of await reader.poll({ maxWaitMs: 0 })) {
      for (const { key, value } of records) {
        found.set(String(key), [...(found.get(String(key)) ?? []), String(value)]);
      }
    }
  }
  await reader.close();
  return found;
};

const numbered = (from: number, to: number): readonly RecordToAppend[] =>
  Array.from({ length: to - from }, (_, i) => {
    const key = `k${(from + i) % KEYS}`;
    const value = String(1_000 + from + i);
    return { topic: 'numbers', partition: partitionFor(key, GROUP_LANES), key, value };
  });

describe('a group of runners', () => {
  const declare = (log: EventLog): Promise<void> =>
    log.ensureTopics(
      ['numbers', 'own', 'moved'].map((name) => {
        return { name, partitions: GROUP_LANES, cleanup: 'delete', retentionMs: -1 } as const;
      }),
    );

  const member = (log: EventLog, more: Partial<StreamRunnerOptions> = {}): StreamRunner =>
    new StreamRunner({
      log,
      clock,
      topology: counts,
      lanes: GROUP_LANES,
      groupId: 'counts',
      limits,
      ...more,
    });

  const lanesOf = (runner: StreamRunner): readonly number[] =>
    runner.lanes().map(({ lane }) => lane);

  it('counts each record once while lanes move between members', async () => {
    const log = await open();
    await declare(log);
    const [older, newer] = [member(log), member(log)];
    await older.start();
    expect(lanesOf(older)).toEqual([0, 1, 2, 3]);
    const rounds = 60;
    const perRound = 2 * KEYS;
    for (let round = 0; round < rounds; round += 1) {
      await log.append(numbered(round * perRound, (round + 1) * perRound));
      if (round === 20) {
        await newer.start();
        expect([...lanesOf(older), ...lanesOf(newer)].sort()).toEqual([0, 1, 2, 3]);
        expect(lanesOf(newer)).toHaveLength(2);
      }
      if (round === 40) await older.stop();
    }
    expect(lanesOf(newer)).toEqual([0, 1, 2, 3]);
    expect(await newer.whenCaughtUp(forever())).toBe(true);
    await newer.stop();
    const wanted = Array.from({ length: rounds * 2 }, (_, i) => String(i + 1));
    for (const [topic, prefix] of [
      ['own', ''],
      ['moved', 'moved-'],
    ] as const) {
      const found = await counted(log, topic);
      expect(found.size).toBe(KEYS);
      for (let k = 0; k < KEYS; k += 1) expect(found.get(`${prefix}k${k}`)).toEqual(wanted);
    }
    await log.close();
  });

  it('never passes on a member what another member has to do', async () => {
    const log = await open();
    await declare(log);
    const [one, two] = [member(log), member(log)];
    await one.start();
    await two.start();
    await log.append(numbered(0, KEYS));
    const all = Array.from({ length: GROUP_LANES }, (_, partition) => partition);
    const ends = await log.offsets(all.map((partition) => ({ topic: 'numbers', partition })));
    const past = (runner: StreamRunner, lanes: readonly number[]): Promise<boolean> => {
      const wanted = ends.filter(({ partition }) => lanes.includes(partition));
      const positions = wanted.map((end) => ({ ...end, offset: end.endOffset }));
      return runner.whenPast(positions, AbortSignal.timeout(20_000));
    };
    expect(await past(one, lanesOf(one))).toBe(true);
    expect(await past(two, lanesOf(two))).toBe(true);
    expect(await one.whenCaughtUp(AbortSignal.timeout(50))).toBe(false);
    await two.stop();
    expect(await one.whenCaughtUp(AbortSignal.timeout(20_000))).toBe(true);
    await one.stop();
    const published = await log.groupPositions('counts');
    const sources = published.filter(({ topic }) => topic === 'numbers');
    expect(sources.map(({ offset }) => offset)).toEqual(ends.map(({ endOffset }) => endOffset));
    await log.close();
  });
});
