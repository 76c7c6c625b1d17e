import { madeBatch } from '../batch/testing/made-batch';
import {
  at,
  lanes,
  readerOf,
  settled,
  valuesIn,
  valuesUntil,
  withManualTime,
} from './testing/reader-under-test';

withManualTime();

const oneLane = () => {
  const { cluster, lane } = lanes([1]);
  return { cluster, lane: lane(0) };
};

describe('a reader of committed records', () => {
  it('sees nothing of aborted transactions that interleave (D1)', async () => {
    const { cluster, lane } = oneLane();
    lane.append(['aborted'], { producerId: 1 });
    lane.append(['aborted too'], { producerId: 2 });
    lane.append(['aborted'], { producerId: 1 });
    lane.end(2, 'abort');
    lane.append(['aborted'], { producerId: 1 });
    lane.append(['kept'], { producerId: 2 });
    lane.end(2, 'commit');
    lane.end(1, 'abort');
    lane.append(['last']);
    const reader = await readerOf(cluster, [at(0)]);
    expect(await valuesUntil(reader, at(0, lane.nextOffset))).toEqual(['kept', 'last']);
  });

  it('takes no record for a marker, whatever its key is (D2)', async () => {
    const { cluster, lane } = oneLane();
    lane.append(['aborted', 'aborted'], {
      producerId: 1,
      keys: [Buffer.alloc(4), Buffer.alloc(4)],
    });
    lane.append(['aborted'], { producerId: 1 });
    lane.end(1, 'abort');
    const reader = await readerOf(cluster, [at(0)]);
    expect(await valuesUntil(reader, at(0, lane.nextOffset))).toEqual([]);
  });

  it('filters what an aborted transaction wrote behind the position it begins at', async () => {
    const { cluster, lane } = oneLane();
    lane.append(['aborted'], { producerId: 1 });
    const from = lane.append(['aborted'], { producerId: 1 });
    lane.end(1, 'abort');
    lane.append(['kept'], { producerId: 1 });
    lane.end(1, 'commit');
    const reader = await readerOf(cluster, [at(0, from)]);
    expect(await valuesUntil(reader, at(0, lane.nextOffset))).toEqual(['kept']);
  });

  it('stands behind the marker with the records of its transaction', async () => {
    const { cluster, lane } = oneLane();
    lane.append(['a', 'b'], { producerId: 1 });
    lane.end(1, 'commit');
    const reader = await readerOf(cluster, [at(0)]);
    const [batch] = await settled(reader.poll());
    expect(batch).toMatchObject({ nextOffset: 3, endOffset: 3 });
    expect(reader.position(at(0))).toBe(3);
  });

  it('moves over batches that compaction has emptied, also at the end (D8)', async () => {
    const { cluster, lane } = oneLane();
    lane.append(['a']);
    lane.store(madeBatch({ baseOffset: 1, lastOffsetDelta: 9, records: [] }), 10);
    lane.append(['b']);
    lane.store(madeBatch({ baseOffset: 12, lastOffsetDelta: 4, records: [] }), 5);
    const reader = await readerOf(cluster, [at(0)]);
    expect(await valuesUntil(reader, at(0, 17))).toEqual(['a', 'b']);
    expect(reader.position(at(0))).toBe(17);
  });

  it.each(['abort', 'commit'] as const)('moves over what ends with a marker (%s)', async (how) => {
    const { cluster, lane } = oneLane();
    lane.append(['x'], { producerId: 1 });
    lane.end(1, 'abort');
    lane.end(7, how);
    const reader = await readerOf(cluster, [at(0)]);
    const [batch, ...others] = await settled(reader.poll());
    expect(batch).toMatchObject({ records: [], nextOffset: 3, endOffset: 3 });
    expect(others).toEqual([]);
  });

  it('begins within a batch, leaving out what stands before', async () => {
    const { cluster, lane } = oneLane();
    lane.append(['a', 'b', 'c']);
    const reader = await readerOf(cluster, [at(0, 2)]);
    expect(valuesIn(await settled(reader.poll()))).toEqual({ 0: ['c'] });
  });

  it('begins where compaction has left a gap at the end of a batch', async () => {
    const { cluster, lane } = oneLane();
    lane.append(['a', 'b'], { span: 5 });
    lane.append(['c']);
    const reader = await readerOf(cluster, [at(0, 3)]);
    expect(await valuesUntil(reader, at(0, 6))).toEqual(['c']);
  });

  it('waits before an open transaction, and goes on when it has ended', async () => {
    const { cluster, lane } = oneLane();
    lane.append(['before']);
    lane.append(['open'], { producerId: 1 });
    lane.append(['behind']);
    const reader = await readerOf(cluster, [at(0)]);
    const [before] = await settled(reader.poll());
    expect(before).toMatchObject({ nextOffset: 1, endOffset: 1 });
    expect(await settled(reader.poll({ maxWaitMs: 2_000 }))).toEqual([]);
    lane.end(1, 'commit');
    expect(await valuesUntil(reader, at(0, 4))).toEqual(['open', 'behind']);
  });
});
