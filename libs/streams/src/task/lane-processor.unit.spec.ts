import type { LogRecord, RecordBatch } from '@millrace/event-log';
import { topology } from '../topology/topology-builder';
import { LaneProcessor } from './lane-processor';

const built = (name = 'counts') =>
  topology('t', (builder) => {
    builder
      .stream('in', { decode: (record) => Number(record.value), timestamp: (ts) => ts })
      .groupByKey()
      .count({ name })
      .to('out', { value: String });
  });

const open = (name?: string): LaneProcessor =>
  new LaneProcessor({ topology: built(name), lane: 0, lanes: 1 });

const batch = (keys: readonly string[], from = 0): RecordBatch => {
  const records = keys.map((key, index): LogRecord => {
    const value = Buffer.from(String(index));
    return { offset: from + index, key: Buffer.from(key), value, headers: {}, timestampMs: 9e15 };
  });
  const nextOffset = from + keys.length;
  return { topic: 'in', partition: 0, records, nextOffset, endOffset: nextOffset };
};

const changelogOf = (processor: LaneProcessor): ReadonlyMap<string, Buffer> => {
  const logged = processor.collect().records.filter(({ topic }) => topic === 't-changelog');
  return new Map(logged.map(({ key, value }) => [String(key), Buffer.from(value ?? '')]));
};

const after = (keys: readonly string[]): ReadonlyMap<string, Buffer> => {
  const processor = open();
  processor.finishRestore(() => 0);
  processor.offer(batch(keys));
  processor.step(1_000);
  return changelogOf(processor);
};

const restore = (changelog: Iterable<readonly [string, Buffer]>, name?: string): LaneProcessor => {
  const processor = open(name);
  for (const [key, value] of changelog) processor.restoreRecord(key, value);
  processor.finishRestore(() => 0);
  return processor;
};

describe('a commit of a lane', () => {
  it('writes a dirty key once, however often it changed', () => {
    const keys = [...after(['a', 'a', 'b', 'a']).keys()].sort();
    expect(keys).toEqual(['counts/a', 'counts/b', '~progress', '~structures/counts']);
  });

  it('holds the position behind what was processed, not behind what is queued', () => {
    const processor = open();
    processor.finishRestore(() => 0);
    processor.offer(batch(['a', 'b', 'c']));
    processor.step(2);
    expect(processor.positions).toEqual({ in: 2 });
    expect(restore(changelogOf(processor)).positions).toEqual({ in: 2 });
  });
});

describe('a restore', () => {
  it('begins at the start of the topic when there is no history', () => {
    const processor = open();
    processor.finishRestore(() => 7);
    expect(processor.positions).toEqual({ in: 7 });
  });

  it('refuses state without position', () => {
    const state = [...after(['a'])].filter(([key]) => key !== '~progress');
    expect(() => restore(state)).toThrow('has state but no positions');
  });

  it('refuses position without its state', () => {
    const rest = [...after(['a', 'b'])].filter(([key]) => key !== 'counts/b');
    expect(() => restore(rest)).toThrow('store counts has 1 keys, its positions belong to 2');
  });

  it('refuses the state of a changed topology under the same id', () => {
    expect(() => restore(after(['a']), 'others')).toThrow(
      'a store counts that the topology has not',
    );
  });

  it('refuses state of a schema version that it does not know', () => {
    const newer = new Map(after(['a']));
    const value = Buffer.from(newer.get('counts/a') ?? '');
    value[1] = 9;
    newer.set('counts/a', value);
    expect(() => restore(newer)).toThrow('state has version 9, this program knows 1');
  });
});
