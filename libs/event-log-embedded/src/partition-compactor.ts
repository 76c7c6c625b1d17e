/**
 * Compaction of one partition: of each key the newest record stays; a tombstone stays for a time.
 *
 * A pass has two stages. First the new part of the partition is read for the newest offset of each
 * key, as far as the map may grow; then everything before its end is read and rewritten without
 * what those keys supersede. It goes in small steps, so that nobody waits for it.
 */
import { InvalidRecordError } from '@millrace/event-log';
import { rewrite } from './batch-rewriter';
import type { Change } from './level-store';
import type { PartitionLog } from './partition-log';
import type { StoredBatch, StoredRecord } from './stored-batch';
import { boundsChange } from './topic-catalogue';

// About 100 MB of map at worst.
const MAX_KEYS = 500_000;

/** What a compactor may do. */
export interface CompactorOptions {
  readonly maxRecordBytes: number;
  /** Tombstones appended before this time may go. */
  readonly tombstonesBeforeMs: number;
  /** Makes changes durable. */
  readonly write: (changes: readonly Change[]) => Promise<unknown>;
}

/** One pass over one partition. */
export class PartitionCompactor {
  readonly #partition: PartitionLog;
  readonly #options: CompactorOptions;
  readonly #newest = new Map<string, number>();
  readonly #passEnd: number;
  #mapped: number;
  #rewritten: number;
  #stage: 'map' | 'rewrite' | 'done' = 'map';

  /** The pass covers what the partition holds now. */
  constructor(partition: PartitionLog, options: CompactorOptions) {
    this.#partition = partition;
    this.#options = options;
    this.#passEnd = partition.endOffset();
    this.#mapped = Math.max(partition.cleanedOffset, partition.startOffset());
    this.#rewritten = partition.startOffset();
    partition.dirtyBytes = 0;
  }

  /** Does one step. @returns bytes read; undefined when the pass is done */
  async step(): Promise<number | undefined> {
    if (this.#stage === 'map') return this.#mapStep();
    if (this.#stage === 'rewrite') return this.#rewriteStep();
    return undefined;
  }

  async #mapStep(): Promise<number> {
    const batches = await this.#batchesFrom(this.#mapped, this.#passEnd);
    for (const { records } of batches) {
      for (const record of records) this.#newest.set(keyOf(record), record.offset);
    }
    this.#mapped = batches.at(-1)?.nextOffset ?? this.#passEnd;
    if (this.#mapped >= this.#passEnd || this.#newest.size >= MAX_KEYS) this.#stage = 'rewrite';
    return sizeOf(batches);
  }

  async #rewriteStep(): Promise<number> {
    const batches = await this.#batchesFrom(this.#rewritten, this.#mapped);
    const { topicId, partition } = this.#partition;
    const remainders = batches.map((batch) => ({
      batch,
      kept: batch.records.filter((record) => this.#stays(record)),
    }));
    const { maxRecordBytes } = this.#options;
    const changes = rewrite(remainders, { topicId, partition, maxRecordBytes });
    this.#rewritten = batches.at(-1)?.nextOffset ?? this.#mapped;
    if (this.#rewritten < this.#mapped) {
      if (changes.length > 0) await this.#options.write(changes);
    } else {
      await this.#finish(changes);
    }
    return sizeOf(batches);
  }

  async #finish(changes: readonly Change[]): Promise<void> {
    const cleanedOffset = this.#mapped;
    const bounds = { ...this.#partition.bounds(), cleanedOffset };
    await this.#options.write([...changes, boundsChange(this.#partition, bounds)]);
    this.#partition.compacted(cleanedOffset);
    this.#newest.clear();
    this.#stage = this.#mapped < this.#passEnd ? 'map' : 'done';
    this.#rewritten = this.#partition.startOffset();
  }

  #stays(record: StoredRecord): boolean {
    const newest = this.#newest.get(keyOf(record));
    if (newest !== undefined && newest > record.offset) return false;
    return record.value !== null || record.timestampMs >= this.#options.tombstonesBeforeMs;
  }

  // Retention may have moved the start while the pass was waiting.
  async #batchesFrom(offset: number, end: number): Promise<readonly StoredBatch[]> {
    const from = Math.max(offset, this.#partition.startOffset());
    if (from >= end) return [];
    const batches = await this.#partition.loader.from(from, end);
    return batches.filter((batch) => batch.baseOffset >= this.#partition.startOffset());
  }
}

const keyOf = ({ key }: StoredRecord): string => {
  if (key === null) throw new InvalidRecordError('a record of a compacted topic has no key');
  return key.toString('latin1');
};

const sizeOf = (batches: readonly StoredBatch[]): number =>
  batches.reduce((sum, batch) => sum + batch.bytes.length, 0);
