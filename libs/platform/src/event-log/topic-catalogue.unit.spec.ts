import { checkTopicSpec } from '@millrace/event-log';
import { topicCatalogue } from './topic-catalogue';

describe('the catalogue of topics', () => {
  const specs = topicCatalogue({ lanes: 5, commandResultsMs: 86_400_000 });

  it('holds what the design names, each topic once, ascending', () => {
    expect(specs.map(({ name, cleanup }) => `${name} ${cleanup}`)).toEqual([
      'alert-events delete',
      'alerts compact',
      'card-events delete',
      'card-state compact',
      'command-results compact,delete',
      'dead-letters delete',
      'detect-changelog compact',
      'late-payments delete',
      'merchant-events delete',
      'merchants compact',
    ]);
  });

  it('gives all of them the same lanes', () => {
    expect(new Set(specs.map(({ partitions }) => partitions))).toEqual(new Set([5]));
    expect(() => specs.forEach(checkTopicSpec)).not.toThrow();
  });

  it('keeps facts for ever and outcomes of commands as long as configured', () => {
    const retention = new Map(specs.map(({ name, retentionMs }) => [name, retentionMs]));
    expect(retention.get('card-events')).toBe(-1);
    expect(retention.get('alert-events')).toBe(-1);
    expect(retention.get('command-results')).toBe(86_400_000);
  });
});
