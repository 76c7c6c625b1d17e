import { partitionFor } from '@millrace/event-log';
import { createSimulatedLog, type SimulatedLog } from '@millrace/event-log/testing';
import { at, hours, ManualClock } from '@millrace/testkit';
import { CommandRuntime, type CommandRuntimeOptions } from './command-runtime';
import {
  AggregateFailedError,
  AggregateUnknownError,
  CommandInFlightError,
} from './event-sourcing.errors';
import { silentObserver } from './owner-observer.port';
import {
  acceptedOutcome,
  addTo,
  allRecords,
  type CounterRow,
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

describe('a command', () => {
  it('is answered with its rows, version, and the position after its last event', async () => {
    const { log, runtime } = await world();
    const outcome = acceptedOutcome(
      await runtime.submit<CounterRow>(
        counterRequest('c1', { type: 'counter.add-each', amounts: [2, 3] }),
      ),
    );
    expect(outcome).toMatchObject({ version: 2, replayed: false });
    expect(outcome.rows).toEqual([{ kind: 'counter', total: 5, version: 2 }]);
    const lane = { topic: 'counter-events', partition: partitionFor('c1', LANES) };
    const records = await allRecords(log, lane);
    expect(outcome.position).toEqual({ ...lane, offset: (records.at(-1)?.offset ?? 0) + 1 });
  });

  it('leaves events with version, epoch of the barrier, command id and its headers', async () => {
    const { log, runtime } = await world();
    const trace = { correlationId: 'co', causationId: 'ca', traceparent: '00-a-b-01' };
    await runtime.submit(addTo('c1', 2, { commandId: 'k1', source: '/millrace/import', ...trace }));
    expect(await eventsOf(log, 'c1')).toEqual([
      {
        id: 'c1/1',
        type: 'counter.added',
        source: '/millrace/import',
        timeMs: start,
        subject: 'c1',
        schemaVersion: 1,
        version: 1,
        writerEpoch: 0,
        commandId: 'k1',
        ...trace,
        data: { amount: 2 },
      },
    ]);
  });

  it('that is refused by the domain is answered with its code and leaves no event', async () => {
    const { log, runtime } = await world();
    await runtime.submit(addTo('c1', 999));
    const outcome = await runtime.submit(addTo('c1', 2));
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'COUNTER_FULL', version: 1 });
    expect(await eventsOf(log, 'c1')).toHaveLength(1);
  });

  it('whose wish is fulfilled is answered unchanged with the stored rows', async () => {
    const { log, runtime } = await world();
    const put = counterRequest('c1', { type: 'counter.put-item', itemId: 'i1' });
    const first = acceptedOutcome(await runtime.submit(put));
    const second = await runtime.submit(put);
    expect(second).toMatchObject({ kind: 'unchanged', replayed: false, version: 1 });
    expect(second.kind === 'unchanged' ? second.rows : []).toEqual(first.rows);
    expect(await eventsOf(log, 'c1')).toHaveLength(1);
  });

  it('with If-Match is decided at that version only', async () => {
    const { runtime } = await world();
    const below = await runtime.submit(addTo('c1', 1, { ifMatch: 1 }));
    expect(below).toMatchObject({ kind: 'rejected', code: 'VERSION_MISMATCH', version: 0 });
    expect((await runtime.submit(addTo('c1', 1, { ifMatch: 0 }))).kind).toBe('accepted');
    expect((await runtime.submit(addTo('c1', 1, { ifMatch: 1 }))).kind).toBe('accepted');
    const above = await runtime.submit(addTo('c1', 1, { ifMatch: 3 }));
    expect(above).toMatchObject({ kind: 'rejected', code: 'VERSION_MISMATCH', version: 2 });
  });

  it('whose decider throws fails alone, the others of its batch are committed', async () => {
    const { runtime } = await world();
    const broken = runtime.submit(counterRequest('c1', { type: 'counter.break' }));
    const sound = runtime.submit(addTo('c1', 1));
    await expect(broken).rejects.toThrow(AggregateFailedError);
    expect(acceptedOutcome(await sound).version).toBe(1);
  });

  it('for an unknown aggregate type is refused by name', async () => {
    const { runtime } = await world();
    const wrong = { ...addTo('c1', 1), aggregate: 'meter' };
    await expect(runtime.submit(wrong)).rejects.toThrow(AggregateUnknownError);
  });
});

