/// <reference types="jest" />
/**
 * Contract: transactions, fencing, compaction.
 */
import {
  InvalidRecordError,
  LogClosedError,
  WriterBusyError,
  WriterFencedError,
} from '../../event-log.errors';
import {
  commitAs,
  event,
  events,
  freshLog,
  lane,
  type MakeLog,
  plain,
  readAll,
  row,
  start,
  table,
  valuesOf,
} from './log-under-test';

export const writingContract = (makeLog: MakeLog): void => {
  transactionsContract(makeLog);
  fencingContract(makeLog);
  compactionContract(makeLog);
};

const transactionsContract = (makeLog: MakeLog): void => {
  describe('a transaction', () => {
    const subject = freshLog(makeLog);

    it('is readable as a whole, over several topics, once it is committed', async () => {
      const { log } = subject();
      await commitAs(log, 'contract', [event('e', 0), row('k', 'r', 0), event('f', 2)]);
      expect((await readAll(log, start(0))).map(plain)).toMatchObject([{ value: 'e' }]);
      expect((await readAll(log, start(2))).map(plain)).toMatchObject([{ value: 'f' }]);
      expect((await readAll(log, start(0, table.name))).map(plain)).toMatchObject([
        { key: 'k', value: 'r' },
      ]);
    });

    it('shows nothing before it is committed, and does not move the end', async () => {
      const { log } = subject();
      const writer = await log.openWriter('contract');
      const reader = await log.openReader([start(0), start(0, table.name)]);
      const transaction = writer.begin();
      await transaction.append([event('open'), row('k', 'open')]);
      expect(valuesOf(await reader.poll({ maxWaitMs: 0 }))).toEqual([]);
      expect(await log.offsets([lane(0), lane(0, table.name)])).toMatchObject([
        { endOffset: 0 },
        { endOffset: 0 },
      ]);
      await transaction.commit();
      const found: (string | null)[] = [];
      while (found.length < 2) found.push(...valuesOf(await reader.poll()));
      expect(found).toEqual(['open', 'open']);
    });

    it('that is aborted is never seen', async () => {
      const { log } = subject();
      const writer = await log.openWriter('contract');
      const aborted = writer.begin();
      await aborted.append([event('aborted'), row('k', 'aborted')]);
      await aborted.abort();
      const next = writer.begin();
      await next.append([event('committed')]);
      await next.commit();
      expect((await readAll(log, start(0))).map(plain)).toMatchObject([{ value: 'committed' }]);
      expect(await readAll(log, start(0, table.name))).toEqual([]);
    });

    it('that is open when its writer closes is never seen', async () => {
      const { log } = subject();
      const writer = await log.openWriter('contract');
      await writer.begin().append([event('open')]);
      await writer.close();
      await log.append([event('later')]);
      expect((await readAll(log, start(0))).map(plain)).toMatchObject([{ value: 'later' }]);
      expect(() => writer.begin()).toThrow(LogClosedError);
    });

    it('is answered with a receipt for every partition, contiguous within each', async () => {
      const { log } = subject();
      await commitAs(log, 'contract', [event('before', 1)]);
      const { partitions } = await commitAs(log, 'contract', [
        event('a', 1),
        event('b', 0),
        row('k', 'r', 2),
        event('c', 1),
      ]);
      expect(partitions.map(({ topic, partition }) => `${topic}/${partition}`).sort()).toEqual([
        `${events.name}/0`,
        `${events.name}/1`,
        `${table.name}/2`,
      ]);
      for (const { topic, partition, baseOffset, nextOffset } of partitions) {
        const found = await readAll(log, { topic, partition, offset: baseOffset });
        const own = found.filter(({ offset }) => offset < nextOffset);
        const count = partition === 1 ? 2 : 1;
        expect(nextOffset - baseOffset).toBe(count);
        expect(own.map(({ offset }) => offset)).toEqual(
          Array.from({ length: count }, (_, index) => baseOffset + index),
        );
      }
    });

    it('keeps the order of its appends', async () => {
      const { log } = subject();
      const writer = await log.openWriter('contract');
      const transaction = writer.begin();
      for (const name of ['a', 'b', 'c']) await transaction.append([event(name)]);
      await transaction.commit();
      const found = await readAll(log, start(0));
      expect(found.map(({ value }) => String(value))).toEqual(['a', 'b', 'c']);
    });

    it('without records commits with an empty receipt', async () => {
      const writer = await subject().log.openWriter('contract');
      expect(await writer.begin().commit()).toEqual({ partitions: [] });
    });

    it('is one at a time for each writer, and ends once', async () => {
      const writer = await subject().log.openWriter('contract');
      const transaction = writer.begin();
      expect(() => writer.begin()).toThrow(WriterBusyError);
      await transaction.commit();
      await expect(transaction.append([event('late')])).rejects.toBeInstanceOf(WriterBusyError);
      await expect(transaction.commit()).rejects.toBeInstanceOf(WriterBusyError);
      await transaction.abort();
      await writer.begin().abort();
    });

    it('with a refused record can only be aborted', async () => {
      const { log } = subject();
      const writer = await log.openWriter('contract');
      const transaction = writer.begin();
      await transaction.append([event('good')]);
      const refused = transaction.append([{ ...row('k', 'v'), key: null }]);
      await expect(refused).rejects.toBeInstanceOf(InvalidRecordError);
      await expect(transaction.commit()).rejects.toBeInstanceOf(WriterBusyError);
      await transaction.abort();
      expect(await readAll(log, start(0))).toEqual([]);
    });

    it('of one writer does not mix with those of others that commit at the same time', async () => {
      const { log } = subject();
      const writers = await Promise.all([0, 1, 2, 3].map((n) => log.openWriter(`contract-${n}`)));
      await Promise.all(
        writers.map(async (writer, n) => {
          for (let round = 0; round < 10; round++) {
            const transaction = writer.begin();
            await transaction.append([event(`${n}.${round}.a`), event(`${n}.${round}.b`)]);
            await transaction.append([row(`${n}`, `${n}.${round}`)]);
            await transaction.commit();
          }
        }),
      );
      const found = (await readAll(log, start(0))).map(({ value }) => String(value));
      expect(found).toHaveLength(80);
      for (let i = 0; i < found.length; i += 2) {
        expect(found[i + 1]).toBe(found[i]?.replace(/a$/, 'b'));
      }
      for (const n of [0, 1, 2, 3]) {
        const own = found.filter((value) => value.startsWith(`${n}.`));
        const order = Array.from({ length: 10 }, (_, r) => [`${n}.${r}.a`, `${n}.${r}.b`]);
        expect(own).toEqual(order.flat());
      }
    });
  });
};

