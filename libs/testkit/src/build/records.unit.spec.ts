import { partitionFor } from '@millrace/event-log';
import { at } from '../time/manual-clock';
import { authorized } from './events';
import { cardEventRecord, readRecord } from './records';

describe('record of an event', () => {
  const event = authorized({ cardId: 'card_9', occurredAtMs: at('2025-03-01T10:00:00.5Z') });

  it('stands in the lane of its card, in the envelope of the owner', () => {
    const record = cardEventRecord(event, { version: 3, lanes: 12 });
    expect(record).toMatchObject({
      topic: 'card-events',
      partition: partitionFor('card_9', 12),
      key: 'card_9',
      headers: {
        ce_specversion: '1.0',
        ce_id: 'card_9/3',
        ce_type: 'payment.authorized',
        ce_source: '/millrace/command-api',
        ce_time: '2025-03-01T10:00:00.500Z',
        ce_subject: 'card_9',
        schemaversion: '1',
        aggregateversion: '3',
      },
    });
  });

  it('is read back as bytes', () => {
    const read = readRecord(cardEventRecord(event), { offset: 7, timestampMs: 9 });
    expect([read.offset, read.timestampMs, read.key?.toString()]).toEqual([7, 9, 'card_9']);
    expect(JSON.parse(read.value?.toString() ?? '')).toEqual(event.data);
    const tombstone = { topic: 't', partition: 0, key: 'k', value: null };
    expect(readRecord(tombstone, { offset: 0, timestampMs: 0 })).toMatchObject({
      value: null,
      headers: {},
    });
  });
});
