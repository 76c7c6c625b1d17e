/**
 * Reads stored batches from LevelDB and verifies them: checksum, place, and that each begins where
 * the one before ended.
 */
import { LogDamagedError, type TopicPartition } from '@millrace/event-log';
import { isCorruption } from './level-failures';
import { batchKey, checksumSeed, offsetInKey } from './level-keys';
import type { Entry, LevelStore, RangeLimits } from './level-store';
import { damageOf, StoredBatch } from './stored-batch';

// One load: enough to make the call worth it, little enough to hold up nobody.
const LOAD_LIMITS: RangeLimits = { entries: 64, bytes: 1_048_576 };
const MAX_OFFSET = Number.MAX_SAFE_INTEGER;

/** Names a partition and finds it in LevelDB. */
export interface PartitionPlace extends TopicPartition {
  readonly topicId: number;
}

/** Loads batches of one partition. */
export class BatchLoader {
  readonly #store: LevelStore;
  readonly #place: PartitionPlace;

  constructor(store: LevelStore, place: PartitionPlace) {
    this.#store = store;
    this.#place = place;
  }

  /**
   * The batch with this offset, and some that follow it.
   *
   * @param end offsets from here on are not looked at
   * @returns contiguous; the first covers `offset`; empty when LevelDB holds nothing from there on
   * @throws LogDamagedError
   */
  async from(offset: number, end: number): Promise<readonly StoredBatch[]> {
    const exact = await this.#entries(offset, end, LOAD_LIMITS);
    const [first] = exact;
    if (first !== undefined && offsetInKey(first[0]) === offset) return this.#chain(exact, offset);
    const last: RangeLimits = { entries: 1, bytes: LOAD_LIMITS.bytes, reverse: true };
    const [covering] = await this.#entries(0, offset, last);
    const begin = covering === undefined ? offset : offsetInKey(covering[0]);
    const batches = this.#chain(covering === undefined ? exact : [covering, ...exact], begin);
    const [head] = batches;
    if (head !== undefined && head.nextOffset <= offset) {
      throw this.#damage(head.nextOffset, 'the batch that should follow is missing');
    }
    return batches;
  }

  /** The first batches from an offset on, wherever they begin; for housekeeping. */
  async first(offset: number, end: number): Promise<readonly StoredBatch[]> {
    const entries = await this.#entries(offset, end, LOAD_LIMITS);
    const [first] = entries;
    return first === undefined ? [] : this.#chain(entries, offsetInKey(first[0]));
  }

  /** The last batch; undefined when there is none. */
  async last(): Promise<StoredBatch | undefined> {
    const limits: RangeLimits = { entries: 1, bytes: LOAD_LIMITS.bytes, reverse: true };
    const [entry] = await this.#entries(0, MAX_OFFSET, limits);
    return entry === undefined ? undefined : this.#verified(entry);
  }

  /** Roughly the bytes that are stored from an offset on. */
  bytesFrom(offset: number): Promise<number> {
    const { topicId, partition } = this.#place;
    const from = batchKey(topicId, partition, offset);
    return this.#store.approximateBytes(from, batchKey(topicId, partition, MAX_OFFSET));
  }

  async #entries(from: number, to: number, limits: RangeLimits): Promise<readonly Entry[]> {
    const { topicId, partition } = this.#place;
    try {
      const lower = batchKey(topicId, partition, from);
      return await this.#store.range(lower, batchKey(topicId, partition, to), limits);
    } catch (error) {
      if (isCorruption(error)) throw this.#damage(from, 'its file in LevelDB is damaged');
      throw error;
    }
  }

  #chain(entries: readonly Entry[], begin: number): readonly StoredBatch[] {
    const batches: StoredBatch[] = [];
    let expected = begin;
    for (const entry of entries) {
      const found = offsetInKey(entry[0]);
      if (found !== expected) {
        // What is whole is handed out; the reader meets the hole when it comes there.
        if (batches.length > 0) return batches;
        throw this.#damage(expected, `the next batch begins at ${found}`);
      }
      const damaged = damageOf(entry[1], checksumSeed(entry[0]));
      if (damaged !== undefined && batches.length > 0) return batches;
      const batch = this.#verified(entry);
      batches.push(batch);
      expected = batch.nextOffset;
    }
    return batches;
  }

  #verified([key, bytes]: Entry): StoredBatch {
    const offset = offsetInKey(key);
    const damage = damageOf(bytes, checksumSeed(key));
    if (damage !== undefined) throw this.#damage(offset, damage);
    const batch = new StoredBatch(bytes);
    if (batch.baseOffset !== offset || batch.nextOffset <= offset) {
      throw this.#damage(offset, `it says that it holds ${batch.baseOffset}-${batch.nextOffset}`);
    }
    return batch;
  }

  #damage(offset: number, what: string): LogDamagedError {
    const { topic, partition } = this.#place;
    return new LogDamagedError({ topic, partition }, offset, what);
  }
}
