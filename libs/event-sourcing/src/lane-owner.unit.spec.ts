import { CommitOutcomeUnknownError, partitionFor, RecordTooLargeError } from '@millrace/event-log';
import { createSimulatedLog, type SimulatedLog } from '@millrace/event-log/testing';
import { at, ManualClock, seconds } from '@millrace/testkit';
import { CommandRuntime, type CommandRuntimeOptions } from './command-runtime';
import {
  AggregateFailedError,
  CommandNotCommittedError,
  LaneNotOwnedError,
  LaneQueueFullError,
  LaneUnavailableError,
} from './event-sourcing.errors';
import { silentObserver } from './owner-observer.port';
import {
  acceptedOutcome,
  addTo,
  allRecords,
  counterAggregate,
  counterRequest,
  counterTopics,
  eventsOfCounter,
} from './testing';

const LANES = 2;
const start = at('2026-03-01T10:00:00Z');

const world = async (
  options: Partial<CommandRuntimeOptions> = {},
  logOptions: { readonly maxRecordBytes?: number } = {},
) => {
  const clock = new ManualClock(start);
  const log = createSimulatedLog({ seed: 1, clock, ...logOptions });
  await log.ensureTopics(counterTopics(LANES));
  const runtime = runtimeOn(log, clock, options);
  await runtime.start();
  return { log, clock, runtime };
};

const runtimeOn = (
  log: SimulatedLog,
  clock: ManualClock,
  options: Partial<CommandRuntimeOptions> = {},
): CommandRuntime =>
  new CommandRuntime({
    log: log.client(),
    clock,
    aggregates: [counterAggregate],
    lanes: LANES,
    ...options,
  });

const eventsOf = (log: SimulatedLog, id: string) => eventsOfCounter(log, id, LANES);

const settled = async (): Promise<void> => {
  for (let i = 0; i < 500; i += 1) await undefined;
};

describe('many commands', () => {
  it('are committed in one transaction per lane, one row record per key', async () => {
    const batches: number[] = [];
    const { log, runtime } = await world({
      observer: { ...silentObserver, committed: (_lane, { commands }) => batches.push(commands) },
    });
    const requests = Array.from({ length: 20 }, (_, i) => addTo(`c${i % 4}`, i));
    const outcomes = await runtime.submitAll(requests);
    expect(outcomes.map((outcome) => acceptedOutcome(outcome).version)).toEqual(
      requests.map((_, i) => Math.floor(i / 4) + 1),
    );
    expect(batches.reduce((sum, size) => sum + size)).toBe(20);
    expect(batches.length).toBeLessThanOrEqual(LANES);
    const rows = await allRecords(log, {
      topic: 'counter-state',
      partition: partitionFor('c1', LANES),
    });
    expect(rows.filter(({ key }) => key?.toString() === 'c1')).toHaveLength(1);
  });

  it('are queued up to the bound and refused as a whole above it', async () => {
    const { log, runtime } = await world({ limits: { queueCommands: 3 } });
    const calls = (count: number) =>
      runtime.submitAll(Array.from({ length: count }, () => addTo('c1', 1)));
    await expect(calls(4)).rejects.toThrow(LaneQueueFullError);
    expect(await eventsOf(log, 'c1')).toHaveLength(0);
    await calls(3);
    expect(await eventsOf(log, 'c1')).toHaveLength(3);
  });

  it('reject with the first error once all have ended', async () => {
    const { log, runtime } = await world();
    const calls = runtime.submitAll([
      counterRequest('c1', { type: 'counter.break' }),
      addTo('c1', 1),
      addTo('c1', 1),
    ]);
    await expect(calls).rejects.toThrow(AggregateFailedError);
    expect(await eventsOf(log, 'c1')).toHaveLength(2);
  });

  it('of none are answered at once', async () => {
    const { runtime } = await world();
    expect(await runtime.submitAll([])).toEqual([]);
  });
});

