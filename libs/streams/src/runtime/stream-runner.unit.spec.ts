import { createSimulatedLog, type PlannedFault } from '@millrace/event-log/testing';
import fc from 'fast-check';
import {
  everyState,
  handClock,
  inputs,
  LANES,
  outcome,
  prepare,
  readAll,
  send,
  until,
} from '../testing/runner-world';
import { StreamRunner } from './stream-runner';

// A backlog is taken in steps, and committed in the middle of what was polled.
const runs = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  sentBefore: fc.boolean(),
  maxRecordsPerStep: fc.constantFrom(1, 3, 500),
  maxRecordsPerCommit: fc.constantFrom(1, 4, 5_000),
});

const expectedCount = async (): Promise<readonly string[]> => {
  const time = handClock();
  const log = createSimulatedLog({ seed: 1, clock: time });
  await prepare(log);
  const runner = new StreamRunner({ log, clock: time, topology: everyState, lanes: LANES });
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
    const time = handClock();
    const log = createSimulatedLog({ seed: 2, clock: time });
    await prepare(log);
    for (const [from, to] of [
      [0, 9],
      [9, 10],
      [10, inputs.length],
    ] as const) {
      const runner = new StreamRunner({ log, clock: time, topology: everyState, lanes: LANES });
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
    const time = handClock();
    const log = createSimulatedLog({ seed: 3, clock: time });
    await prepare(log);
    const client = log.client();
    const runner = new StreamRunner({
      log: client,
      clock: time,
      topology: everyState,
      lanes: LANES,
    });
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
      const time = handClock();
      const log = createSimulatedLog({ seed: 4, clock: time });
      await prepare(log);
      const doomed = log.client();
      doomed.crashAtStep(step);
      const first = new StreamRunner({
        log: doomed,
        clock: time,
        topology: everyState,
        lanes: LANES,
      });
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
      const second = new StreamRunner({
        log: heir,
        clock: time,
        topology: everyState,
        lanes: LANES,
      });
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
      fc.asyncProperty(runs, async ({ seed, sentBefore, ...limits }) => {
        const time = handClock();
        const faults = { delayTurns: 3, offsetGapRate: 0.3, commitUnknownRate: 0.1 };
        const log = createSimulatedLog({ seed, clock: time, faults });
        await prepare(log);
        const common = { log, clock: time, lanes: LANES, maxRestarts: 1_000, limits };
        const runner = new StreamRunner({ ...common, topology: everyState });
        if (!sentBefore) await runner.start();
        for (const { lane, key, value } of inputs) {
          const record = { topic: 'in', partition: lane, key, value: JSON.stringify(value) };
          await log.append([record]);
        }
        if (sentBefore) await runner.start();
        await until(log, async () => {
          time.advance(20);
          return (await readAll(log, 'users')).length >= inputs.length;
        });
        await runner.stop();
        expect(await outcome(log)).toEqual(wanted);
      }),
      { numRuns: 30 },
    );
  });

  it('gives a lane up when a newer runner takes it', async () => {
    const time = handClock();
    const log = createSimulatedLog({ seed: 5, clock: time });
    await prepare(log);
    const older = new StreamRunner({
      log: log.client(),
      clock: time,
      topology: everyState,
      lanes: LANES,
    });
    await older.start();
    const newer = new StreamRunner({
      log: log.client(),
      clock: time,
      topology: everyState,
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
