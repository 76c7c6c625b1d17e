/**
 * One partition of the embedded log: where it begins and ends, and its batches, from memory when
 * they are new and from LevelDB else.
 */
import {
  LogDamagedError,
  OffsetOutOfRangeError,
  type ReadablePartition,
} from '@millrace/event-log';
import { BatchLoader } from './batch-loader';
import { BatchTail, type TailBudget } from './batch-tail';
import type { LevelStore } from './level-store';
import type { ReadAhead } from './read-ahead';
import type { StoredBatch } from './stored-batch';

/** What partitions of a log share. */
export interface PartitionSurroundings {
  readonly store: LevelStore;
  readonly tails: TailBudget;
  readonly readAhead: ReadAhead;
}

/** Bounds that are stored with a partition. */
export interface PartitionBounds {
  readonly startOffset: number;
  /** Lower bound of the end, for a partition whose batches have all gone. */
  readonly endOffset: number;
  /** Compaction has seen everything before this offset. */
  readonly cleanedOffset: number;
}

/** A partition. */
export class PartitionLog implements ReadablePartition {
  readonly topic: string;
  readonly partition: number;
  readonly topicId: number;
  readonly loader: BatchLoader;
  /** Where the next commit in preparation begins; equals the end when none is. */
  reservedEnd = 0;
  cleanedOffset = 0;
  /** Bytes appended since the last compaction, about. */
  dirtyBytes = 0;
  /** Size of the batch that was appended last. */
  lastBatchBytes = 0;
  #start = 0;
  #end = 0;
  readonly #tail = new BatchTail();
  readonly #listeners = new Set<() => void>();
  readonly #loading = new Map<number, Promise<StoredBatch>>();
  readonly #around: PartitionSurroundings;
  #compactedBelow = 0;
  #readAheadId: string;

  private constructor(
    place: { readonly topic: string; readonly partition: number; readonly topicId: number },
    surroundings: PartitionSurroundings,
  ) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.topicId = place.topicId;
    this.#readAheadId = `${place.topicId}/${place.partition}`;
    this.#around = surroundings;
    this.loader = new BatchLoader(surroundings.store, place);
  }

  /** @throws LogDamagedError the last batch cannot be read */
  static async open(
    place: { readonly topic: string; readonly partition: number; readonly topicId: number },
    surroundings: PartitionSurroundings,
    bounds: PartitionBounds | undefined,
  ): Promise<PartitionLog> {
    const partition = new PartitionLog(place, surroundings);
    const last = await partition.loader.last();
    partition.#start = bounds?.startOffset ?? 0;
    partition.#end = Math.max(last?.nextOffset ?? 0, bounds?.endOffset ?? 0);
    partition.cleanedOffset = bounds?.cleanedOffset ?? 0;
    partition.reservedEnd = partition.#end;
    partition.dirtyBytes = await partition.loader.bytesFrom(partition.cleanedOffset);
    return partition;
  }

  startOffset(): number {
    return this.#start;
  }

  endOffset(): number {
    return this.#end;
  }

  /** What is to be stored of the partition's bounds. */
  bounds(): PartitionBounds {
    const { cleanedOffset } = this;
    return { startOffset: this.#start, endOffset: this.#end, cleanedOffset };
  }

  read(offset: number): StoredBatch | Promise<StoredBatch> {
    const tail = offset < this.#compactedBelow ? undefined : this.#tail.find(offset);
    const recent = tail ?? this.#around.readAhead.get(this.#readAheadId, offset);
    if (recent !== undefined) return recent;
    const loading = this.#loading.get(offset) ?? this.#load(offset);
    this.#loading.set(offset, loading);
    return loading;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A batch is durable. Call `announce` once all of its commit are taken in. */
  appended(batch: StoredBatch): void {
    this.#around.tails.add(this.#tail, batch);
    this.#end = batch.nextOffset;
    this.dirtyBytes += batch.bytes.length;
    this.lastBatchBytes = batch.bytes.length;
  }

  announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Nothing before this offset can be read any more. */
  moveStart(offset: number): void {
    this.#start = Math.max(this.#start, offset);
  }

  /** Batches before this offset were rewritten: what memory holds of them is out of date. */
  compacted(offset: number): void {
    this.cleanedOffset = offset;
    this.#compactedBelow = offset;
    this.#readAheadId = `${this.topicId}/${this.partition}/${offset}`;
  }

  // Readers that come for the same batch at once share one load.
  async #load(offset: number): Promise<StoredBatch> {
    const readAheadId = this.#readAheadId;
    try {
      const batches = await this.loader.from(offset, this.#end);
      const [first] = batches;
      if (first === undefined) throw this.#missing(offset);
      this.#around.readAhead.add(readAheadId, batches);
      return first;
    } catch (error) {
      if (offset < this.#start) throw this.#gone(offset);
      throw error;
    } finally {
      this.#loading.delete(offset);
    }
  }

  #missing(offset: number): LogDamagedError {
    const what = `nothing is stored from there to its end ${this.#end}`;
    return new LogDamagedError({ topic: this.topic, partition: this.partition }, offset, what);
  }

  #gone(offset: number): OffsetOutOfRangeError {
    const range = { startOffset: this.#start, endOffset: this.#end };
    const at = { topic: this.topic, partition: this.partition };
    return new OffsetOutOfRangeError(at, offset, range);
  }
}
