import type { LogRecord, RecordToAppend } from '@millrace/event-log';
import { at } from '@millrace/testkit';
import * as fc from 'fast-check';
import { BARRIER_KEY, BARRIER_TYPE, decodeEvent, encodeEvent, isBarrier } from './envelope';
import { EnvelopeInvalidError, EnvelopeVersionError } from './event-sourcing.errors';

const read = (record: RecordToAppend): LogRecord => ({
  offset: 0,
  timestampMs: 0,
  key: record.key === null ? null : Buffer.from(record.key),
  value: record.value === null ? null : Buffer.from(record.value),
  headers: record.headers ?? {},
});

const event = {
  topic: 'card-events',
  partition: 1,
  id: 'c1/3',
  type: 'card.blocked',
  source: '/millrace/command-api',
  timeMs: at('2026-03-01T10:00:00.007Z'),
  subject: 'c1',
  version: 3,
  writerEpoch: 17,
  data: { cardId: 'c1', reason: 'büß' },
};

describe('an event', () => {
  it('is a CloudEvent in binary mode', () => {
    expect(encodeEvent({ ...event, commandId: 'k', traceparent: '00-a-b-01' })).toEqual({
      topic: 'card-events',
      partition: 1,
      key: 'c1',
      value: '{"cardId":"c1","reason":"büß"}',
      headers: {
        ce_specversion: '1.0',
        ce_id: 'c1/3',
        ce_type: 'card.blocked',
        ce_source: '/millrace/command-api',
        ce_time: '2026-03-01T10:00:00.007Z',
        ce_subject: 'c1',
        schemaversion: '1',
        aggregateversion: '3',
        writerepoch: '17',
        commandid: 'k',
        traceparent: '00-a-b-01',
      },
    });
  });

  it('comes back as it was written, whatever its texts and optional attributes', () => {
    const optional = (name: string) => fc.option(fc.record({ [name]: fc.string() }), { nil: {} });
    fc.assert(
      fc.property(
        fc.record({ timeMs: fc.integer({ min: 0, max: 4e12 }), data: fc.jsonValue() }),
        fc.tuple(optional('commandId'), optional('correlationId'), optional('causationId')),
        (more, attributes) => {
          const { topic, partition, ...written } = Object.assign({}, event, more, ...attributes);
          const decoded = decodeEvent(read(encodeEvent({ ...written, topic, partition })));
          const json: unknown = JSON.parse(JSON.stringify(written.data));
          expect(decoded).toEqual({ ...written, data: json, schemaVersion: 1 });
        },
      ),
    );
  });

  it('that no owner wrote has version and writer epoch 0', () => {
    const { version, writerEpoch, ...plain } = event;
    expect([version, writerEpoch]).toEqual([3, 17]);
    expect(decodeEvent(read(encodeEvent(plain)))).toMatchObject({ version: 0, writerEpoch: 0 });
  });

  it('of the known schema version is read, one above stops its reader', () => {
    const record = encodeEvent(event);
    const lifted = { ...record, headers: { ...record.headers, schemaversion: '2' } };
    expect(decodeEvent(read(record))?.schemaVersion).toBe(1);
    expect(() => decodeEvent(read(lifted))).toThrow(EnvelopeVersionError);
  });

  it.each(['ce_id', 'ce_type', 'ce_source', 'ce_time', 'ce_subject'])(
    'without %s is invalid',
    (name) => {
      const record = encodeEvent(event);
      const headers = Object.fromEntries(
        Object.entries(record.headers ?? {}).filter(([key]) => key !== name),
      );
      expect(() => decodeEvent(read({ ...record, headers }))).toThrow(EnvelopeInvalidError);
    },
  );

  it.each([
    ['ce_time', 'yesterday'],
    ['aggregateversion', '-1'],
    ['aggregateversion', '1.5'],
    ['writerepoch', ''],
  ])('with %s "%s" is invalid', (name, text) => {
    const record = encodeEvent(event);
    const headers = { ...record.headers, [name]: text };
    expect(() => decodeEvent(read({ ...record, headers }))).toThrow(EnvelopeInvalidError);
  });

  it.each([null, '{"cardId":', ''])('with value %j is invalid', (value) => {
    const record = { ...encodeEvent(event), value };
    expect(() => decodeEvent(read(record))).toThrow(EnvelopeInvalidError);
  });

  it('cannot be written at a time that is none', () => {
    expect(() => encodeEvent({ ...event, timeMs: Number.NaN })).toThrow(EnvelopeInvalidError);
  });
});

describe('a barrier', () => {
  const barrier = { topic: 't', partition: 0, key: BARRIER_KEY, value: '{}' };

  it('is told by key and type, and is no event', () => {
    const record = read({ ...barrier, headers: { ce_type: BARRIER_TYPE } });
    expect(isBarrier(record)).toBe(true);
    expect(decodeEvent(record)).toBeUndefined();
  });

  it('is not an event of an aggregate that has its key', () => {
    expect(isBarrier(read({ ...barrier, headers: { ce_type: 'card.opened' } }))).toBe(false);
  });
});
