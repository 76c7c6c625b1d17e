import { LogDamagedError } from '@millrace/event-log';
import { type RawBatch, scanBatches } from '../batch/batch-scanner';
import { madeBatch } from '../batch/testing/made-batch';
import { FetchedBatches } from './fetched-batches';
import { takeFetched } from './take-fetched';

const where = { topic: 't', partition: 0 };

const bytesOf = (baseOffset: number) => madeBatch({ baseOffset, records: [{ offsetDelta: 0 }] });

const batchAt = (baseOffset: number): RawBatch => {
  const [batch] = scanBatches(bytesOf(baseOffset), where);
  if (batch === undefined) throw new Error('no batch');
  return batch;
};

const drained = (fetched: FetchedBatches): readonly (readonly [number | undefined, number])[] => {
  const all: (readonly [number | undefined, number])[] = [];
  for (let first = fetched.first(); first !== undefined; first = fetched.first()) {
    all.push([first.batch?.baseOffset, first.nextOffset]);
    fetched.shift();
  }
  return all;
};

describe('fetched batches', () => {
  it('come out as they went in, also when they are never all gone', () => {
    const fetched = new FetchedBatches();
    fetched.add(batchAt(0));
    for (let offset = 1; offset < 1_000; offset++) {
      fetched.add(batchAt(offset));
      expect(fetched.first()).toMatchObject({ batch: { baseOffset: offset - 1 } });
      fetched.shift();
      expect(fetched.isEmpty).toBe(false);
    }
    expect(drained(fetched)).toEqual([[999, 1_000]]);
    expect(fetched.isEmpty).toBe(true);
  });

  it('are measured by what is still there', () => {
    const fetched = new FetchedBatches();
    const { sizeBytes } = batchAt(0);
    for (let offset = 0; offset < 5; offset++) fetched.add(batchAt(offset));
    fetched.skipTo(9);
    expect(fetched.bytes).toBe(5 * sizeBytes);
    fetched.shift();
    fetched.shift();
    expect(fetched.bytes).toBe(3 * sizeBytes);
    drained(fetched);
    expect(fetched.bytes).toBe(0);
  });

  it('end behind what follows them without anything to read', () => {
    const fetched = new FetchedBatches();
    fetched.add(batchAt(0));
    fetched.skipTo(3);
    fetched.skipTo(7);
    fetched.add(batchAt(7));
    expect(drained(fetched)).toEqual([
      [0, 7],
      [7, 8],
    ]);
  });

  it('take the place of what stood before them without anything to read', () => {
    const fetched = new FetchedBatches();
    fetched.skipTo(3);
    fetched.skipTo(5);
    expect(fetched.first()).toEqual({ batch: undefined, nextOffset: 5 });
    fetched.add(batchAt(5));
    expect(drained(fetched)).toEqual([[5, 6]]);
  });
});

describe('a part of an answer', () => {
  const part = (...bytes: readonly Buffer[]) => ({
    ...where,
    errorCode: 0,
    highWatermark: 100,
    lastStableOffset: 100,
    logStartOffset: 0,
    aborted: [],
    preferredReplica: -1,
    bytes: Buffer.concat(bytes),
  });

  it('is taken without batches that end before the offset asked for', () => {
    const fetched = new FetchedBatches();
    const taken = { part: part(bytesOf(4), bytesOf(5)), from: 5, where };
    expect(takeFetched(taken, fetched)).toEqual({ nextOffset: 6 });
    expect(drained(fetched)).toEqual([[5, 6]]);
  });

  it('is damage when it ends before the offset asked for, and would again', () => {
    const fetched = new FetchedBatches();
    const { nextOffset, damage } = takeFetched({ part: part(bytesOf(4)), from: 5, where }, fetched);
    expect(nextOffset).toBe(5);
    expect(damage).toBeInstanceOf(LogDamagedError);
    expect(fetched.isEmpty).toBe(true);
  });

  it('is taken as far as it is whole', () => {
    const fetched = new FetchedBatches();
    const cut = bytesOf(6).subarray(0, 40);
    const taken = { part: part(bytesOf(5), cut), from: 5, where };
    expect(takeFetched(taken, fetched)).toEqual({ nextOffset: 6 });
  });
});
