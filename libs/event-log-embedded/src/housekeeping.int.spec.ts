import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LogRecord } from '@millrace/event-log';
import { ManualClock, SeededRandom } from '@millrace/testkit';
import { ClassicLevel } from 'classic-level';
import fc from 'fast-check';
import { type EmbeddedLog, type EmbeddedLogOptions, openEmbeddedLog } from './embedded-log';

const DAY_MS = 86_400_000;
let folder: string;
let clock: ManualClock;

const open = (options: Partial<EmbeddedLogOptions> = {}): Promise<EmbeddedLog> =>
  openEmbeddedLog({ folder, clock, housekeepingPauseMs: 0, ...options });

const readAll = async (log: EmbeddedLog, topic: string): Promise<readonly LogRecord[]> => {
  const at = { topic, partition: 0 };
  const [bounds] = await log.offsets([at]);
  const reader = await log.openReader([{ ...at, offset: bounds?.startOffset ?? 0 }]);
  const records: LogRecord[] = [];
  while (reader.position(at) < (bounds?.endOffset ?? 0)) {
    for (const batch of await reader.poll()) records.push(...batch.records);
  }
  await reader.close();
  return records;
};

const row = (key: string, value: string | null) => ({ topic: 'table', partition: 0, key, value });

const storedBatches = async (): Promise<number> => {
  const level = new ClassicLevel(folder, { keyEncoding: 'view' });
  await level.open();
  const keys = await level.keys({ gte: Buffer.from('b'), lt: Buffer.from('c') }).all();
  await level.close();
  return keys.length;
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-house-'));
  clock = new ManualClock(1_700_000_000_000);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tables = [
  { name: 'table', partitions: 1, cleanup: 'compact', retentionMs: -1 },
  { name: 'results', partitions: 1, cleanup: 'compact,delete', retentionMs: DAY_MS },
  { name: 'letters', partitions: 1, cleanup: 'delete', retentionMs: DAY_MS },
] as const;

describe('compaction', () => {
  it('gives, of any history, the newest row of each key, before and after a restart', async () => {
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.tuple(fc.constantFrom(...'abcdefgh'), fc.integer({ max: 9 })) },
      { weight: 1, arbitrary: fc.constantFrom('clean' as const, 'reopen' as const) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { maxLength: 12 }), { maxLength: 12 }),
        async (all) => {
          await rm(folder, { recursive: true, force: true });
          let log = await open();
          await log.ensureTopics(tables);
          const expected = new Map<string, string | null>();
          for (const commit of all) {
            const rows = commit.filter((entry) => typeof entry !== 'string');
            const records = rows.map(([key, n]) => row(key, n < 0 ? null : `${key}${n}`));
            for (const { key, value } of records) expected.set(key, value);
            await log.append(records);
            if (commit.includes('clean')) await log.cleanNow();
            if (commit.includes('reopen')) {
              await log.close();
              log = await open();
            }
          }
          const folded = async () =>
            new Map(
              (await readAll(log, 'table')).map((r) => [
                String(r.key),
                r.value?.toString() ?? null,
              ]),
            );
          expect(await folded()).toEqual(expected);
          await log.cleanNow();
          expect(await folded()).toEqual(expected);
          expect(await readAll(log, 'table')).toHaveLength(expected.size);
          await log.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('joins small batches: 500 commits are a few values afterwards', async () => {
    const log = await open();
    await log.ensureTopics(tables);
    for (let n = 0; n < 500; n++) {
      clock.advanceMs(10);
      await log.append([row(`k${n % 250}`, `v${n}`)]);
    }
    const before = (await readAll(log, 'table')).slice(250);
    await log.cleanNow();
    const after = await readAll(log, 'table');
    const plain = (r: LogRecord) => [r.offset, r.timestampMs, String(r.key), String(r.value)];
    expect(after.map(plain)).toEqual(before.map(plain));
    await log.close();
    expect(await storedBatches()).toBeLessThan(20);
  });

  it('lets a tombstone go when its time is over, not before', async () => {
    const log = await open({ tombstoneRetentionMs: DAY_MS });
    await log.ensureTopics(tables);
    await log.append([row('a', 'a'), row('b', 'b')]);
    await log.append([row('a', null)]);
    clock.advanceMs(DAY_MS);
    await log.cleanNow();
    expect((await readAll(log, 'table')).map(({ value }) => value?.toString())).toEqual([
      'b',
      undefined,
    ]);
    clock.advanceMs(1);
    await log.cleanNow();
    expect((await readAll(log, 'table')).map(({ value }) => value?.toString())).toEqual(['b']);
    expect((await log.offsets([{ topic: 'table', partition: 0 }]))[0]?.endOffset).toBe(3);
    await log.close();
  });

  it('runs by itself once enough was appended', async () => {
    const log = await open({ housekeepingPauseMs: 2, compactAfterBytes: 10_000 });
    await log.ensureTopics(tables);
    for (let n = 0; n < 300; n++) await log.append([row('k', 'v'.repeat(200))]);
    const deadlineMs = Date.now() + 20_000;
    while ((await readAll(log, 'table')).length > 100) {
      if (Date.now() > deadlineMs) throw new Error('nothing was compacted in 20 s');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await log.close();
  });
});

describe('retention', () => {
  const letter = (value: string) => ({ topic: 'letters', partition: 0, key: 'k', value });

  it('removes whole batches once their newest record is older than the limit', async () => {
    const log = await open();
    await log.ensureTopics(tables);
    await log.append([letter('old'), letter('old')]);
    clock.advanceMs(1);
    await log.append([letter('young')]);
    clock.advanceMs(DAY_MS - 1);
    await log.cleanNow();
    expect(await readAll(log, 'letters')).toHaveLength(3);
    clock.advanceMs(1);
    await log.cleanNow();
    expect((await readAll(log, 'letters')).map(({ value }) => String(value))).toEqual(['young']);
    const at = { topic: 'letters', partition: 0 };
    expect(await log.offsets([at])).toEqual([{ ...at, startOffset: 2, endOffset: 3 }]);
    await log.close();
  });

  it('of everything leaves the offsets where they are, also after a restart', async () => {
    let log = await open();
    await log.ensureTopics(tables);
    await log.append([letter('old'), letter('old')]);
    clock.advanceMs(2 * DAY_MS);
    await log.cleanNow();
    await log.close();
    log = await open();
    const [receipt] = (await log.append([letter('new')])).partitions;
    expect(receipt).toMatchObject({ baseOffset: 2, nextOffset: 3 });
    const at = { topic: 'letters', partition: 0 };
    expect(await log.offsets([at])).toEqual([{ ...at, startOffset: 2, endOffset: 3 }]);
    await log.close();
  });

  it('works beside compaction', async () => {
    const log = await open();
    await log.ensureTopics(tables);
    const result = (key: string) => ({ topic: 'results', partition: 0, key, value: key });
    await log.append([result('a')]);
    clock.advanceMs(DAY_MS + 1);
    await log.append([result('b'), result('b')]);
    await log.cleanNow();
    expect((await readAll(log, 'results')).map(({ value }) => String(value))).toEqual(['b']);
    await log.close();
  });
});

describe('group commit', () => {
  it('takes commits that wait for a running write into the next one', async () => {
    const log = await open();
    await log.ensureTopics(tables);
    const writes = jest.spyOn(ClassicLevel.prototype, 'batch');
    const random = new SeededRandom(7);
    const commits = Array.from({ length: 100 }, async (_, n) => {
      for (let turns = random.int(0, 20); turns > 0; turns--) await undefined;
      return log.append([row(`k${n}`, `v${n}`)]);
    });
    const receipts = (await Promise.all(commits)).flatMap(({ partitions }) => partitions);
    expect(receipts.map(({ baseOffset }) => baseOffset).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, n) => n),
    );
    expect(writes.mock.calls.length).toBeLessThan(20);
    writes.mockRestore();
    await log.close();
  });
});
