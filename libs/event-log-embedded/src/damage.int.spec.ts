import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LogDamagedError } from '@millrace/event-log';
import { ManualClock } from '@millrace/testkit';
import { ClassicLevel } from 'classic-level';
import { type EmbeddedLog, openEmbeddedLog } from './embedded-log';
import { LogFormatUnknownError } from './embedded-log.errors';
import { batchKey, namedKey } from './level-keys';

const at = { topic: 'events', partition: 0 };
const start = { ...at, offset: 0 };
let folder: string;

const open = (): Promise<EmbeddedLog> =>
  openEmbeddedLog({ folder, clock: new ManualClock(1_700_000_000_000), housekeepingPauseMs: 0 });

/** Five batches of two records, then the log is closed. */
const fill = async (): Promise<void> => {
  const log = await open();
  await log.ensureTopics([{ name: 'events', partitions: 2, cleanup: 'delete', retentionMs: -1 }]);
  for (const n of [0, 1, 2, 3, 4]) {
    const record = { ...at, key: `k${n}`, value: `value ${n}`, headers: { n: String(n) } };
    await log.append([record, record]);
  }
  await log.close();
};

const tamper = async (change: (level: ClassicLevel<Buffer, Buffer>) => Promise<void>) => {
  const options = { keyEncoding: 'buffer', valueEncoding: 'buffer' };
  const level = new ClassicLevel<Buffer, Buffer>(folder, options);
  await level.open();
  await change(level);
  await level.close();
};

const flipByte = (offset: number, place: number) =>
  tamper(async (level) => {
    const key = batchKey(1, 0, offset);
    const value = Buffer.from((await level.get(key)) ?? Buffer.alloc(0));
    value.writeUInt8(value.readUInt8(place) ^ 0x10, place);
    await level.put(key, value);
  });

/** Reads on, also after an error, and says what came. */
const readOn = async (log: EmbeddedLog, offset = 0) => {
  const reader = await log.openReader([{ ...start, offset }]);
  const offsets: number[] = [];
  for (;;) {
    try {
      const batches = await reader.poll({ maxWaitMs: 0 });
      if (batches.length === 0) return { offsets, position: reader.position(at) };
      for (const batch of batches) offsets.push(...batch.records.map((record) => record.offset));
    } catch (error) {
      return { offsets, position: reader.position(at), error };
    }
  }
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-damage-'));
  await fill();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('damage', () => {
  it.each([0, 3, 10, 40, 60])(
    'of byte %i of a batch is named, and never skipped',
    async (place) => {
      await flipByte(4, place);
      const log = await open();
      const read = await readOn(log);
      expect(read).toMatchObject({ offsets: [0, 1, 2, 3], position: 4 });
      expect(read.error).toBeInstanceOf(LogDamagedError);
      expect(read.error).toMatchObject({ at, offset: 4, retryable: false });
      expect((await readOn(log, 5)).error).toMatchObject({ at, offset: 4 });
      expect((await readOn(log, 6)).offsets).toEqual([6, 7, 8, 9]);
      await log.close();
    },
  );

  it('by a lost batch is named with the offset that is missing', async () => {
    await tamper((level) => level.del(batchKey(1, 0, 4)));
    const log = await open();
    const read = await readOn(log);
    expect(read).toMatchObject({ offsets: [0, 1, 2, 3], position: 4 });
    expect(read.error).toMatchObject({ code: 'EVENT_LOG_DAMAGED', at, offset: 4 });
    await log.close();
  });

  it('by a batch that stands in the place of another is named', async () => {
    await tamper(async (level) => {
      await level.put(batchKey(1, 0, 4), (await level.get(batchKey(1, 0, 6))) ?? Buffer.alloc(0));
    });
    const log = await open();
    expect((await readOn(log)).error).toMatchObject({ code: 'EVENT_LOG_DAMAGED', offset: 4 });
    await log.close();
  });

  it('of the last batch refuses the log: nobody could tell where to append', async () => {
    await flipByte(8, 50);
    await expect(open()).rejects.toMatchObject({ code: 'EVENT_LOG_DAMAGED', at, offset: 8 });
    await expect(open()).rejects.toBeInstanceOf(LogDamagedError);
  });

  it('does not hold up other partitions', async () => {
    await flipByte(4, 50);
    const log = await open();
    const elsewhere = { ...at, partition: 1 };
    await log.append([{ ...elsewhere, key: 'k', value: 'fine' }]);
    const reader = await log.openReader([{ ...elsewhere, offset: 0 }]);
    expect((await reader.poll())[0]?.records).toHaveLength(1);
    await log.close();
  });

  it('is not what a folder of another format is called', async () => {
    await tamper((level) => level.put(namedKey('m', 'format'), Buffer.from('2')));
    await expect(open()).rejects.toBeInstanceOf(LogFormatUnknownError);
  });
});
