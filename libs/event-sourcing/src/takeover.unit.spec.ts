import {
  type EventLog,
  type GroupOptions,
  type Position,
  partitionFor,
  type TopicPartition,
} from '@millrace/event-log';
import { createSimulatedLog, type SimulatedLog } from '@millrace/event-log/testing';
import { at, ManualClock, minutes } from '@millrace/testkit';
import { CommandRuntime, type CommandRuntimeOptions } from './command-runtime';
import { encodeEvent, isBarrier } from './envelope';
import {
  LaneInconsistentError,
  LaneUnavailableError,
  TakeoverStalledError,
} from './event-sourcing.errors';
import { LaneState } from './lane-state';
import { MemoryRowStore } from './memory-row-store';
import { silentObserver } from './owner-observer.port';
import { ResultIndex } from './result-index';
import { addTo, allRecords, counterAggregate, counterTopics } from './testing';

const clock = new ManualClock(at('2026-03-01T10:00:00Z'));
const topics = ['counter-events', 'counter-state', 'command-results'];

const logWithTopics = async (): Promise<SimulatedLog> => {
  const log = createSimulatedLog({ seed: 1, clock });
  await log.ensureTopics(counterTopics(1));
  return log;
};

const started = async (
  log: EventLog,
  options: Partial<CommandRuntimeOptions> = {},
): Promise<{ readonly runtime: CommandRuntime; readonly failures: readonly unknown[] }> => {
  const failures: unknown[] = [];
  const runtime = new CommandRuntime({
    log,
    clock,
    aggregates: [counterAggregate],
    lanes: 1,
    observer: { ...silentObserver, takeoverFailed: (_lane, error) => failures.push(error) },
    ...options,
  });
  await runtime.start();
  return { runtime, failures };
};

/** What an owner calls of a log, bound to it. */
const delegates = (log: EventLog) => ({
  openWriter: { value: (id: string) => log.openWriter(id) },
  offsets: { value: (all: readonly TopicPartition[]) => log.offsets(all) },
  joinGroup: { value: (options: GroupOptions) => log.joinGroup(options) },
});

describe('a takeover', () => {
  it('leaves a barrier in every topic of the lane, which names the owner', async () => {
    const log = await logWithTopics();
    await started(log.client(), { instance: 'api-1', address: '127.0.0.1:8080' });
    for (const topic of topics) {
      const records = await allRecords(log, { topic, partition: 0 });
      expect(records.map((record) => isBarrier(record))).toEqual([true]);
      expect(JSON.parse(String(records[0]?.value))).toEqual({
        instance: 'api-1',
        address: '127.0.0.1:8080',
        epoch: 0,
      });
    }
  });

  it('reads on until the last barrier, however far the topics are apart', async () => {
    const log = await logWithTopics();
    const { runtime } = await started(log.client());
    for (let i = 0; i < 300; i += 1) await runtime.submit(addTo('c1', 1));
    // One stored batch per poll: the results end 300 batches before the rows do.
    const client = log.client();
    const slow: EventLog = Object.create(client, {
      ...delegates(client),
      openReader: {
        value: async (positions: readonly Position[]) => {
          const reader = await client.openReader(positions);
          return {
            poll: () => reader.poll({ maxRecords: 1 }),
            close: () => reader.close(),
          };
        },
      },
    });
    const { runtime: next } = await started(slow, { groupId: 'g2' });
    expect(next.read('counter', 'c1')).toEqual({ kind: 'counter', total: 300, version: 300 });
  });

  it('finishes the transaction that a crashed owner left open', async () => {
    const log = await logWithTopics();
    const first = log.client();
    const { runtime } = await started(first);
    await runtime.submit(addTo('c1', 1));
    first.crashAtStep(1);
    void runtime.submit(addTo('c1', 1));
    while (!first.crashed) await undefined;
    const { runtime: next } = await started(log.client());
    expect(next.read('counter', 'c1')).toMatchObject({ version: 1 });
    expect(await next.submit(addTo('c1', 1))).toMatchObject({ kind: 'accepted', version: 2 });
  });

  it('fails loudly when nothing comes for as long as allowed', async () => {
    const log = await logWithTopics();
    const client = log.client();
    const polls: number[] = [];
    const mute: EventLog = Object.create(client, {
      ...delegates(client),
      openReader: {
        value: async () => ({
          poll: async ({ maxWaitMs }: { maxWaitMs: number }) => {
            polls.push(maxWaitMs);
            return [];
          },
          close: async () => undefined,
        }),
      },
    });
    const limits = { noProgressMs: minutes(1), takeoverAttempts: 1 };
    const { runtime, failures } = await started(mute, { limits });
    expect(failures).toEqual([expect.any(TakeoverStalledError)]);
    expect(polls.reduce((sum, waitMs) => sum + waitMs)).toBe(minutes(1));
    await expect(runtime.submit(addTo('c1', 1))).rejects.toThrow(LaneUnavailableError);
  });

  it('refuses a lane whose events have no rows, and does not try again', async () => {
    const log = await logWithTopics();
    const { runtime } = await started(log.client());
    await runtime.submit(addTo('c1', 1));
    await runtime.stop();
    await log.append([forged({ version: 2, writerEpoch: 0 })]);
    const { runtime: next, failures } = await started(log.client());
    expect(failures).toEqual([expect.any(LaneInconsistentError)]);
    clock.advanceMs(minutes(10));
    next.tick();
    expect(failures).toHaveLength(1);
    await expect(next.submit(addTo('c1', 1))).rejects.toThrow(LaneUnavailableError);
  });

  it.each([
    ['a version was left out', { version: 3, writerEpoch: 0 }],
    ['a version was written twice', { version: 1, writerEpoch: 0 }],
  ])('refuses a lane in which %s', async (_what, envelope) => {
    const log = await logWithTopics();
    const { runtime } = await started(log.client());
    await runtime.submit(addTo('c1', 1));
    await runtime.stop();
    await log.append([forged(envelope)]);
    const { failures } = await started(log.client());
    expect(failures).toEqual([expect.any(LaneInconsistentError)]);
  });
});

const forged = (envelope: { readonly version: number; readonly writerEpoch: number }) =>
  encodeEvent({
    topic: 'counter-events',
    partition: partitionFor('c1', 1),
    id: `c1/${envelope.version}`,
    type: 'counter.added',
    source: '/test',
    timeMs: clock.nowMs(),
    subject: 'c1',
    ...envelope,
    data: { amount: 1 },
  });

describe('the state of a lane', () => {
  it('that is ahead of its barrier is refused: the log was truncated', async () => {
    const log = await logWithTopics();
    const state = new LaneState({
      lane: 0,
      aggregates: [counterAggregate],
      resultsTopic: 'command-results',
      results: new ResultIndex({ ids: 1, ageMs: 1 }),
      openRowStore: () => new MemoryRowStore(),
    });
    state.applyRows('counter', [], 5);
    const barriers = (offset: number) => new Map(topics.map((topic) => [topic, offset]));
    await expect(state.startPositions(log, barriers(4))).rejects.toThrow(LaneInconsistentError);
    expect(await state.startPositions(log, barriers(5))).toContainEqual({
      topic: 'counter-state',
      partition: 0,
      offset: 5,
    });
  });
});
