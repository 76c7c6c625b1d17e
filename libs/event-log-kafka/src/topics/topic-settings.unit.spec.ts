import type { TopicSpec } from '@millrace/event-log';
import { cleanupOf, settingsOf, specOf } from './topic-settings';

const facts: TopicSpec = { name: 'facts', partitions: 4, cleanup: 'delete', retentionMs: -1 };
const options = { replicationFactor: 3, maxBatchBytes: 4_194_304 };
const plain = (spec: TopicSpec, more: object = {}) =>
  Object.fromEntries(settingsOf(spec, { ...options, ...more }));

describe('settings of a topic', () => {
  it('keep facts for ever, in append time, on leaders that miss nothing', () => {
    expect(plain(facts)).toEqual({
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'retention.bytes': '-1',
      'message.timestamp.type': 'LogAppendTime',
      'min.insync.replicas': '2',
      'unclean.leader.election.enable': 'false',
      'compression.type': 'producer',
      'max.message.bytes': '4259840',
    });
  });

  it('keep tombstones for 7 days and every record for 1 hour in a table', () => {
    expect(plain({ ...facts, cleanup: 'compact', retentionMs: 5 })).toMatchObject({
      'cleanup.policy': 'compact',
      'retention.ms': '-1',
      'delete.retention.ms': '604800000',
      'min.compaction.lag.ms': '3600000',
    });
  });

  it('drop by age what is compacted and deleted', () => {
    expect(plain({ ...facts, cleanup: 'compact,delete', retentionMs: 86_400_000 })).toMatchObject({
      'cleanup.policy': 'compact,delete',
      'retention.ms': '86400000',
      'delete.retention.ms': '604800000',
    });
  });

  it.each([
    [1, '1'],
    [2, '1'],
    [3, '2'],
    [5, '2'],
  ])('with %i replicas ask for %s in sync', (replicationFactor, wanted) => {
    expect(plain(facts, { replicationFactor })['min.insync.replicas']).toBe(wanted);
  });

  it('yield to those that are given', () => {
    const config = { 'segment.bytes': '1048576', 'retention.ms': '1000' };
    expect(plain(facts, { config })).toMatchObject(config);
  });
});

describe('a topic that is found', () => {
  it.each([
    ['delete', 'delete'],
    ['compact', 'compact'],
    ['compact,delete', 'compact,delete'],
    ['delete,compact', 'compact,delete'],
    ['delete, compact', 'compact,delete'],
    ['', 'delete'],
    [undefined, 'delete'],
  ])('with policy %s is %s', (policy, wanted) => {
    expect(cleanupOf(policy)).toBe(wanted);
  });

  it.each([
    facts,
    { ...facts, cleanup: 'compact' as const },
    { ...facts, cleanup: 'compact,delete' as const, retentionMs: 86_400_000 },
  ])('is what was declared: $cleanup', (spec) => {
    expect(specOf(spec.name, spec.partitions, settingsOf(spec, options))).toEqual(spec);
  });
});
