import type { LogRecord } from '@millrace/event-log';
import {
  BARRIER_KEY,
  BARRIER_TYPE,
  EnvelopeInvalidError,
  EnvelopeVersionError,
} from '@millrace/event-sourcing';
import { authorized, cardEventRecord, cardOpened, readRecord } from '@millrace/testkit';
import { cardEventReader } from './read-card-event';
import { readPaymentRow, readStateRow } from './read-state-row';

const record = (given: Partial<LogRecord> & { readonly text?: string }): LogRecord => ({
  offset: 7,
  timestampMs: 0,
  key: Buffer.from('card_1/pay_1'),
  value: given.text === undefined ? null : Buffer.from(given.text),
  headers: { schemaversion: '1' },
  ...given,
});

const barrier = record({
  key: Buffer.from(BARRIER_KEY),
  headers: { ce_type: BARRIER_TYPE },
});

const row = JSON.stringify({ kind: 'payment', cardId: 'card_1', paymentId: 'pay_1', version: 2 });

describe('rows of card-state', () => {
  it('skips the barriers of owners', () => {
    expect(readStateRow(barrier)).toBeUndefined();
    expect(readPaymentRow(barrier)).toBeUndefined();
  });

  it('reads payments alone where payments alone are asked for', () => {
    expect(readPaymentRow(record({ text: row }))?.paymentId).toBe('pay_1');
    const card = record({ key: Buffer.from('card_1'), text: '{"kind":"card","version":1}' });
    expect(readPaymentRow(card)).toBeUndefined();
    expect(readStateRow(card)?.kind).toBe('card');
  });

  it('does not even parse what its key tells to be no payment', () => {
    expect(readPaymentRow(record({ key: Buffer.from('card_1'), text: '{' }))).toBeUndefined();
  });

  it.each([
    ['no JSON', record({ text: '{' })],
    ['no row', record({ text: '{"kind":"merchant","version":1}' })],
    ['without a version', record({ text: '{"kind":"card"}' })],
    ['deleted', record({})],
    ['without a schema version', record({ text: row, headers: {} })],
    ['of schema version 0', record({ text: row, headers: { schemaversion: '0' } })],
    ['of schema version 1.5', record({ text: row, headers: { schemaversion: '1.5' } })],
  ])('stops at a record that is %s', (_name, broken) => {
    expect(() => readStateRow(broken)).toThrow(EnvelopeInvalidError);
  });

  it('stops at a row of a newer release', () => {
    const newer = record({ text: row, headers: { schemaversion: '2' } });
    expect(() => readStateRow(newer)).toThrow(EnvelopeVersionError);
  });
});

describe('events of card-events', () => {
  const read = cardEventReader(['payment.authorized']);
  const place = { offset: 3, timestampMs: 0 };
  const event = readRecord(cardEventRecord(authorized({ occurredAtMs: 1_500 })), place);

  it('carries event time from the envelope', () => {
    expect(read(event)).toMatchObject({ type: 'payment.authorized', occurredAtMs: 1_500 });
  });

  it('skips barriers and, without parsing them, the types that are not asked for', () => {
    expect(read(barrier)).toBeUndefined();
    const opened = readRecord(cardEventRecord(cardOpened()), place);
    expect(read({ ...opened, value: Buffer.from('{') })).toBeUndefined();
  });

  it.each([
    ['of an unknown type', { ...event, headers: { ...event.headers, ce_type: 'card.melted' } }],
    ['without a time', { ...event, headers: { ...event.headers, ce_time: '' } }],
    ['without a value', { ...event, value: null }],
    ['that is no JSON', { ...event, value: Buffer.from('{') }],
    ['about no card', { ...event, value: Buffer.from('{}') }],
  ])('stops at an event %s', (_name, broken) => {
    expect(() => read(broken)).toThrow(EnvelopeInvalidError);
  });

  it('stops at an event of a newer release', () => {
    const newer = { ...event, headers: { ...event.headers, schemaversion: '2' } };
    expect(() => read(newer)).toThrow(EnvelopeVersionError);
  });
});
