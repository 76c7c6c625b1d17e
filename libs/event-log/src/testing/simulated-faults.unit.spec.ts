import { ManualClock } from '@millrace/testkit';
import { CommitOutcomeUnknownError, LogUnavailableError } from '../event-log.errors';
import type { EventLog } from '../event-log.port';
import { rough, type SimulatedFaults } from './simulated-faults';
import { createSimulatedLog, type SimulatedLog } from './simulated-log';

const topics = ['events', 'state'].map((name) => ({
  name,
  partitions: 2,
  cleanup: 'delete' as const,
  retentionMs: -1,
}));
const events = { topic: 'events', partition: 0 };

const newLog = async (seed: number, faults: Partial<SimulatedFaults> = {}) => {
  const clock = new ManualClock(1_700_000_000_000);
  const log = createSimulatedLog({ seed, clock, faults });
  await log.ensureTopics(topics);
  return log;
};

const pair = (id: string) => [
  { ...events, key: id, value: id },
  { topic: 'state', partition: 0, key: id, value: id },
];

/** What is committed, read without faults of its own: errors are tried again. */
const valuesIn = async (log: EventLog, topic: string): Promise<readonly string[]> => {
  const at = { topic, partition: 0 };
  const reader = await log.openReader([{ ...at, offset: 0 }]);
  const values: string[] = [];
  for (;;) {
    const [bounds] = await log.offsets([at]);
    if (reader.position(at) >= (bounds?.endOffset ?? 0)) return values;
    try {
      for (const { records } of await reader.poll({ maxWaitMs: 0 })) {
        values.push(...records.map(({ value }) => String(value)));
      }
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
    }
  }
};

/** Three writers that try again until each has committed ten pairs for certain. */
const roughRun = async (log: SimulatedLog) => {
  const certain: string[] = [];
  const doubtful: string[] = [];
  const work = ['a', 'b', 'c'].map(async (name) => {
    const client = log.client(name);
    for (let n = 0, done = 0; done < 10; n++) {
      const id = `${name}${n}`;
      try {
        const writer = await client.openWriter(`writer-${name}`);
        const transaction = writer.begin();
        await transaction.append(pair(id));
        await transaction.commit();
        certain.push(id);
        done++;
      } catch (error) {
        if (error instanceof CommitOutcomeUnknownError) doubtful.push(id);
        else if (!(error instanceof LogUnavailableError)) throw error;
      }
    }
  });
  await Promise.all(work);
  log.expireTransactions();
  return { certain, doubtful, seen: await valuesIn(log, 'events') };
};

describe('the simulated log with all faults', () => {
  it('repeats a run from its seed, and runs differently from another', async () => {
    const run = async (seed: number) => roughRun(await newLog(seed, rough));
    expect(await run(1)).toEqual(await run(1));
    expect((await run(1)).seen).not.toEqual((await run(2)).seen);
  });

  it('keeps what it has confirmed, once, and of the rest only what was in doubt', async () => {
    let kept = 0;
    let lost = 0;
    for (let seed = 0; seed < 60; seed++) {
      const log = await newLog(seed, { ...rough, commitUnknownRate: 0.2 });
      const { certain, doubtful, seen } = await roughRun(log);
      expect(new Set(seen).size).toBe(seen.length);
      expect(certain.filter((id) => !seen.includes(id))).toEqual([]);
      expect(seen.filter((id) => !certain.includes(id) && !doubtful.includes(id))).toEqual([]);
      expect([...(await valuesIn(log, 'state'))].sort()).toEqual([...seen].sort());
      const survived = doubtful.filter((id) => seen.includes(id)).length;
      kept += survived;
      lost += doubtful.length - survived;
    }
    // Both outcomes of a doubt must occur, or nobody who guesses would be caught.
    expect(Math.min(kept, lost)).toBeGreaterThan(20);
  });

  it('leaves gaps between offsets', async () => {
    const log = await newLog(3, { offsetGapRate: 1 });
    const first = await log.append([{ ...events, key: 'k', value: 'a' }]);
    const second = await log.append([{ ...events, key: 'k', value: 'b' }]);
    expect(first.partitions[0]).toMatchObject({ baseOffset: 0, nextOffset: 1 });
    expect(second.partitions[0]).toMatchObject({ baseOffset: 2, nextOffset: 3 });
    expect((await log.offsets([events]))[0]?.endOffset).toBe(4);
    expect(await valuesIn(log, 'events')).toEqual(['a', 'b']);
  });
});

