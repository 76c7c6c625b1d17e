/**
 * Rows in memory: those that change again and again as objects, the others packed outside the heap.
 */
import type { VersionedRow } from './aggregate';
import { ByteSlabs } from './byte-slabs';
import { RowPacker } from './row-packer';
import type { RowChange, RowStore } from './row-store.port';

/** Options of a memory store. */
export interface MemoryRowStoreOptions {
  /** Rows kept as objects, least recently changed leave first; >= 1, default 4,096. */
  readonly hotRows?: number;
}

/**
 * A RowStore in memory. Rows must be plain JSON objects. 600,000 payment rows take about 200 MB
 * (see the README).
 */
export class MemoryRowStore implements RowStore {
  /** Ascending by last change: a Map keeps the order of insertion. */
  private readonly hot = new Map<string, VersionedRow>();
  /** Never started anew: each search from the front would walk over the holes of what was moved. */
  private readonly oldestFirst = this.hot.keys();
  private readonly cold = new Map<string, number>();
  private readonly slabs = new ByteSlabs();
  private readonly packer = new RowPacker();
  private readonly hotRows: number;
  private position = 0;

  constructor(options: MemoryRowStoreOptions = {}) {
    this.hotRows = options.hotRows ?? 4_096;
  }

  get size(): number {
    return this.hot.size + this.cold.size;
  }

  /** Bytes held for packed rows, those of replaced rows included until they are given back. */
  get packedBytes(): number {
    return this.slabs.heldBytes;
  }

  get nextOffset(): number {
    return this.position;
  }

  get(key: string): VersionedRow | undefined {
    const row = this.hot.get(key);
    if (row !== undefined) return row;
    const slot = this.cold.get(key);
    return slot === undefined ? undefined : this.unpacked(slot);
  }

  apply(changes: readonly RowChange[], nextOffset: number): void {
    for (const change of changes) this.put(change);
    this.position = nextOffset;
  }

  *entries(): IterableIterator<readonly [string, VersionedRow]> {
    yield* this.hot;
    for (const [key, slot] of this.cold) yield [key, this.unpacked(slot)];
  }

  close(): void {
    this.hot.clear();
    this.cold.clear();
  }

  private put({ key, row }: RowChange): void {
    const wasHot = this.hot.delete(key);
    const wasCold = !wasHot && this.dropCold(key);
    if (row === undefined) return;
    // Most rows are written once. Packed at once they die young; kept as objects, each would be
    // moved to the old generation first and be collected from there.
    if (!wasHot && !wasCold) {
      this.pack(key, row);
      return;
    }
    this.hot.set(key, row);
    if (this.hot.size > this.hotRows) this.packOldest();
  }

  private dropCold(key: string): boolean {
    const slot = this.cold.get(key);
    if (slot === undefined) return false;
    this.slabs.free(slot);
    return this.cold.delete(key);
  }

  private packOldest(): void {
    const key = this.oldestFirst.next().value;
    const row = key === undefined ? undefined : this.hot.get(key);
    if (key === undefined || row === undefined) return;
    this.pack(key, row);
    this.hot.delete(key);
  }

  private pack(key: string, row: VersionedRow): void {
    const { bytes, length } = this.packer.pack(row);
    this.cold.set(key, this.slabs.add(bytes, length));
  }

  private unpacked(slot: number): VersionedRow {
    const { bytes, start } = this.slabs.view(slot);
    return this.packer.unpack(bytes, start);
  }
}
