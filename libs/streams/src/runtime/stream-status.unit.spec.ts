import type { Position } from '@millrace/event-log';
import { createSimulatedLog, type SimulatedLog } from '@millrace/event-log/testing';
import {
  everyState,
  type HandClock,
  handClock,
  inputs,
  LANES,
  prepare,
  readAll,
  send,
  settled,
  until,
} from '../testing/runner-world';
import { topology } from '../topology/topology-builder';
import { noStreamMetrics } from './stream-metrics';
import { StreamRunner, type StreamRunnerOptions } from './stream-runner';
import { laneStatus } from './stream-status';

interface World {
  readonly time: HandClock;
  readonly log: SimulatedLog;
  readonly runner: StreamRunner;
}

const world = async (more: Partial<StreamRunnerOptions> = {}): Promise<World> => {
  const time = handClock();
  const log = createSimulatedLog({ seed: 7, clock: time });
  await prepare(log);
  const common = { log, clock: time, topology: everyState, lanes: LANES };
  return { time, log, runner: new StreamRunner({ ...common, ...more }) };
};

const forever = (): AbortSignal => new AbortController().signal;

const fails = topology('fails', (builder) => {
  builder
    .stream('in', {
      decode: (record) => {
        const { user }: { user: string } = JSON.parse(String(record.value));
        return user;
      },
      timestamp: () => 1,
    })
    .peek(({ value }) => {
      if (value === 'u4') throw new Error('u4 is too much');
    })
    .to('out', { value: (user) => user });
});

describe('the status of a runner', () => {
  it('shows committed positions, ends of the log, lag in records and seconds', async () => {
    const scene = await world();
    await send(scene.log, 0, 10);
    await scene.runner.start();
    await settled(scene, scene.runner.whenCaughtUp(forever()));
    const caughtUp = await scene.runner.status();
    expect(caughtUp).toMatchObject({ topology: 'once', lagSeconds: 0 });
    expect(caughtUp.lanes.map(({ lane, state }) => [lane, state])).toEqual([
      [0, 'running'],
      [1, 'running'],
    ]);
    for (const { inputs: topics } of caughtUp.lanes) {
      expect(topics).toHaveLength(2);
      expect(topics[0]).toEqual({ topic: 'in', position: 5, end: 5, lagRecords: 0 });
    }
    await scene.runner.stop();
    expect((await scene.runner.status()).lanes).toEqual([]);
  });

  it('tells how much waits, and since when, while a lane stands', async () => {
    const scene = await world({ topology: fails });
    await scene.runner.start();
    await send(scene.log, 0, 5);
    await until(scene.log, async () => {
      scene.time.advance(20);
      return scene.runner.lanes().some(({ status }) => status === 'failed');
    });
    await send(scene.log, 5, 11);
    scene.time.advance(30_000);
    const { lanes, lagRecords, lagSeconds } = await scene.runner.status();
    const [stands, goesOn] = lanes;
    expect(stands).toMatchObject({
      state: 'failed',
      inputs: [{ topic: 'in', position: 2, end: 6, lagRecords: 4 }],
      lagRecords: 4,
      failure: { code: 'UNEXPECTED', message: 'u4 is too much' },
    });
    expect(stands?.lagSeconds).toBeGreaterThanOrEqual(30);
    expect(goesOn).toMatchObject({ state: 'running' });
    expect(lagRecords).toBe(4 + (goesOn?.lagRecords ?? 0));
    expect(lagSeconds).toBe(stands?.lagSeconds);
    await scene.runner.stop();
  });

  it('counts the whole log as lag while positions are not known, and shows the restore', () => {
    const offsets = [{ topic: 'in', partition: 0, startOffset: 3, endOffset: 10 }];
    const view = { lane: 0, error: undefined, positions: [], oldestWaitingMs: undefined };
    const restore = { lane: 0, offset: 4, endOffset: 8 };
    const shown = laneStatus({ ...view, status: 'restoring', restore }, offsets, 99);
    expect(shown).toEqual({
      lane: 0,
      state: 'restoring',
      inputs: [{ topic: 'in', position: 3, end: 10, lagRecords: 7 }],
      lagRecords: 7,
      lagSeconds: 0,
      restore,
    });
    const later = laneStatus({ ...view, status: 'running', restore }, offsets, 99);
    expect(later).not.toHaveProperty('restore');
  });
});

