/** One partition's log in memory, as a broker would serve it to committed readers. */
import { madeBatch, madeMarker } from '../../batch/testing/made-batch';
import type { AbortedTransaction } from '../../wire/fetch-call';

const TRANSACTIONAL = 0x10;

/** A stored batch. */
export interface StoredBatch {
  readonly bytes: Buffer;
  readonly baseOffset: number;
  readonly lastOffset: number;
}

/** What a batch holds beside its values. */
export interface BatchNotes {
  /** Part of an open transaction of this producer. */
  readonly producerId?: number;
  readonly keys?: readonly (string | Uint8Array)[];
  /** Offsets that the batch spans; default: its values. */
  readonly span?: number;
}

/** See the top of the file. Faults: wrong leaders, errors to answer, broken and emptied batches. */
export class PartitionModel {
  readonly batches: StoredBatch[] = [];
  readonly aborted: (AbortedTransaction & { readonly markerOffset: number })[] = [];
  leader: number;
  /** Named to those who come with a rack; -1 for none. */
  nearReplica = -1;
  startOffset = 0;
  nextOffset = 0;
  /** Answered to fetches, one after the other, before anything else. */
  readonly fetchErrors: number[] = [];
  /** Answered to each ListOffsets. */
  listError = 0;
  readonly #open = new Map<number, number>();

  constructor(
    leader: number,
    readonly onAppend: () => void,
  ) {
    this.leader = leader;
  }

  /** Last stable offset. */
  get stableEnd(): number {
    return Math.min(this.nextOffset, ...this.#open.values());
  }

  /** One batch. @returns its base offset */
  append(values: readonly string[], notes: BatchNotes = {}): number {
    const { producerId = -1, keys = [], span = values.length } = notes;
    const baseOffset = this.nextOffset;
    if (producerId >= 0 && !this.#open.has(producerId)) this.#open.set(producerId, baseOffset);
    const records = values.map((value, offsetDelta) => ({
      offsetDelta,
      value,
      key: keys[offsetDelta] ?? null,
    }));
    const attributes = producerId >= 0 ? TRANSACTIONAL : 0;
    const lastOffsetDelta = span - 1;
    this.store(madeBatch({ baseOffset, producerId, attributes, lastOffsetDelta, records }), span);
    return baseOffset;
  }

  /** A batch as it is, of so many offsets. */
  store(bytes: Buffer, span: number): void {
    const baseOffset = this.nextOffset;
    this.batches.push({ bytes, baseOffset, lastOffset: baseOffset + span - 1 });
    this.nextOffset += span;
    this.onAppend();
  }

  end(producerId: number, how: 'commit' | 'abort'): void {
    const firstOffset = this.#open.get(producerId);
    const markerOffset = this.nextOffset;
    this.#open.delete(producerId);
    if (firstOffset !== undefined && how === 'abort') {
      this.aborted.push({ producerId, firstOffset, markerOffset });
    }
    const type = how === 'commit' ? 1 : 0;
    this.store(madeMarker({ baseOffset: markerOffset, producerId, type }), 1);
  }

  /** Whole batches from the one with this offset on, as far as the last stable offset. */
  read(offset: number, maxBytes: number, isFirst: boolean): Buffer {
    const parts: Buffer[] = [];
    let size = 0;
    for (const { bytes, lastOffset } of this.batches) {
      if (lastOffset < offset) continue;
      if (lastOffset >= this.stableEnd) break;
      if (size + bytes.length > maxBytes && !(isFirst && parts.length === 0)) break;
      parts.push(bytes);
      size += bytes.length;
    }
    return Buffer.concat(parts);
  }
}
