import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type LogRecord, LogStorageFullError } from '@millrace/event-log';
import { ManualClock } from '@millrace/testkit';
import { ClassicLevel } from 'classic-level';
import { type EmbeddedLog, type EmbeddedLogOptions, openEmbeddedLog } from './embedded-log';

const at = { topic: 'events', partition: 0 };
const event = (value: string) => ({ ...at, key: 'k', value });
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-full-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const open = async (options: Partial<EmbeddedLogOptions> = {}): Promise<EmbeddedLog> => {
  const clock = new ManualClock(1_700_000_000_000);
  const log = await openEmbeddedLog({ folder, clock, housekeepingPauseMs: 0, ...options });
  await log.ensureTopics([{ name: 'events', partitions: 2, cleanup: 'delete', retentionMs: -1 }]);
  return log;
};

const readAll = async (log: EmbeddedLog): Promise<readonly string[]> => {
  const [bounds] = await log.offsets([at]);
  const reader = await log.openReader([{ ...at, offset: 0 }]);
  const records: LogRecord[] = [];
  while (reader.position(at) < (bounds?.endOffset ?? 0)) {
    for (const batch of await reader.poll()) records.push(...batch.records);
  }
  await reader.close();
  return records.map(({ value }) => String(value).slice(0, 8));
};

/** Lets LevelDB write, or not, and then say that the disk is full: the next write only. */
const failNextWrite = (after: 'nothing was written' | 'it was written') => {
  const original = ClassicLevel.prototype.batch;
  jest.spyOn(ClassicLevel.prototype, 'batch').mockImplementationOnce(async function (
    this: ClassicLevel,
    ...args: unknown[]
  ) {
    if (after === 'it was written') await Reflect.apply(original, this, args);
    throw new Error('IO error: 000005.log: No space left on device');
  } as never);
};

describe('a full disk', () => {
  it('is refused before it is full: the reserve stays free, and the log goes on when it may', async () => {
    const log = await open();
    await log.append([event('before')]);
    await log.close();
    const tight = await openEmbeddedLog({
      folder,
      clock: new ManualClock(1_700_000_000_000),
      housekeepingPauseMs: 0,
      minFreeBytes: Number.MAX_SAFE_INTEGER,
    });
    const writer = tight.append([event('refused')]);
    await expect(writer).rejects.toMatchObject({ code: 'EVENT_LOG_STORAGE_FULL', retryable: true });
    expect(await readAll(tight)).toEqual(['before']);
    await tight.close();
    const roomy = await open();
    await roomy.append([event('after')]);
    expect(await readAll(roomy)).toEqual(['before', 'after']);
    await roomy.close();
  });

  it.each(['nothing was written', 'it was written'] as const)(
    'that shows in a write (%s) keeps nothing of the commit, and the writer may go on',
    async (after) => {
      const log = await open();
      await log.append([event('before')]);
      const writer = await log.openWriter('w');
      failNextWrite(after);
      const refused = writer.begin();
      await refused.append([event('refused')]);
      await expect(refused.commit()).rejects.toBeInstanceOf(LogStorageFullError);
      expect(await readAll(log)).toEqual(['before']);
      const next = writer.begin();
      await next.append([event('after')]);
      const [receipt] = (await next.commit()).partitions;
      expect(receipt).toMatchObject({ baseOffset: 1, nextOffset: 2 });
      expect(await readAll(log)).toEqual(['before', 'after']);
      await log.close();
      const again = await open();
      expect(await readAll(again)).toEqual(['before', 'after']);
      await again.close();
    },
  );

  it.each(['goes on elsewhere', 'closes at once'])(
    'leaves nothing of a refused commit behind when the log %s',
    async (then) => {
      const elsewhere = { topic: 'events', partition: 1 };
      let log = await open();
      failNextWrite('it was written');
      await expect(log.append([event('refused'), event('refused')])).rejects.toThrow('no space');
      if (then === 'goes on elsewhere') await log.append([{ ...event('after'), ...elsewhere }]);
      await log.close();
      log = await open();
      expect(await log.offsets([at])).toEqual([{ ...at, startOffset: 0, endOffset: 0 }]);
      await log.append([event('next')]);
      expect(await readAll(log)).toEqual(['next']);
      await log.close();
    },
  );

  it('that shows while a writer is opened leaves its id to be opened again', async () => {
    const log = await open();
    const old = await log.openWriter('w');
    failNextWrite('it was written');
    await expect(log.openWriter('w')).rejects.toBeInstanceOf(LogStorageFullError);
    expect(() => old.begin()).toThrow('fenced');
    const next = await log.openWriter('w');
    await next.begin().commit();
    expect(next.epoch).toBeGreaterThan(old.epoch);
    await log.close();
  });

  it('on a real small disk: what was acknowledged stays, and it goes on when space is back', async () => {
    if (!mounted(folder)) return;
    try {
      const log = await open({ minFreeBytes: 0, writeBufferBytes: 262_144, tailCacheBytes: 0 });
      const ballast = path.join(folder, 'ballast');
      await writeFile(ballast, Buffer.alloc(8 * 1_048_576));
      const kept: string[] = [];
      let full: unknown;
      for (let n = 0; full === undefined && n < 2_000; n++) {
        const value = `${String(n).padStart(8, '0')}${noise(n)}`;
        await log.append([event(value)]).then(
          () => kept.push(value.slice(0, 8)),
          (error: unknown) => {
            full = error;
          },
        );
      }
      expect(full).toBeInstanceOf(LogStorageFullError);
      await rm(ballast);
      await log.append([event('space is back')]);
      expect(await readAll(log)).toEqual([...kept, 'space is']);
      await log.close();
      const again = await open({ minFreeBytes: 0 });
      expect(await readAll(again)).toEqual([...kept, 'space is']);
      await again.close();
    } finally {
      execFileSync('umount', ['--lazy', folder]);
    }
  });
});

/** A disk of 16 MiB at the folder; false where nobody may mount one (not root, no tmpfs). */
const mounted = (where: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', where], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Letters that Snappy cannot shorten: 16 KiB from another place each time. */
const noise = (n: number): string => {
  const from = (n * 7_919) % (letters.length - 16_384);
  return letters.slice(from, from + 16_384);
};

const letters = Array.from({ length: 262_144 }, (_, index) => {
  const state = Math.imul(Math.imul(index + 1, 0x9e3779b1) ^ (index >>> 3), 0x85ebca6b);
  return String.fromCharCode(33 + ((state >>> 16) % 90));
}).join('');
