import type { SimulatedLog } from '@millrace/event-log/testing';
import {
  appendBooks,
  book,
  documentsProjector,
  type Fault,
  type InProcessSearchIndex,
  shelfTopics,
  world,
} from '../testing';

const caughtUp = async (projector: { whenCaughtUp(signal: AbortSignal): Promise<boolean> }) => {
  expect(await projector.whenCaughtUp(AbortSignal.timeout(5_000))).toBe(true);
};

const titles = async (index: InProcessSearchIndex) =>
  Object.fromEntries(
    (await index.search({ limit: 200 })).documents.map(({ key, version }) => [key, version]),
  );

const deadLetters = async (log: SimulatedLog) => {
  const reader = await log.openReader(
    [0, 1].map((partition) => ({ topic: shelfTopics.deadLetters, partition, offset: 0 })),
  );
  const batches = await reader.poll({ maxWaitMs: 0 });
  await reader.close();
  return batches.flatMap(({ records }) => records.map((r) => JSON.parse(String(r.value))));
};

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  for (let step = 0; step < 10_000; step += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('the condition was never met');
};

describe('projector', () => {
  it('brings a view to the end of the log and follows it', async () => {
    const here = await world();
    await appendBooks(here.log, 0, [book('a', 1), 'barrier', book('b', 1)]);
    const projector = documentsProjector(here);
    await projector.start();
    await caughtUp(projector);
    expect(await titles(here.index)).toEqual({ a: 1, b: 1 });
    await appendBooks(here.log, 1, [book('c', 1)]);
    await caughtUp(projector);
    expect(await titles(here.index)).toEqual({ a: 1, b: 1, c: 1 });
    await projector.stop();
  });

  it('goes on from the checkpoint of the store after a restart', async () => {
    const here = await world();
    const seen: number[] = [];
    const observer = {
      applied: (_: unknown, { records }: { records: number }) => seen.push(records),
    };
    await appendBooks(here.log, 0, [book('a', 1), book('b', 1)]);
    const before = documentsProjector(here, { observer });
    await before.start();
    await caughtUp(before);
    await before.stop();
    await appendBooks(here.log, 0, [book('c', 1)]);
    const after = documentsProjector(here, { observer });
    await after.start();
    await caughtUp(after);
    await after.stop();
    expect(seen.reduce((sum, records) => sum + records, 0)).toBe(3);
    expect(await titles(here.index)).toEqual({ a: 1, b: 1, c: 1 });
  });

  it('publishes its positions for lag tools', async () => {
    const here = await world();
    await appendBooks(here.log, 1, [book('a', 1)]);
    const projector = documentsProjector(here);
    await projector.start();
    await caughtUp(projector);
    await projector.stop();
    const positions = await here.log.groupPositions('projector-shelf');
    expect(positions).toContainEqual({ topic: 'books', partition: 1, offset: 1 });
  });

  it('tells position, end and lag', async () => {
    const here = await world();
    await appendBooks(here.log, 0, [book('a', 1), 'unreadable']);
    const projector = documentsProjector(here);
    await projector.start();
    await until(async () => (await projector.status()).lanes[0]?.state === 'stopped');
    here.clock.advanceMs(4_000);
    const { lanes, lagRecords } = await projector.status();
    expect(lanes[0]).toMatchObject({ lane: 0, position: 1, end: 2, lagRecords: 1 });
    expect(lanes[0]?.failure?.code).toBe('PROJECTION_RECORD_UNREADABLE');
    expect(lanes[1]).toMatchObject({ lane: 1, state: 'running', position: 0, lagSeconds: 0 });
    expect(lagRecords).toBe(1);
    await projector.stop();
  });
});