const fencingContract = (makeLog: MakeLog): void => {
  describe('opening a writer', () => {
    const subject = freshLog(makeLog);

    it('raises the epoch of its id, and of its id alone', async () => {
      const { log } = subject();
      const first = await log.openWriter('contract');
      const second = await log.openWriter('contract');
      const other = await log.openWriter('contract-other');
      expect(second.epoch).toBeGreaterThan(first.epoch);
      expect(second.writerId).toBe('contract');
      const transaction = other.begin();
      await transaction.append([event('other')]);
      await transaction.commit();
    });

    it('fences the predecessor: its commit fails and nothing of it is ever seen', async () => {
      const { log } = subject();
      const old = await log.openWriter('contract');
      const open = old.begin();
      await open.append([event('old'), row('k', 'old')]);
      const next = await log.openWriter('contract');
      await expect(open.commit()).rejects.toBeInstanceOf(WriterFencedError);
      const transaction = next.begin();
      await transaction.append([event('new')]);
      await transaction.commit();
      expect((await readAll(log, start(0))).map(plain)).toMatchObject([{ value: 'new' }]);
      expect(await readAll(log, start(0, table.name))).toEqual([]);
    });

    it('fences the predecessor: it can append and begin no more', async () => {
      const { log } = subject();
      const old = await log.openWriter('contract');
      const open = old.begin();
      await log.openWriter('contract');
      await expect(open.append([event('old')])).rejects.toBeInstanceOf(WriterFencedError);
      await open.abort();
      expect(() => old.begin()).toThrow(WriterFencedError);
      await old.close();
    });

    it('leaves the predecessor decided: it is all readable, or never', async () => {
      const { log } = subject();
      const old = await log.openWriter('contract');
      const open = old.begin();
      await open.append([event('old'), row('k', 'old')]);
      const [committed] = await Promise.allSettled([open.commit(), log.openWriter('contract')]);
      const found = await readAll(log, start(0));
      const rows = await readAll(log, start(0, table.name));
      const expected = committed?.status === 'fulfilled' ? 1 : 0;
      expect([found.length, rows.length]).toEqual([expected, expected]);
    });

    it.each(['', 'x'.repeat(201)])('needs an id of 1 to 200 characters', async (writerId) => {
      const opened = subject().log.openWriter(writerId);
      await expect(opened).rejects.toBeInstanceOf(InvalidRecordError);
    });
  });
};

const compactionContract = (makeLog: MakeLog): void => {
  describe('compaction', () => {
    const subject = freshLog(makeLog);

    it('keeps the newest record of each key, its offset, time and headers', async () => {
      const { log, compact } = subject();
      if (compact === undefined) return;
      for (let round = 0; round < 5; round++) {
        const headers = { round: String(round), same: 'same' };
        await log.append(
          ['a', 'b', 'c'].map((key) => ({ ...row(key, `${key}${round}`), headers })),
        );
      }
      await log.append([row('a', 'last')]);
      const before = await readAll(log, start(0, table.name));
      const [bounds] = await log.offsets([lane(0, table.name)]);
      await compact();
      const after = await readAll(log, start(0, table.name));
      const newest = before.filter(({ offset }) => offset >= 13);
      const full = (record: (typeof after)[number]) => ({
        ...plain(record),
        offset: record.offset,
        timestampMs: record.timestampMs,
      });
      expect(after.map(full)).toEqual(newest.map(full));
      expect(await log.offsets([lane(0, table.name)])).toEqual([bounds]);
    });

    it('keeps a tombstone for a time, which still deletes for whoever reads', async () => {
      const { log, compact } = subject();
      if (compact === undefined) return;
      await log.append([row('a', 'a0'), row('b', 'b0')]);
      await log.append([row('a', null)]);
      await compact();
      expect((await readAll(log, start(0, table.name))).map(plain)).toMatchObject([
        { key: 'b', value: 'b0' },
        { key: 'a', value: null },
      ]);
    });

    it('lets a reader pass over what is gone, and leaves other topics alone', async () => {
      const { log, compact } = subject();
      if (compact === undefined) return;
      await log.append([event('kept'), event('kept')]);
      for (let round = 0; round < 3; round++) await log.append([row('a', `a${round}`)]);
      const reader = await log.openReader([{ ...start(0, table.name), offset: 1 }]);
      await compact();
      await log.append([row('b', 'b0')]);
      const values: (string | null)[] = [];
      while (!values.includes('b0')) values.push(...valuesOf(await reader.poll()));
      expect(values.slice(-2)).toEqual(['a2', 'b0']);
      expect(await readAll(log, start(0))).toHaveLength(2);
    });
  });
};
