import type { TopicSpec } from '@millrace/event-log';
import { countryCodes, isKnownCountry } from './place/countries';
import { paymentTopics } from './topics';

describe('topics of payments', () => {
  it('are declarations of the log: events for ever, tables compacted, lanes alike', () => {
    const topics: readonly TopicSpec[] = paymentTopics(4);
    expect(topics.map(({ name, cleanup }) => `${name} ${cleanup}`)).toEqual([
      'card-events delete',
      'card-state compact',
      'merchant-events delete',
      'merchants compact',
    ]);
    expect(new Set(topics.map(({ partitions }) => partitions))).toEqual(new Set([4]));
    expect(topics.every(({ retentionMs }) => retentionMs === -1)).toBe(true);
  });
});

describe('countries', () => {
  it('are the 249 of ISO 3166-1', () => {
    expect(new Set(countryCodes).size).toBe(249);
    expect(['BE', 'GB', 'XK', 'UK', 'be', ''].map(isKnownCountry)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