describe('trouble', () => {
  it('stops the lane before a record that cannot be read, and only that lane', async () => {
    const here = await world();
    const projector = documentsProjector(here);
    await appendBooks(here.log, 0, [book('a', 1), '{', book('b', 1)]);
    await appendBooks(here.log, 1, [book('c', 1)]);
    await projector.start();
    await until(async () => (await projector.status()).lanes[0]?.state === 'stopped');
    await until(async () => (await projector.status()).lanes[1]?.position === 1);
    expect(await titles(here.index)).toEqual({ a: 1, c: 1 });
    await projector.stop();
  });

  it('blocks the aggregate of an event that cannot be applied, and no other', async () => {
    const here = await world();
    const blocked: string[] = [];
    const projector = documentsProjector(here, {
      observer: { blocked: (_, { subject }) => blocked.push(subject) },
    });
    const events = [book('a', 1), book('a', 2, 'many'), book('b', 1), book('a', 3), book('b', 2)];
    await appendBooks(here.log, 0, events);
    await projector.start();
    await caughtUp(projector);
    await appendBooks(here.log, 0, [book('a', 4), book('b', 3)]);
    await caughtUp(projector);
    expect(await titles(here.index)).toEqual({ a: 1, b: 3 });
    const reason = 'PROJECTION_INVALID_CHANGE';
    const expected = { subject: 'a', offset: 1, reason };
    expect((await here.index.checkpoints(1))[0]?.blocked).toEqual([expected]);
    expect((await projector.status()).lanes[0]?.blocked).toEqual([expected]);
    expect(await deadLetters(here.log)).toEqual([
      { ...expected, view: 'shelf', topic: 'books', lane: 0 },
    ]);
    expect(blocked).toEqual(['a']);
    await projector.stop();
  });

  it('still waits for a blocked aggregate after a restart', async () => {
    const here = await world();
    await appendBooks(here.log, 0, [book('a', 1, 'many')]);
    const before = documentsProjector(here);
    await before.start();
    await caughtUp(before);
    await before.stop();
    await appendBooks(here.log, 0, [book('a', 2), book('b', 1)]);
    const after = documentsProjector(here);
    await after.start();
    await caughtUp(after);
    expect(await titles(here.index)).toEqual({ b: 1 });
    await after.stop();
  });

  it.each([
    [2, 'running'],
    [3, 'stopped'],
  ])('with %d blocked aggregates of at most 2 the lane is %s', async (count, state) => {
    const here = await world();
    const projector = documentsProjector(here, { limits: { maxBlockedPerLane: 2 } });
    const poison = Array.from({ length: count }, (_, at) => book(`p${at}`, 1, 'many'));
    await appendBooks(here.log, 0, [...poison, book('b', 1)]);
    await projector.start();
    await until(async () => {
      const lane = (await projector.status()).lanes[0];
      return lane?.state === 'stopped' || lane?.position === count + 1;
    });
    expect((await projector.status()).lanes[0]?.state).toBe(state);
    expect(await titles(here.index)).toEqual(state === 'running' ? { b: 1 } : {});
    await projector.stop();
  });

  it.each<readonly [string, Fault[]]>([
    ['before it applied', ['down-before', 'down-before']],
    ['after it applied', ['down-after']],
    ['both', ['down-after', 'down-before', 'down-before', 'down-after']],
  ])('waits for a store that is down %s, with growing pauses', async (_name, faults) => {
    const here = await world();
    here.index.faults = [...faults];
    const pauses: number[] = [];
    const projector = documentsProjector(here, {
      observer: { paused: (_place, _error, pauseMs) => pauses.push(pauseMs) },
    });
    await appendBooks(here.log, 0, [book('a', 1), book('b', 1)]);
    await projector.start();
    await caughtUp(projector);
    expect(await titles(here.index)).toEqual({ a: 1, b: 1 });
    expect(pauses[0]).toBe(750);
    expect((await projector.status()).lanes[0]?.state).toBe('running');
    await projector.stop();
  });

  it('seeks to the checkpoint when somebody else has moved it', async () => {
    const here = await world();
    const conflicts: number[] = [];
    await appendBooks(here.log, 0, [book('a', 1)]);
    const projector = documentsProjector(here, {
      observer: { conflicted: (_, next) => conflicts.push(next) },
    });
    await projector.start();
    await caughtUp(projector);
    const move = { generation: 1, lane: 0, expectedNext: 1, next: 3, changes: [] };
    await here.index.apply(move);
    await appendBooks(here.log, 0, [book('x', 1), book('y', 1), book('b', 1)]);
    await caughtUp(projector);
    expect(await titles(here.index)).toEqual({ a: 1, b: 1 });
    expect(conflicts).toEqual([3]);
    await projector.stop();
  });
});
