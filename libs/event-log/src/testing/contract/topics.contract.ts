/// <reference types="jest" />
/**
 * Contract: topics and records.
 */
import {
  InvalidRecordError,
  RecordTooLargeError,
  TopicMismatchError,
  TopicUnknownError,
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
} from './log-under-test';

export const topicsContract = (makeLog: MakeLog): void => {
  describe('topics', () => {
    const subject = freshLog(makeLog);

    it('are listed by name as they were declared', async () => {
      const { log } = subject();
      const found = (await log.topics()).filter(({ name }) => name.startsWith('contract-'));
      expect(found).toEqual([events, table]);
    });

    it('begin empty', async () => {
      const found = await subject().log.offsets([lane(2)]);
      expect(found).toEqual([{ ...lane(2), startOffset: 0, endOffset: 0 }]);
    });

    it('may be declared again as they are', async () => {
      const { log } = subject();
      await log.append([event('kept')]);
      await log.ensureTopics([events, table]);
      expect((await readAll(log, start(0))).map(plain)).toMatchObject([{ value: 'kept' }]);
    });

    it.each([
      ['partitions', { ...events, partitions: 4 }],
      ['cleanup', { ...events, cleanup: 'compact' as const }],
    ])('are refused with other %s, by name', async (setting, other) => {
      const { log } = subject();
      const refused = log.ensureTopics([other]);
      await expect(refused).rejects.toBeInstanceOf(TopicMismatchError);
      await expect(refused).rejects.toThrow(`topic ${events.name}: ${setting}`);
    });

    it.each([
      ['a name with capitals', { ...events, name: 'Events' }],
      ['no partition', { ...events, name: 'other', partitions: 0 }],
      ['1,001 partitions', { ...events, name: 'other', partitions: 1_001 }],
    ])('are refused with %s', async (_, topic) => {
      await expect(subject().log.ensureTopics([topic])).rejects.toBeInstanceOf(InvalidRecordError);
    });

    it('that do not exist are named', async () => {
      const { log } = subject();
      const nowhere = lane(0, 'contract-nowhere');
      await expect(log.offsets([nowhere])).rejects.toBeInstanceOf(TopicUnknownError);
      await expect(log.offsets([lane(3)])).rejects.toBeInstanceOf(TopicUnknownError);
      const opened = log.openReader([{ ...nowhere, offset: 0 }]);
      await expect(opened).rejects.toBeInstanceOf(TopicUnknownError);
      const appended = log.append([{ ...event('x'), topic: nowhere.topic }]);
      await expect(appended).rejects.toBeInstanceOf(TopicUnknownError);
    });
  });
};

export const recordsContract = (makeLog: MakeLog): void => {
  describe('records', () => {
    const subject = freshLog(makeLog);

    const roundTrip = async (record: Partial<ReturnType<typeof event>>) => {
      const { log } = subject();
      await log.append([{ ...event('x'), ...record }]);
      const [found] = await readAll(log, start(0));
      return found === undefined ? undefined : plain(found);
    };

    it.each([
      ['no headers', {}],
      ['an empty value', { empty: '' }],
      ['an empty name', { '': 'nameless' }],
      ['text in any script', { name: 'Zoë 日本語 🚀', clé: 'é' }],
      ['a long value', { long: 'é'.repeat(5_000) }],
      ['a number as its name', { '1': 'one', a: 'letter' }],
    ])('keep headers with %s', async (_, headers) => {
      expect((await roundTrip({ headers }))?.headers).toEqual(headers);
    });

    it('keep a null key and a null value, and tell them from empty ones', async () => {
      const { log } = subject();
      await log.append([
        { ...event('x'), key: null, value: null },
        { ...event('x'), key: '', value: '' },
      ]);
      const found = (await readAll(log, start(0))).map(plain);
      expect(found.map(({ key, value }) => [key, value])).toEqual([
        [null, null],
        ['', ''],
      ]);
    });

    it('keep every byte', async () => {
      const { log } = subject();
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      await log.append([{ ...event('x'), key: bytes, value: bytes }]);
      const [found] = await readAll(log, start(0));
      expect([...(found?.key ?? [])]).toEqual([...bytes]);
      expect([...(found?.value ?? [])]).toEqual([...bytes]);
    });

    it('are what they were when they were appended, whatever the caller does next', async () => {
      const { log } = subject();
      const value = Buffer.from('as sent');
      const headers: Record<string, string> = { h: 'as sent' };
      const writer = await log.openWriter('contract');
      const transaction = writer.begin();
      await transaction.append([{ ...event('x'), value, headers }]);
      value.fill('!');
      headers.h = 'changed';
      await transaction.commit();
      const [found] = await readAll(log, start(0));
      expect(found && plain(found)).toMatchObject({ value: 'as sent', headers: { h: 'as sent' } });
    });

    it('keep equal and different headers of one batch apart', async () => {
      const { log } = subject();
      const all = Array.from({ length: 50 }, (_, index) => ({
        same: 'same',
        id: `id-${index}`,
        turns: index % 2 === 0 ? 'even' : 'odd',
        ...(index % 7 === 0 ? { optional: 'here' } : {}),
      }));
      await log.append(all.map((headers) => ({ ...event('x'), headers })));
      const found = await readAll(log, start(0));
      expect([...found].reverse().map((record) => ({ ...record.headers }))).toEqual(
        [...all].reverse(),
      );
    });

    it('may be as large as the limit, and not larger', async () => {
      const { log, maxRecordBytes } = subject();
      const largest = { ...event('x'), key: 'k', value: 'v'.repeat(maxRecordBytes - 1) };
      const { headers: _, ...bare } = largest;
      await log.append([bare]);
      expect((await readAll(log, start(0)))[0]?.value?.length).toBe(maxRecordBytes - 1);
      const above = log.append([{ ...bare, value: `${bare.value}v` }]);
      await expect(above).rejects.toBeInstanceOf(RecordTooLargeError);
      const farAbove = log.append([{ ...bare, value: Buffer.alloc(maxRecordBytes * 8) }]);
      await expect(farAbove).rejects.toBeInstanceOf(RecordTooLargeError);
    });

    it('need a key on a compacted topic', async () => {
      const { log } = subject();
      const refused = log.append([{ ...row('k', 'v'), key: null }]);
      await expect(refused).rejects.toBeInstanceOf(InvalidRecordError);
    });

    it('carry their append time, which never falls', async () => {
      const { log } = subject();
      await commitAs(log, 'contract', [event('a'), event('b')]);
      await commitAs(log, 'contract', [event('c')]);
      const times = (await readAll(log, start(0))).map(({ timestampMs }) => timestampMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });
  });
};
