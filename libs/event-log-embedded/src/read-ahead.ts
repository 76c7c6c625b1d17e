/**
 * Batches that were read from LevelDB, kept for the readers that come by next, bounded in bytes.
 */
import type { StoredBatch } from './stored-batch';

/** A cache of batches by partition and base offset; what came first goes first. */
export class ReadAhead {
  readonly #batches = new Map<string, StoredBatch>();
  readonly #maxBytes: number;
  #bytes = 0;

  /** @param maxBytes bound on the encoded bytes; decoded, they take up to 3 times that */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(partitionId: string, baseOffset: number): StoredBatch | undefined {
    return this.#batches.get(`${partitionId}/${baseOffset}`);
  }

  add(partitionId: string, batches: readonly StoredBatch[]): void {
    for (const batch of batches) {
      const key = `${partitionId}/${batch.baseOffset}`;
      this.#bytes += batch.bytes.length - (this.#batches.get(key)?.bytes.length ?? 0);
      this.#batches.delete(key);
      this.#batches.set(key, batch);
    }
    for (const [key, batch] of this.#batches) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#batches.delete(key);
      this.#bytes -= batch.bytes.length;
    }
  }
}
