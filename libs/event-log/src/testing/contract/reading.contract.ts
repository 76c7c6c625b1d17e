/// <reference types="jest" />
/**
 * Contract: readers.
 */
import { LogClosedError, OffsetOutOfRangeError, ReaderBusyError } from '../../event-log.errors';
import { event, freshLog, lane, type MakeLog, readAll, start, valuesOf } from './log-under-test';

const names = (count: number, prefix = 'v'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

export const readingContract = (makeLog: MakeLog): void => {
  describe('a reader', () => {
    const subject = freshLog(makeLog);

    it('gets records in the order in which they were appended, each once', async () => {
      const { log } = subject();
      for (const name of names(20)) await log.append([event(name)]);
      const found = await readAll(log, start(0));
      expect(found.map(({ value }) => String(value))).toEqual(names(20));
      const offsets = found.map(({ offset }) => offset);
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      expect(new Set(offsets).size).toBe(20);
    });

    it('begins at its position, also in the middle of a commit', async () => {
      const { log } = subject();
      await log.append(names(5).map((name) => event(name)));
      const offsets = (await readAll(log, start(0))).map(({ offset }) => offset);
      for (const [index, offset] of offsets.entries()) {
        const found = await readAll(log, { ...start(0), offset });
        expect(found.map(({ value }) => String(value))).toEqual(names(5).slice(index));
      }
    });

    it('stands after what it has read', async () => {
      const { log } = subject();
      const [receipt] = (await log.append(names(3).map((name) => event(name)))).partitions;
      const reader = await log.openReader([start(0)]);
      expect(reader.position(lane(0))).toBe(0);
      const [batch] = await reader.poll();
      expect(batch).toMatchObject({ ...lane(0), nextOffset: reader.position(lane(0)) });
      expect(batch?.nextOffset).toBeGreaterThanOrEqual(receipt?.nextOffset ?? -1);
      expect(batch?.endOffset).toBeGreaterThanOrEqual(batch?.nextOffset ?? 0);
    });

    it('answers at once with nothing when it may not wait', async () => {
      const reader = await subject().log.openReader([start(0)]);
      expect(await reader.poll({ maxWaitMs: 0 })).toEqual([]);
    });

    it('answers with nothing when nothing came in time', async () => {
      const { log, passTime } = subject();
      const reader = await log.openReader([start(0)]);
      const polled = reader.poll({ maxWaitMs: 20 });
      await settled();
      passTime?.(20);
      expect(await polled).toEqual([]);
    });

    it('that waits is answered by the next append', async () => {
      const { log } = subject();
      const reader = await log.openReader([start(0), start(1)]);
      const polled = reader.poll({ maxWaitMs: 30_000 });
      await settled();
      await log.append([event('came', 1)]);
      expect(valuesOf(await polled)).toEqual(['came']);
    });

    it('that waits is answered by wakeup, and waits again afterwards', async () => {
      const { log } = subject();
      const reader = await log.openReader([start(0)]);
      const polled = reader.poll({ maxWaitMs: 30_000 });
      await settled();
      reader.wakeup();
      expect(await polled).toEqual([]);
      const again = reader.poll({ maxWaitMs: 30_000 });
      await settled();
      await log.append([event('came')]);
      expect(valuesOf(await again)).toEqual(['came']);
    });

    it('does not wait when wakeup came just before the poll', async () => {
      const reader = await subject().log.openReader([start(0)]);
      reader.wakeup();
      expect(await reader.poll({ maxWaitMs: 30_000 })).toEqual([]);
    });

    it('has one poll at a time', async () => {
      const reader = await subject().log.openReader([start(0)]);
      const first = reader.poll({ maxWaitMs: 30_000 });
      await expect(reader.poll()).rejects.toBeInstanceOf(ReaderBusyError);
      reader.wakeup();
      expect(await first).toEqual([]);
    });

    it('leaves paused partitions where they are until they are resumed', async () => {
      const { log } = subject();
      await log.append([event('a', 0), event('b', 1)]);
      const reader = await log.openReader([start(0), start(1)]);
      reader.pause([lane(0)]);
      expect(valuesOf(await reader.poll())).toEqual(['b']);
      expect(await reader.poll({ maxWaitMs: 0 })).toEqual([]);
      expect(reader.position(lane(0))).toBe(0);
      reader.resume([lane(0)]);
      expect(valuesOf(await reader.poll())).toEqual(['a']);
    });

    it('goes where it is sent, back and forth', async () => {
      const { log } = subject();
      await log.append(names(4).map((name) => event(name)));
      const [, , third] = await readAll(log, start(0));
      const reader = await log.openReader([start(0)]);
      await reader.poll();
      reader.seek({ ...lane(0), offset: third?.offset ?? -1 });
      expect(valuesOf(await reader.poll())).toEqual(['v2', 'v3']);
      reader.seek(start(0));
      expect(valuesOf(await reader.poll())).toEqual(names(4));
    });

    it('that waits goes on at once when it is sent back', async () => {
      const { log } = subject();
      await log.append([event('a')]);
      const reader = await log.openReader([start(0)]);
      await reader.poll();
      const polled = reader.poll({ maxWaitMs: 30_000 });
      await settled();
      reader.seek(start(0));
      expect(valuesOf(await polled)).toEqual(['a']);
    });

    it('closed while it waits answers, and polls no more', async () => {
      const reader = await subject().log.openReader([start(0)]);
      const polled = reader.poll({ maxWaitMs: 30_000 });
      await settled();
      await reader.close();
      expect(await polled).toEqual([]);
      await expect(reader.poll()).rejects.toBeInstanceOf(LogClosedError);
      await reader.close();
    });

    it('does not disturb another one', async () => {
      const { log } = subject();
      await log.append(names(3).map((name) => event(name)));
      const readers = [await log.openReader([start(0)]), await log.openReader([start(0)])];
      for (const reader of readers) expect(valuesOf(await reader.poll())).toEqual(names(3));
    });
  });

  limitsContract(makeLog);
  rangeContract(makeLog);
};

const limitsContract = (makeLog: MakeLog): void => {
  describe('the limit of a poll', () => {
    const subject = freshLog(makeLog);

    it('bounds the records of all partitions together', async () => {
      const { log } = subject();
      for (const partition of [0, 1, 2]) {
        for (const name of names(8)) await log.append([event(name, partition)]);
      }
      const reader = await log.openReader([start(0), start(1), start(2)]);
      let read = 0;
      for (let polls = 0; read < 24 && polls < 100; polls++) {
        const batches = await reader.poll({ maxRecords: 5 });
        expect(valuesOf(batches).length).toBeLessThanOrEqual(5);
        expect(new Set(batches.map(({ partition }) => partition)).size).toBe(batches.length);
        read += valuesOf(batches).length;
      }
      expect(read).toBe(24);
    });

    it('never cuts a stored batch, however large', async () => {
      const { log } = subject();
      await log.append(names(10).map((name) => event(name)));
      const reader = await log.openReader([start(0)]);
      expect(valuesOf(await reader.poll({ maxRecords: 3 }))).toEqual(names(10));
    });

    it('starves no partition: each is read within as many polls as there are partitions', async () => {
      const { log } = subject();
      for (let i = 0; i < 30; i++) {
        await log.append(names(10).map((name) => event(name, 0)));
        await log.append(names(10).map((name) => event(name, 1)));
      }
      await log.append([event('small', 2)]);
      const reader = await log.openReader([start(0), start(1), start(2)]);
      const seen = new Set<number>();
      for (let polls = 0; polls < 3; polls++) {
        for (const { partition } of await reader.poll({ maxRecords: 10 })) seen.add(partition);
      }
      expect([...seen].sort()).toEqual([0, 1, 2]);
    });
  });
};

const rangeContract = (makeLog: MakeLog): void => {
  describe('a position out of range', () => {
    const subject = freshLog(makeLog);

    it('beyond the end is named and the reader does not move', async () => {
      const { log } = subject();
      await log.append([event('a')]);
      const [bounds] = await log.offsets([lane(0)]);
      const beyond = (bounds?.endOffset ?? 0) + 1;
      const reader = await log.openReader([{ ...lane(0), offset: beyond }]);
      for (let tries = 0; tries < 2; tries++) {
        await expect(reader.poll()).rejects.toBeInstanceOf(OffsetOutOfRangeError);
        expect(reader.position(lane(0))).toBe(beyond);
      }
    });

    it('at the end is not out of range', async () => {
      const { log } = subject();
      await log.append([event('a')]);
      const [bounds] = await log.offsets([lane(0)]);
      const reader = await log.openReader([{ ...lane(0), offset: bounds?.endOffset ?? -1 }]);
      expect(await reader.poll({ maxWaitMs: 0 })).toEqual([]);
    });

    it.each([-1, 0.5, Number.NaN])('such as %p is refused', async (offset) => {
      const reader = await subject().log.openReader([{ ...lane(0), offset }]);
      await expect(reader.poll()).rejects.toBeInstanceOf(OffsetOutOfRangeError);
    });

    it('before the start is named, and a reader that stands there does not jump', async () => {
      const { log, trim } = subject();
      if (trim === undefined) return;
      await log.append([event('old')]);
      const [between] = await log.offsets([lane(0)]);
      await log.append([event('new')]);
      await trim([{ ...lane(0), offset: between?.endOffset ?? 0 }]);
      const reader = await log.openReader([start(0)]);
      await expect(reader.poll()).rejects.toBeInstanceOf(OffsetOutOfRangeError);
      expect(reader.position(lane(0))).toBe(0);
      const [bounds] = await log.offsets([lane(0)]);
      expect(bounds?.startOffset).toBe(between?.endOffset);
      reader.seek({ ...lane(0), offset: bounds?.startOffset ?? 0 });
      expect(valuesOf(await reader.poll())).toEqual(['new']);
    });
  });
};

/** Lets a request that waits for nothing but awaits reach its waiting. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await undefined;
};
