import fc from 'fast-check';
import { type AbortedEntry, AbortedFilter } from './aborted-filter';
import { scanBatches } from './batch-scanner';
import { recordsOf } from './lazy-records';
import { madeBatch, madeMarker } from './testing/made-batch';

const where = { topic: 't', partition: 0 };
const ABORT = 0;
const COMMIT = 1;
const TRANSACTIONAL = 0x10;

type Step =
  | { readonly is: 'data'; readonly by: number; readonly count?: number; readonly key?: Buffer }
  | { readonly is: 'plain'; readonly by?: number }
  | { readonly is: 'abort' | 'commit' | 'other' | 'empty'; readonly by: number };

/** A partition made of steps, one offset after the other, and what its broker would say of it. */
const partitionOf = (steps: readonly Step[]) => {
  const batches: Buffer[] = [];
  const open = new Map<number, { firstOffset: number; offsets: number[] }>();
  const aborted: AbortedEntry[] = [];
  const visible: number[] = [];
  let offset = 0;
  for (const step of steps) {
    const baseOffset = offset;
    if (step.is === 'data' || step.is === 'plain') {
      const count = step.is === 'data' ? (step.count ?? 1) : 1;
      const key = step.is === 'data' ? (step.key ?? null) : null;
      const records = Array.from({ length: count }, (_, offsetDelta) => ({ offsetDelta, key }));
      const attributes = step.is === 'data' ? TRANSACTIONAL : 0;
      const producerId = step.by ?? -1;
      batches.push(madeBatch({ baseOffset, producerId, attributes, records }));
      const offsets = records.map(({ offsetDelta }) => baseOffset + offsetDelta);
      if (step.is === 'plain') visible.push(...offsets);
      else {
        const running = open.get(step.by) ?? { firstOffset: baseOffset, offsets: [] };
        running.offsets.push(...offsets);
        open.set(step.by, running);
      }
      offset += count;
      continue;
    }
    const { by: producerId } = step;
    if (step.is === 'empty') {
      batches.push(madeBatch({ baseOffset, producerId, attributes: 0x30, records: [] }));
    } else {
      const type = { abort: ABORT, commit: COMMIT, other: 4 }[step.is];
      batches.push(madeMarker({ baseOffset, producerId, type }));
    }
    offset++;
    const ended = open.get(producerId);
    if (ended === undefined || step.is === 'other' || step.is === 'empty') continue;
    open.delete(producerId);
    if (step.is === 'commit') visible.push(...ended.offsets);
    else aborted.push({ producerId, firstOffset: ended.firstOffset });
  }
  return { batches, aborted, visible: visible.sort((a, b) => a - b) };
};

const seen = (batches: readonly Buffer[], aborted: readonly AbortedEntry[]): readonly number[] => {
  const filter = new AbortedFilter(aborted);
  const offsets: number[] = [];
  for (const batch of scanBatches(Buffer.concat([...batches]), where)) {
    if (filter.isAborted(batch)) continue;
    offsets.push(...recordsOf(batch, 0, where).map(({ offset }) => offset));
  }
  return offsets;
};

const check = (steps: readonly Step[]) => {
  const { batches, aborted, visible } = partitionOf(steps);
  expect(seen(batches, aborted)).toEqual(visible);
  return { aborted, visible };
};

describe('committed reading', () => {
  it('hides two aborted transactions that interleave, listed in the order of their abort (D1)', () => {
    const { aborted, visible } = check([
      { is: 'data', by: 1 },
      { is: 'data', by: 2 },
      { is: 'abort', by: 2 },
      { is: 'data', by: 1 },
      { is: 'abort', by: 1 },
      { is: 'plain' },
    ]);
    expect(aborted.map(({ firstOffset }) => firstOffset)).toEqual([1, 0]);
    expect(visible).toEqual([5]);
  });

  it('takes no record for a marker, whatever its key is (D2)', () => {
    const key = Buffer.from([0, 0, 0, 0]);
    const { visible } = check([
      { is: 'data', by: 1, key },
      { is: 'data', by: 1 },
      { is: 'abort', by: 1 },
    ]);
    expect(visible).toEqual([]);
  });

  it('shows what another producer has committed between', () => {
    const { visible } = check([
      { is: 'data', by: 1 },
      { is: 'data', by: 2, count: 3 },
      { is: 'commit', by: 2 },
      { is: 'plain', by: 1 },
      { is: 'data', by: 1 },
      { is: 'abort', by: 1 },
    ]);
    expect(visible).toEqual([1, 2, 3, 5]);
  });

  it('shows what a producer commits after it has aborted, and hides what it aborts again', () => {
    const { visible } = check([
      { is: 'data', by: 1 },
      { is: 'abort', by: 1 },
      { is: 'data', by: 1 },
      { is: 'commit', by: 1 },
      { is: 'data', by: 1, count: 2 },
      { is: 'abort', by: 1 },
      { is: 'data', by: 1 },
      { is: 'commit', by: 1 },
    ]);
    expect(visible).toEqual([2, 7]);
  });

  it('ends a transaction with nothing but an abort marker of its own producer', () => {
    const { visible } = check([
      { is: 'data', by: 1 },
      { is: 'abort', by: 2 },
      { is: 'data', by: 1 },
      { is: 'other', by: 1 },
      { is: 'empty', by: 1 },
      { is: 'data', by: 1 },
      { is: 'abort', by: 1 },
    ]);
    expect(visible).toEqual([]);
  });

  it('hides the rest of a transaction that began before the answer', () => {
    const { batches, aborted } = partitionOf([
      { is: 'data', by: 1 },
      { is: 'plain' },
      { is: 'data', by: 1 },
      { is: 'abort', by: 1 },
      { is: 'plain' },
    ]);
    expect(seen(batches.slice(2), aborted)).toEqual([4]);
  });

  it('sees what a naive reader of whole transactions sees, from any place on', () => {
    const by = fc.constantFrom(1, 2, 3);
    const step: fc.Arbitrary<Step> = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          is: fc.constant('data' as const),
          by,
          count: fc.integer({ min: 1, max: 3 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ is: fc.constant('plain' as const), by }) },
      {
        weight: 3,
        arbitrary: fc.record({ is: fc.constantFrom('abort' as const, 'commit' as const), by }),
      },
      { weight: 1, arbitrary: fc.record({ is: fc.constant('other' as const), by }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(), (steps, cut) => {
        const closing = [1, 2, 3].map((producer) => ({ is: 'abort' as const, by: producer }));
        const { batches, aborted, visible } = partitionOf([...steps, ...closing]);
        const skipped = cut % batches.length;
        const from = batches[skipped]?.readUInt32BE(4) ?? 0;
        // A broker names the transactions that end at or behind the place of the fetch.
        const relevant = aborted.filter((entry) => endOf(batches, entry) >= from);
        expect(seen(batches.slice(skipped), relevant)).toEqual(
          visible.filter((offset) => offset >= from),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

const endOf = (batches: readonly Buffer[], entry: AbortedEntry): number => {
  for (const batch of scanBatches(Buffer.concat([...batches]), where)) {
    const { producerId, control, baseOffset, body } = batch;
    const isAbort = control && producerId === entry.producerId && body[8] === 0;
    if (isAbort && baseOffset > entry.firstOffset) return baseOffset;
  }
  return Number.MAX_SAFE_INTEGER;
};