describe('an open transaction', () => {
  it('holds the last stable offset back until it ends', async () => {
    const log = await newLog(4);
    const writer = await log.openWriter('open');
    const open = writer.begin();
    await open.append(pair('open'));
    await log.append([{ ...events, key: 'k', value: 'behind' }]);
    expect(await valuesIn(log, 'events')).toEqual([]);
    await open.abort();
    expect(await valuesIn(log, 'events')).toEqual(['behind']);
  });

  it('of a crashed client holds it back until its writer is opened again', async () => {
    const log = await newLog(5);
    const client = log.client();
    const transaction = (await client.openWriter('w')).begin();
    await transaction.append(pair('crashed'));
    client.crash();
    await log.append([{ ...events, key: 'k', value: 'behind' }]);
    expect(await valuesIn(log, 'events')).toEqual([]);
    await log.openWriter('w');
    expect(await valuesIn(log, 'events')).toEqual(['behind']);
  });
});

describe('a planned fault', () => {
  it.each([
    ['commit-unknown-committed', [true]],
    ['commit-unknown-aborted', [false]],
    ['commit-unknown-late', [true, false]],
  ] as const)(
    '%s ends in an unknown outcome that the next writer finds decided',
    async (fault, may) => {
      const outcomes = new Set<boolean>();
      for (let seed = 0; seed < 20; seed++) {
        const log = await newLog(seed);
        const writer = await log.openWriter('w');
        log.plan(fault);
        const transaction = writer.begin();
        await transaction.append(pair('x'));
        await expect(transaction.commit()).rejects.toBeInstanceOf(CommitOutcomeUnknownError);
        expect(() => writer.begin()).toThrow('in doubt');
        await log.openWriter('w');
        const seen = await valuesIn(log, 'events');
        expect(await valuesIn(log, 'state')).toEqual(seen);
        outcomes.add(seen.length === 1);
      }
      expect([...outcomes].sort()).toEqual([...may].sort());
    },
  );

  it.each(['append-unavailable', 'open-unavailable', 'poll-unavailable'] as const)(
    '%s strikes once and may be tried again',
    async (fault) => {
      const log = await newLog(6);
      const reader = await log.openReader([{ ...events, offset: 0 }]);
      const attempt = async () => {
        if (fault === 'append-unavailable') return log.append(pair('x'));
        if (fault === 'open-unavailable') return log.openWriter('w');
        return reader.poll({ maxWaitMs: 0 });
      };
      log.plan(fault);
      await expect(attempt()).rejects.toMatchObject({ code: 'EVENT_LOG_UNAVAILABLE' });
      await attempt();
    },
  );
});

describe('a client', () => {
  const work = async (client: EventLog): Promise<void> => {
    const writer = await client.openWriter('w');
    for (const id of ['one', 'two']) {
      const transaction = writer.begin();
      await transaction.append(pair(id));
      await transaction.commit();
    }
  };

  it('that crashes at any step leaves whole transactions, in order', async () => {
    const whole = (await newLog(7)).client();
    await work(whole);
    const seen = new Set<string>();
    for (let step = 0; step < whole.steps.length; step++) {
      const log = await newLog(7);
      const client = log.client();
      client.crashAtStep(step);
      let finished = false;
      void work(client).then(() => {
        finished = true;
      });
      for (let i = 0; i < 200; i++) await undefined;
      expect([client.crashed, finished]).toEqual([true, false]);
      await log.openWriter('w');
      const values = await valuesIn(log, 'events');
      expect(await valuesIn(log, 'state')).toEqual(values);
      expect(['one', 'two'].slice(0, values.length)).toEqual(values);
      seen.add(values.join());
    }
    expect([...seen].sort()).toEqual(['', 'one', 'one,two']);
  });

  it('that is paused past a takeover commits nothing when it goes on', async () => {
    const log = await newLog(8);
    const client = log.client();
    const transaction = (await client.openWriter('w')).begin();
    await transaction.append(pair('late'));
    client.pause();
    const committed = transaction.commit();
    await log.openWriter('w');
    client.resume();
    await expect(committed).rejects.toMatchObject({ code: 'EVENT_LOG_WRITER_FENCED' });
    expect(await valuesIn(log, 'events')).toEqual([]);
  });

  it('that crashes gives its lanes to the others without being asked', async () => {
    const log = await newLog(9);
    const client = log.client();
    const revoked: number[] = [];
    const join = (member: EventLog) =>
      member.joinGroup({
        groupId: 'g',
        topics: ['events', 'state'],
        onAssigned: async () => undefined,
        onRevoked: async (lanes) => {
          revoked.push(...lanes);
        },
      });
    await join(client);
    const stays = await join(log);
    expect(revoked).toHaveLength(1);
    client.crash();
    for (let i = 0; i < 100; i++) await undefined;
    expect(await stays.members()).toMatchObject([{ lanes: [0, 1] }]);
    expect(revoked).toHaveLength(1);
  });
});