describe('catching up', () => {
  it('is done when the results of all inputs are in the log, also behind other lanes', async () => {
    const scene = await world();
    await scene.runner.start();
    await send(scene.log, 0, inputs.length);
    expect(await settled(scene, scene.runner.whenCaughtUp(forever()))).toBe(true);
    expect(await readAll(scene.log, 'users')).toHaveLength(inputs.length);
    await scene.runner.stop();
  });

  it('ends with false when the signal comes first, and leaves nobody waiting', async () => {
    const scene = await world({ ownLanes: [0] });
    await scene.runner.start();
    await send(scene.log, 0, 1);
    const own = [{ topic: 'in', partition: 0, offset: 1 }];
    expect(await settled(scene, scene.runner.whenPast(own, forever()))).toBe(true);
    await send(scene.log, 1, 2);
    const patience = new AbortController();
    const waiting = scene.runner.whenCaughtUp(patience.signal);
    for (let turn = 0; turn < 100; turn += 1) await undefined;
    patience.abort();
    expect(await waiting).toBe(false);
    expect(await scene.runner.whenCaughtUp(patience.signal)).toBe(false);
    await scene.runner.stop();
  });

  it('waits for exactly the offset that is asked for', async () => {
    const scene = await world();
    await scene.runner.start();
    await send(scene.log, 0, 6);
    const at = (offset: number): readonly Position[] => [{ topic: 'in', partition: 0, offset }];
    expect(await settled(scene, scene.runner.whenPast(at(3), forever()))).toBe(true);
    const past = scene.runner.whenPast(at(4), forever());
    let passed = false;
    void past.then(() => {
      passed = true;
    });
    scene.time.advance(5_000);
    for (let turn = 0; turn < 500; turn += 1) await undefined;
    expect(passed).toBe(false);
    await send(scene.log, 6, 7);
    expect(await settled(scene, past)).toBe(true);
    expect(
      await scene.runner.whenPast([{ topic: 'other', partition: 0, offset: 9 }], forever()),
    ).toBe(true);
    await scene.runner.stop();
  });
});

describe('published positions', () => {
  const published = (log: SimulatedLog, groupId: string): Promise<readonly Position[]> =>
    log.groupPositions(groupId);

  it('stand under the topology, or under the group', async () => {
    for (const [groupId, more] of [
      ['stream-once', {}],
      ['mine', { groupId: 'mine' }],
    ] as const) {
      const scene = await world(more);
      await scene.runner.start();
      await send(scene.log, 0, 10);
      await settled(scene, scene.runner.whenCaughtUp(forever()));
      await scene.runner.stop();
      const positions = await published(scene.log, groupId);
      expect(positions.filter(({ topic }) => topic === 'in')).toEqual([
        { topic: 'in', partition: 0, offset: 5 },
        { topic: 'in', partition: 1, offset: 5 },
      ]);
      expect(positions).toHaveLength(2 * LANES);
    }
  });

  it('are published at most once a second, and the last ones without further input', async () => {
    const scene = await world({ ownLanes: [0] });
    const calls: number[] = [];
    const publish = scene.log.publishGroupPositions.bind(scene.log);
    scene.log.publishGroupPositions = (groupId, positions) => {
      calls.push(scene.time.nowMs());
      return publish(groupId, positions);
    };
    await scene.runner.start();
    for (let i = 0; i < 20; i += 2) {
      await send(scene.log, i, i + 1);
      const offset = i / 2 + 1;
      const wanted = [{ topic: 'in', partition: 0, offset }];
      await settled(scene, scene.runner.whenPast(wanted, forever()));
    }
    await until(scene.log, async () => {
      scene.time.advance(50);
      const [first] = await published(scene.log, 'stream-once');
      return first?.offset === 10;
    });
    const waits = calls.slice(1).map((atMs, index) => atMs - (calls[index] ?? 0));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
    await scene.runner.stop();
  });

  it('that cannot be published hold nothing up and are counted', async () => {
    let unpublished = 0;
    const metrics = {
      ...noStreamMetrics,
      count: (name: string, by: number) => {
        if (name === 'unpublished_positions') unpublished += by;
      },
    };
    const scene = await world({ metrics });
    scene.log.publishGroupPositions = async () => {
      throw new Error('nobody takes them');
    };
    await scene.runner.start();
    await send(scene.log, 0, inputs.length);
    expect(await settled(scene, scene.runner.whenCaughtUp(forever()))).toBe(true);
    await scene.runner.stop();
    expect(unpublished).toBeGreaterThan(0);
  });
});
