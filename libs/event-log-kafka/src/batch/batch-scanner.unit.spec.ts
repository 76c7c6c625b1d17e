import { LogDamagedError } from '@millrace/event-log';
import fc from 'fast-check';
import { CompressionUnknownError } from '../compression/compression.errors';
import { BatchFormatUnknownError } from './batch.errors';
import { type RawBatch, scanBatches } from './batch-scanner';
import { madeBatch } from './testing/made-batch';

const where = { topic: 'payments', partition: 3 };
const scanned = (bytes: Buffer): readonly RawBatch[] => [...scanBatches(bytes, where)];
const errorOf = (bytes: Buffer): unknown => {
  try {
    scanned(bytes);
    return undefined;
  } catch (error) {
    return error;
  }
};

const record = (offsetDelta: number) => ({ offsetDelta, key: `k${offsetDelta}`, value: 'value' });
const at = (baseOffset: number) => madeBatch({ baseOffset, records: [record(0), record(1)] });

describe('the batches of an answer', () => {
  it('are found in their order, with what their heads say', () => {
    const time = 1_700_000_000_000;
    const marked = madeBatch({
      baseOffset: 2 ** 40,
      producerId: 2 ** 45,
      attributes: 0x38,
      firstTimestampMs: -1,
      maxTimestampMs: time,
      records: [record(0), record(5)],
      lastOffsetDelta: 9,
    });
    expect(scanned(Buffer.concat([at(7), marked]))).toMatchObject([
      { baseOffset: 7, lastOffset: 8, producerId: -1, transactional: false, control: false },
      {
        baseOffset: 2 ** 40,
        lastOffset: 2 ** 40 + 9,
        producerId: 2 ** 45,
        partitionLeaderEpoch: 5,
        transactional: true,
        control: true,
        logAppendTime: true,
        firstTimestampMs: -1,
        maxTimestampMs: time,
        recordCount: 2,
        sizeBytes: marked.length,
      },
    ]);
  });

  it('are none when there are no bytes', () => {
    expect(scanned(Buffer.alloc(0))).toEqual([]);
  });

  it('end before the one that is cut, wherever it is cut', () => {
    const whole = at(0);
    const next = at(2);
    for (let length = 0; length < next.length; length++) {
      const found = scanned(Buffer.concat([whole, next.subarray(0, length)]));
      expect(found.map(({ baseOffset }) => baseOffset)).toEqual([0]);
    }
  });

  it('are damaged when the first one is cut: a reader would wait for ever', () => {
    const whole = at(0);
    for (let length = 1; length < whole.length; length++) {
      expect(errorOf(whole.subarray(0, length))).toBeInstanceOf(LogDamagedError);
    }
  });

  it('are not what was written when any bit of them is flipped', () => {
    const whole = at(7);
    const bits = fc.record({ byte: fc.nat({ max: whole.length - 1 }), bit: fc.nat({ max: 7 }) });
    fc.assert(
      fc.property(bits, ({ byte, bit }) => {
        const bytes = Buffer.from(whole);
        bytes.writeUInt8(bytes.readUInt8(byte) ^ (1 << bit), byte);
        const error = errorOf(bytes);
        // The broker sets base offset and leader epoch: no checksum covers them.
        if (byte < 8 || (byte >= 12 && byte < 16)) return true;
        if (byte === 16) return error instanceof BatchFormatUnknownError;
        return error instanceof LogDamagedError;
      }),
      { numRuns: 2_000 },
    );
  });

  it('are named when one is damaged, after those before it were given', () => {
    const bad = at(9);
    bad.writeUInt8(bad.readUInt8(70) ^ 1, 70);
    const given: number[] = [];
    const read = () => {
      for (const { baseOffset } of scanBatches(Buffer.concat([at(7), bad]), where)) {
        given.push(baseOffset);
      }
    };
    expect(read).toThrow(LogDamagedError);
    expect(read).toThrow('payments/3 is damaged at offset 9: the checksum');
    expect(given).toEqual([7, 7]);
  });

  it.each([0, 1, 3])('of format %i are refused by name', (magic) => {
    const error = errorOf(madeBatch({ baseOffset: 7, magic, records: [record(0)] }));
    expect(error).toBeInstanceOf(BatchFormatUnknownError);
    expect(String(error)).toContain(`payments/3: the batch at offset 7 has format ${magic}`);
  });

  it.each([5, 6, 7])('with compression %i are refused by name', (attributes) => {
    const error = errorOf(madeBatch({ baseOffset: 7, attributes, records: [record(0)] }));
    expect(error).toBeInstanceOf(CompressionUnknownError);
    expect(String(error)).toContain('payments/3: the batch at offset 7 (to 7) has compression');
  });

  it.each([
    ['a negative length', (bytes: Buffer) => bytes.writeInt32BE(-1, 8)],
    ['a length below the head', (bytes: Buffer) => bytes.writeInt32BE(48, 8)],
    ['a negative offset', (bytes: Buffer) => bytes.writeInt32BE(-1, 0)],
    ['an offset beyond 2^53', (bytes: Buffer) => bytes.writeInt32BE(2 ** 21, 0)],
  ])('are damaged by %s', (_, damage) => {
    const bytes = at(7);
    damage(bytes);
    expect(errorOf(bytes)).toBeInstanceOf(LogDamagedError);
  });

  it('are damaged when one ends before it begins', () => {
    const bytes = madeBatch({ baseOffset: 7, records: [], lastOffsetDelta: -1 });
    expect(errorOf(bytes)).toBeInstanceOf(LogDamagedError);
  });

  it('are damaged when one stands behind the next', () => {
    expect(errorOf(Buffer.concat([at(7), at(8)]))).toBeInstanceOf(LogDamagedError);
    expect(errorOf(Buffer.concat([at(7), at(9)]))).toBeUndefined();
  });
});
