/**
 * Fraud labels that wait for their time: a binary heap by (time, order of arrival).
 */
import type { EpochMs } from '@millrace/event-log';

/** Something that is due at a time. */
export interface Due {
  readonly dueMs: EpochMs;
}

interface Entry<T> {
  readonly item: T;
  readonly sequence: number;
}

/** Earliest first; of equal times the one that was added first. */
export class DueQueue<T extends Due> {
  readonly #heap: Entry<T>[] = [];
  #sequence = 0;

  get size(): number {
    return this.#heap.length;
  }

  add(item: T): void {
    this.#heap.push({ item, sequence: this.#sequence++ });
    this.#raise(this.#heap.length - 1);
  }

  /** Takes everything due at or before `untilMs`, in order. */
  takeUntil(untilMs: EpochMs): readonly T[] {
    const taken: T[] = [];
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.item.dueMs > untilMs) break;
      taken.push(first.item);
      this.#removeFirst();
    }
    return taken;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#lower(0);
  }

  #raise(start: number): void {
    for (let index = start; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#before(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #lower(start: number): void {
    for (let index = start; ; ) {
      const left = 2 * index + 1;
      const right = left + 1;
      const smaller = this.#before(right, left) ? right : left;
      if (!this.#before(smaller, index)) return;
      this.#swap(index, smaller);
      index = smaller;
    }
  }

  #before(a: number, b: number): boolean {
    const first = this.#heap[a];
    const second = this.#heap[b];
    if (first === undefined) return false;
    if (second === undefined) return true;
    const difference = first.item.dueMs - second.item.dueMs;
    return difference < 0 || (difference === 0 && first.sequence < second.sequence);
  }

  #swap(a: number, b: number): void {
    const first = this.#heap[a];
    const second = this.#heap[b];
    if (first === undefined || second === undefined) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