describe('a commit in doubt', () => {
  it('that happened is answered from the log, executed once', async () => {
    const { log, runtime } = await world();
    log.plan('commit-unknown-committed');
    const outcome = await runtime.submit(addTo('c1', 7, { commandId: 'k' }));
    expect(outcome).toMatchObject({ kind: 'accepted', version: 1, replayed: false });
    expect(await eventsOf(log, 'c1')).toHaveLength(1);
  });

  it('that did not happen is decided again, executed once', async () => {
    const { log, runtime } = await world();
    log.plan('commit-unknown-aborted');
    const outcome = await runtime.submit(addTo('c1', 7, { commandId: 'k' }));
    expect(outcome).toMatchObject({ kind: 'accepted', version: 1, replayed: false });
    expect(await eventsOf(log, 'c1')).toHaveLength(1);
  });

  it('of a command without id relies on its idempotency', async () => {
    const { log, runtime } = await world();
    log.plan('commit-unknown-committed');
    const outcome = await runtime.submit(
      counterRequest('c1', { type: 'counter.put-item', itemId: 'i' }),
    );
    expect(outcome).toMatchObject({ kind: 'unchanged', version: 1 });
    expect(await eventsOf(log, 'c1')).toHaveLength(1);
  });

  it('that never succeeds ends as "no effect" after the last attempt', async () => {
    const { log, runtime } = await world({ limits: { commandAttempts: 1 } });
    log.plan('append-unavailable');
    const call = runtime.submit(addTo('c1', 1, { commandId: 'k' }));
    await expect(call).rejects.toThrow(CommandNotCommittedError);
    expect(await eventsOf(log, 'c1')).toHaveLength(0);
    expect((await runtime.submit(addTo('c1', 1, { commandId: 'k' }))).kind).toBe('accepted');
  });

  it('for a record too large fails that command alone, with the reason', async () => {
    const { log, runtime } = await world({}, { maxRecordBytes: 1_000 });
    const itemId = 'x'.repeat(1_000);
    const large = runtime.submit(
      counterRequest('c1', { type: 'counter.put-item', itemId }, { commandId: 'k' }),
    );
    const small = runtime.submit(addTo('c1', 1));
    await expect(large).rejects.toThrow(RecordTooLargeError);
    expect((await small).kind).toBe('accepted');
    expect(await eventsOf(log, 'c1')).toHaveLength(1);
  });

  it('is told to the observer with its error', async () => {
    const seen: unknown[] = [];
    const { log, runtime } = await world({
      observer: { ...silentObserver, outcomeUnknown: (_lane, error) => seen.push(error) },
    });
    log.plan('commit-unknown-late');
    await runtime.submit(addTo('c1', 1, { commandId: 'k' }));
    expect(seen).toEqual([expect.any(CommitOutcomeUnknownError)]);
    expect(await eventsOf(log, 'c1')).toHaveLength(1);
  });
});

describe('two owners of one lane', () => {
  const rivals = async () => {
    const { log, clock, runtime } = await world();
    const rival = runtimeOn(log, clock, {
      groupId: 'another-deployment',
    });
    return { log, clock, runtime, rival };
  };

  it('never both accept: the older one is fenced and gives the lane up', async () => {
    const { log, runtime, rival } = await rivals();
    await runtime.submit(addTo('c1', 1));
    await rival.start();
    await expect(runtime.submit(addTo('c1', 1))).rejects.toThrow(LaneNotOwnedError);
    expect(acceptedOutcome(await rival.submit(addTo('c1', 1))).version).toBe(2);
    expect((await eventsOf(log, 'c1')).map(({ writerEpoch }) => writerEpoch)).toEqual([0, 2]);
  });

  it('do not spin: a fenced owner takes the lane again only after the pause', async () => {
    const { clock, runtime, rival } = await rivals();
    await rival.start();
    await expect(runtime.submit(addTo('c1', 1))).rejects.toThrow(LaneNotOwnedError);
    clock.advanceMs(seconds(5) - 1);
    runtime.tick();
    await expect(runtime.submit(addTo('c1', 1))).rejects.toThrow(LaneNotOwnedError);
    clock.advanceMs(1);
    runtime.tick();
    await settled();
    expect((await runtime.submit(addTo('c1', 1))).kind).toBe('accepted');
  });
});

describe('due rows', () => {
  const put = counterRequest('c1', {
    type: 'counter.put-item',
    itemId: 'i',
    expiresAtMs: start + 1_000,
  });

  it('get their command at their time, not 1 ms before, and once', async () => {
    const { log, clock, runtime } = await world();
    await runtime.submit(put);
    clock.advanceMs(999);
    runtime.tick();
    await settled();
    expect(await eventsOf(log, 'c1')).toHaveLength(1);
    clock.advanceMs(1);
    runtime.tick();
    runtime.tick();
    await settled();
    expect((await eventsOf(log, 'c1')).map(({ type }) => type)).toEqual([
      'counter.item-put',
      'counter.item-expired',
    ]);
  });

  it('are found by the next owner, on the schedule that was handed in', async () => {
    const { log, clock, runtime } = await world();
    await runtime.submit(put);
    await runtime.stop();
    const ticks: (() => void)[] = [];
    const next = runtimeOn(log, clock, {
      schedule: (everyMs, fn) => {
        expect(everyMs).toBe(1_000);
        ticks.push(fn);
        return () => ticks.splice(0);
      },
    });
    await next.start();
    clock.advanceMs(1_000);
    for (const tick of ticks) tick();
    await settled();
    expect(await eventsOf(log, 'c1')).toHaveLength(2);
    await next.stop();
    expect(ticks).toEqual([]);
  });
});

describe('a stop', () => {
  it('ends what is queued, then refuses, and hands the lanes over', async () => {
    const { log, clock, runtime } = await world();
    const queued = runtime.submitAll([addTo('c1', 1), addTo('c2', 1), addTo('c1', 1)]);
    const stopped = runtime.stop();
    expect((await queued).map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
    await stopped;
    await expect(runtime.submit(addTo('c1', 1))).rejects.toThrow(LaneNotOwnedError);
    expect(runtime.lanes).toEqual([]);
    const next = runtimeOn(log, clock);
    await next.start();
    expect(next.lanes).toEqual([0, 1]);
    expect(acceptedOutcome(await next.submit(addTo('c1', 1))).version).toBe(3);
  });

  it('refuses new commands while it hands over', async () => {
    const { runtime } = await world();
    const queued = runtime.submit(addTo('c1', 1));
    const stopped = runtime.stop();
    await undefined;
    await expect(runtime.submit(addTo('c1', 1))).rejects.toThrow(LaneUnavailableError);
    await queued;
    await stopped;
  });
});
