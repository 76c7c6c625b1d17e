/**
 * Keys ordered by the time at which they fall due: a binary heap in which an overtaken entry stays
 * until it surfaces or until such entries are the majority.
 */
import type { EpochMs } from '@millrace/event-log';

interface Entry {
  readonly key: string;
  readonly atMs: EpochMs;
}

/** Due times by key. */
export class DueIndex {
  private readonly current = new Map<string, EpochMs>();
  private heap: Entry[] = [];

  /** Number of keys that will fall due. */
  get size(): number {
    return this.current.size;
  }

  /** Sets, moves or (undefined) removes the due time of a key. */
  set(key: string, atMs: EpochMs | undefined): void {
    if (this.current.get(key) === atMs) return;
    if (atMs === undefined) {
      this.current.delete(key);
    } else {
      this.current.set(key, atMs);
      this.push({ key, atMs });
    }
    if (this.heap.length > 2 * this.current.size + 1_024) this.rebuild();
  }

  /** Removes and returns at most `limit` keys with a due time <= `nowMs`, the earliest first. */
  take(nowMs: EpochMs, limit: number): readonly string[] {
    const due: string[] = [];
    while (due.length < limit) {
      const first = this.heap[0];
      if (first === undefined || first.atMs > nowMs) break;
      this.pop();
      if (this.current.get(first.key) !== first.atMs) continue;
      this.current.delete(first.key);
      due.push(first.key);
    }
    return due;
  }

  clear(): void {
    this.current.clear();
    this.heap = [];
  }

  private rebuild(): void {
    // Ascending order is a heap.
    this.heap = [...this.current]
      .map(([key, atMs]) => ({ key, atMs }))
      .sort((a, b) => a.atMs - b.atMs);
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || parent.atMs <= entry.atMs) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const child = smallerChild(heap, at);
      const entry = heap[child];
      if (entry === undefined || entry.atMs >= last.atMs) break;
      heap[at] = entry;
      at = child;
    }
    heap[at] = last;
  }
}

const smallerChild = (heap: readonly Entry[], at: number): number => {
  const left = heap[2 * at + 1];
  const right = heap[2 * at + 2];
  return left !== undefined && right !== undefined && right.atMs < left.atMs
    ? 2 * at + 2
    : 2 * at + 1;
};
