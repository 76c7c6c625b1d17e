import fc from 'fast-check';
import { DueQueue } from './due-queue';

describe('a queue of what falls due', () => {
  it('gives what is due at or before a time, and keeps the rest', () => {
    const queue = new DueQueue<{ dueMs: number }>();
    for (const dueMs of [30, 10, 20]) queue.add({ dueMs });
    expect(queue.takeUntil(9)).toEqual([]);
    expect(queue.takeUntil(20)).toEqual([{ dueMs: 10 }, { dueMs: 20 }]);
    expect(queue.size).toBe(1);
  });

  it('equals a stable sort by time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const queue = new DueQueue<{ dueMs: number; index: number }>();
        const items = times.map((dueMs, index) => ({ dueMs, index }));
        for (const item of items) queue.add(item);
        const sorted = [...items].sort((a, b) => a.dueMs - b.dueMs || a.index - b.index);
        expect(queue.takeUntil(Number.POSITIVE_INFINITY)).toEqual(sorted);
      }),
    );
  });
});
