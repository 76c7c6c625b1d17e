import { LogDamagedError, OffsetOutOfRangeError } from '@millrace/event-log';
import { madeBatch } from '../batch/testing/made-batch';
import { CompressionUnknownError } from '../compression/compression.errors';
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

describe('a position out of range', () => {
  it.each([-1, 0.5, Number.NaN, 2 ** 60])(
    'such as %p is refused without a fetch',
    async (offset) => {
      const { cluster, lane } = lanes([1]);
      lane(0).append(['a']);
      const reader = await readerOf(cluster, [at(0, offset)]);
      for (let tries = 0; tries < 2; tries++) {
        const polled = settled(reader.poll());
        await expect(polled).rejects.toBeInstanceOf(OffsetOutOfRangeError);
        await expect(polled).rejects.toThrow('the log holds 0 to 1');
      }
      expect(cluster.fetches).toEqual([]);
      expect(reader.position(at(0))).toBe(offset);
    },
  );

  it.each([
    ['beyond the end', 4],
    ['before the start', 1],
  ])('%s is named with what the log holds, and the reader does not jump', async (_, offset) => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(['a', 'b']);
    lane(0).append(['c']);
    lane(0).startOffset = 2;
    const reader = await readerOf(cluster, [at(0, offset)]);
    for (let tries = 0; tries < 2; tries++) {
      await expect(settled(reader.poll())).rejects.toThrow(
        `t/0: offset ${offset} is out of range, the log holds 2 to 3`,
      );
      expect(reader.position(at(0))).toBe(offset);
    }
    reader.seek(at(0, 2));
    expect(valuesIn(await settled(reader.poll()))).toEqual({ 0: ['c'] });
  });

  it('is not one between the last stable offset and the end', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(['open'], { producerId: 1 });
    lane(0).append(['behind']);
    const reader = await readerOf(cluster, [at(0, 1)]);
    expect(await settled(reader.poll())).toEqual([]);
    lane(0).end(1, 'commit');
    expect(await valuesUntil(reader, at(0, 3))).toEqual(['behind']);
  });

  it('is looked at twice: a new leader that does not know its end yet is asked again', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(['a']);
    lane(0).fetchErrors.push(1, 78, 1);
    const reader = await readerOf(cluster, [at(0)]);
    expect(valuesIn(await settled(reader.poll()))).toEqual({ 0: ['a'] });
    expect(cluster.events.length).toBe(3);
  });
});

describe('a damaged batch', () => {
  const damaged = () => {
    const made = lanes([1, 1]);
    const { lane } = made;
    lane(0).append(['before']);
    const bytes = madeBatch({ baseOffset: 1, records: [{ offsetDelta: 0 }, { offsetDelta: 1 }] });
    bytes.writeUInt8(bytes.readUInt8(70) ^ 1, 70);
    lane(0).store(bytes, 2);
    lane(0).append(['behind']);
    return made;
  };

  it('is named at its turn, each time, after what stands before it', async () => {
    const { cluster } = damaged();
    const reader = await readerOf(cluster, [at(0)]);
    expect(valuesIn(await settled(reader.poll()))).toEqual({ 0: ['before'] });
    for (let tries = 0; tries < 2; tries++) {
      const polled = settled(reader.poll());
      await expect(polled).rejects.toBeInstanceOf(LogDamagedError);
      await expect(polled).rejects.toMatchObject({ at: { topic: 't', partition: 0 }, offset: 1 });
      expect(reader.position(at(0))).toBe(1);
    }
  });

  it('is named with the last of its offsets, where setting aside has to end', async () => {
    const { cluster } = damaged();
    const reader = await readerOf(cluster, [at(0, 1)]);
    await expect(settled(reader.poll())).rejects.toThrow(/offsets 1 to 2/);
  });

  it('is passed over by nobody but who seeks beyond it', async () => {
    const { cluster } = damaged();
    const reader = await readerOf(cluster, [at(0, 1)]);
    await expect(settled(reader.poll())).rejects.toBeInstanceOf(LogDamagedError);
    reader.seek(at(0, 3));
    expect(valuesIn(await settled(reader.poll()))).toEqual({ 0: ['behind'] });
  });

  it('lets other partitions go on, but is told for all they have to give', async () => {
    const { cluster, lane } = damaged();
    for (let i = 0; i < 20; i++) lane(1).append([`v${i}`]);
    const reader = await readerOf(cluster, [at(0, 1), at(1)]);
    const outcomes: string[] = [];
    for (let polls = 0; polls < 8; polls++) {
      const polled = settled(reader.poll({ maxRecords: 1 }));
      outcomes.push(
        await polled.then(
          (found) => valuesIn(found)[1]?.join() ?? '',
          () => 'error',
        ),
      );
    }
    expect(outcomes).toEqual(['v0', 'v1', 'error', 'v2', 'v3', 'error', 'v4', 'v5']);
  });

  it('of a partition that is paused is not told', async () => {
    const { cluster } = damaged();
    const reader = await readerOf(cluster, [at(0, 1), at(1)]);
    reader.pause([at(0)]);
    expect(await settled(reader.poll())).toEqual([]);
  });

  it('is one, too, whose records cannot be decoded', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(['before']);
    lane(0).store(madeBatch({ baseOffset: 1, records: [], body: Buffer.alloc(50), count: 2 }), 1);
    const reader = await readerOf(cluster, [at(0)]);
    expect(valuesIn(await settled(reader.poll()))).toEqual({ 0: ['before'] });
    for (let tries = 0; tries < 2; tries++) {
      await expect(settled(reader.poll())).rejects.toMatchObject({ offset: 1 });
      expect(reader.position(at(0))).toBe(1);
    }
  });

  it('with a compression that nobody knows is named as that', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(['before']);
    lane(0).store(madeBatch({ baseOffset: 1, attributes: 7, records: [{ offsetDelta: 0 }] }), 1);
    const reader = await readerOf(cluster, [at(0)]);
    await settled(reader.poll());
    await expect(settled(reader.poll())).rejects.toBeInstanceOf(CompressionUnknownError);
    expect(reader.position(at(0))).toBe(1);
  });

  it('is one, too, that the broker cannot read itself', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).append(['a']);
    lane(0).fetchErrors.push(2);
    const reader = await readerOf(cluster, [at(0)]);
    await expect(settled(reader.poll())).rejects.toThrow(/CORRUPT_MESSAGE/);
    reader.seek(at(0));
    expect(valuesIn(await settled(reader.poll()))).toEqual({ 0: ['a'] });
  });
});