describe('a command id', () => {
  it('gives the same answer again, with no new event', async () => {
    const { log, runtime } = await world();
    const first = acceptedOutcome(
      await runtime.submit(addTo('c1', 1, { commandId: 'k', fingerprint: 'f' })),
    );
    await runtime.submit(addTo('c1', 1));
    const again = await runtime.submit(addTo('c1', 1, { commandId: 'k', fingerprint: 'f' }));
    expect(again).toEqual({ ...first, replayed: true });
    expect(await eventsOf(log, 'c1')).toHaveLength(2);
  });

  it('keeps a rejection, also when the command would be accepted now', async () => {
    const { runtime } = await world();
    const early = await runtime.submit(addTo('c1', 1, { commandId: 'k', ifMatch: 1 }));
    await runtime.submit(addTo('c1', 1));
    const again = await runtime.submit(addTo('c1', 1, { commandId: 'k', ifMatch: 1 }));
    expect(again).toEqual({ ...early, replayed: true });
  });

  it('with another fingerprint is rejected and keeps its first result', async () => {
    const { runtime } = await world();
    await runtime.submit(addTo('c1', 1, { commandId: 'k', fingerprint: 'f' }));
    const other = await runtime.submit(addTo('c1', 2, { commandId: 'k', fingerprint: 'g' }));
    expect(other).toMatchObject({ kind: 'rejected', code: 'IDEMPOTENCY_KEY_REUSED' });
    const first = await runtime.submit(addTo('c1', 1, { commandId: 'k', fingerprint: 'f' }));
    expect(first).toMatchObject({ kind: 'accepted', replayed: true });
  });

  it('in flight is refused', async () => {
    const { runtime } = await world();
    const first = runtime.submit(addTo('c1', 1, { commandId: 'k' }));
    const second = runtime.submit(addTo('c1', 1, { commandId: 'k' }));
    await expect(second).rejects.toThrow(CommandInFlightError);
    expect((await first).kind).toBe('accepted');
  });

  it('is remembered for 24 h less 1 ms and decided anew at 24 h', async () => {
    const { clock, runtime } = await world();
    await runtime.submit(addTo('c1', 1, { commandId: 'k' }));
    clock.advanceMs(hours(24) - 1);
    expect(await runtime.submit(addTo('c1', 1, { commandId: 'k' }))).toMatchObject({
      replayed: true,
    });
    clock.advanceMs(1);
    expect(await runtime.submit(addTo('c1', 1, { commandId: 'k' }))).toMatchObject({
      replayed: false,
      version: 2,
    });
  });

  it('whose result has left the log already is decided anew', async () => {
    const { log, runtime } = await world();
    await runtime.submit(addTo('c1', 1, { commandId: 'k' }));
    log.trim({ topic: 'command-results', partition: partitionFor('c1', LANES), offset: 2 });
    const outcome = await runtime.submit(addTo('c1', 1, { commandId: 'k' }));
    expect(outcome).toMatchObject({ kind: 'accepted', replayed: false, version: 2 });
  });

  it('leaves memory by count, oldest first, and that is counted', async () => {
    const evicted: number[] = [];
    const { runtime } = await world({
      limits: { resultIds: 1 },
      observer: { ...silentObserver, resultsEvicted: (_lane, count) => evicted.push(count) },
    });
    await runtime.submit(addTo('c1', 1, { commandId: 'k1' }));
    expect(evicted).toEqual([]);
    await runtime.submit(addTo('c1', 1, { commandId: 'k2' }));
    expect(evicted).toEqual([1]);
  });

  it('is known to the next owner, with rows and rejections', async () => {
    const { log, clock, runtime } = await world();
    const first = acceptedOutcome(await runtime.submit(addTo('c1', 1, { commandId: 'k' })));
    await runtime.stop();
    const next = runtimeOn(log, clock);
    await next.start();
    const again = await next.submit(addTo('c1', 1, { commandId: 'k' }));
    expect(again).toMatchObject({ kind: 'accepted', replayed: true, version: 1, rows: first.rows });
    expect(next.read('counter', 'c1')).toEqual(first.rows[0]);
  });
});
