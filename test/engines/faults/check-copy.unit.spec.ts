import type { EventLog } from '@millrace/event-log';
import { createSimulatedLog } from '@millrace/event-log/testing';
import { ManualClock } from '@millrace/testkit';
import type { JudgedRecord } from '../../../tools/stack/index';
import { checkCopy, type Evidence } from './check-copy';
import {
  type CopyTopics,
  copyLane,
  fenceThenRead,
  type LaneEvent,
  positionBefore,
  type TakeOver,
} from './copy-lane';

const record = (n: number, by: string, at: { partition?: number; offset?: number } = {}) => ({
  partition: at.partition ?? 0,
  offset: at.offset ?? n,
  key: null,
  value: JSON.stringify({ n, by }),
});

const input = [0, 1, 2].map((n) => ({ partition: 0, offset: n, key: null, value: String(n) }));

const sound: Evidence = {
  acknowledged: [0, 1, 2],
  input,
  output: [record(0, 'a'), record(1, 'a'), record(2, 'b')],
  notCommitted: new Set(['c']),
  committed: new Set(['a', 'b']),
};

describe('the checker of a copy', () => {
  it('finds nothing wrong with each record once', () => {
    expect(checkCopy(sound)).toEqual([]);
  });

  it.each([
    [
      'an acknowledged record lost',
      { acknowledged: [0, 1, 2, 3] },
      'input: 3 was acknowledged, lost',
    ],
    [
      'a record doubled at the input',
      { input: [...input, ...input.slice(2)] },
      'input: 2 is there 2 times',
    ],
    ['a record not copied', { output: sound.output.slice(1) }, 'output: 0 is missing'],
    [
      'a record copied twice',
      { output: [...sound.output, record(2, 'a')] },
      'output: 2 is there 2 times',
    ],
    [
      'a record from nowhere',
      { output: [...sound.output, record(9, 'a')] },
      'output: 9 was never given',
    ],
    [
      'an aborted transaction',
      { notCommitted: new Set(['b']) },
      'output 0/2: 2 is of transaction b, which was not committed',
    ],
    [
      'a committed transaction lost',
      { committed: new Set(['a', 'b', 'd']) },
      'output: nothing of d, which was committed',
    ],
    [
      'records out of order',
      { output: [record(1, 'a'), record(0, 'a'), record(2, 'b')] },
      'output 0/0: 0 comes after 1',
    ],
  ] as const)('finds %s', (_, wrong, finding) => {
    expect(checkCopy({ ...sound, ...wrong })).toEqual([finding]);
  });

  it('finds one lost and one doubled, which a count would not', () => {
    const output = [record(0, 'a'), record(1, 'a'), record(1, 'b', { offset: 2 })];
    expect(checkCopy({ ...sound, output })).toEqual([
      'output: 2 is missing',
      'output: 1 is there 2 times',
    ]);
  });
});

describe('a takeover while the predecessor still copies', () => {
  it('copies each record once when it fences first and reads the position after', async () => {
    expect(await takenOver(fenceThenRead)).toEqual([]);
  });

  it('is caught when it reads the position before it fences', async () => {
    const findings = await takenOver(readThenFence);
    expect(findings).toContain('output: 10 is there 2 times');
  });
});

const TOPICS: CopyTopics = { input: 'in', output: 'out', changelog: 'changelog', partitions: 1 };
const FED = 20;

/** The planted bug: what the predecessor commits between the two steps is copied once more. */
const readThenFence: TakeOver = async (job) => {
  const [end] = await job.log.offsets([{ topic: job.topics.changelog, partition: job.lane }]);
  const next = await positionBefore(job, end?.endOffset ?? 0);
  await meanwhile();
  return { writer: await job.log.openWriter(job.writerId), next };
};

let meanwhile: () => Promise<void> = async () => undefined;

/** Two owners of one lane: the second takes over with 10 of 20 records copied by the first. */
const takenOver = async (takeOver: TakeOver): Promise<readonly string[]> => {
  const clock = new ManualClock(0);
  const log = createSimulatedLog({ seed: 1, clock });
  await log.ensureTopics(
    (['in', 'out', 'changelog'] as const).map((name) => {
      const cleanup = name === 'changelog' ? 'compact' : 'delete';
      return { name, partitions: 1, cleanup, retentionMs: -1 };
    }),
  );
  const told: LaneEvent[] = [];
  const stopping = new AbortController();
  const copiedTo = (): number =>
    Math.max(0, ...told.map((event) => (event.kind === 'committed' ? event.next : 0)));
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; !holds(); turn += 1) {
      if (turn > 2_000) throw new Error(`the copy stands at ${copiedTo()}`);
      clock.advanceMs(50);
      log.tick();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const start = (name: string, how: TakeOver) =>
    copyLane({
      log: log.client(name),
      topics: TOPICS,
      lane: 0,
      writerId: 'copier',
      name,
      aborts: (attempt) => attempt % 3 === 0,
      afterDoubt: 'takes-over',
      takeOver: how,
      tell: (event) => told.push(event),
      signal: stopping.signal,
    });
  await feed(log, 0, FED / 2);
  const running = [start('first', fenceThenRead)];
  await until(() => copiedTo() === FED / 2);
  meanwhile = async () => {
    await feed(log, FED / 2, FED);
    await until(() => copiedTo() === FED);
  };
  running.push(start('second', takeOver));
  if (takeOver === fenceThenRead) await meanwhile();
  await until(() => told.filter(({ kind }) => kind === 'opened').length === 2);
  // More for both, so that the first owner finds itself fenced.
  await feed(log, FED, FED + 5);
  await until(() => copiedTo() === FED + 5 && told.some(({ kind }) => kind === 'fenced'));
  stopping.abort();
  let ended = 0;
  for (const lane of running) void lane.then(() => (ended += 1));
  await until(() => ended === running.length);
  const byOf = (kind: 'aborting' | 'committed') =>
    new Set(told.flatMap((event) => (event.kind === kind ? [event.by] : [])));
  return checkCopy({
    acknowledged: Array.from({ length: FED + 5 }, (_, n) => n),
    input: await all(log, 'in'),
    output: await all(log, 'out'),
    notCommitted: byOf('aborting'),
    committed: byOf('committed'),
  });
};

const feed = async (log: EventLog, from: number, to: number): Promise<void> => {
  for (let n = from; n < to; n += 1) {
    await log.append([{ topic: 'in', partition: 0, key: null, value: String(n) }]);
  }
};

const all = async (log: EventLog, topic: string): Promise<readonly JudgedRecord[]> => {
  const at = { topic, partition: 0 };
  const reader = await log.openReader([{ ...at, offset: 0 }]);
  const [end] = await log.offsets([at]);
  const found: JudgedRecord[] = [];
  while (reader.position(at) < (end?.endOffset ?? 0)) {
    for (const { records } of await reader.poll()) {
      for (const { offset, value } of records) {
        found.push({ partition: 0, offset, key: null, value: value?.toString() ?? null });
      }
    }
  }
  return found;
};
