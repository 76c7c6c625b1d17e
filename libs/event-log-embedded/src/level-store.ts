/**
 * The LevelDB database of a log: atomic writes, reads of ranges, and what happens when the disk is
 * full.
 *
 * A write that LevelDB could not finish may leave a torn record in its journal, and what follows a
 * torn record is lost at the next start. So after a failed write the database is opened anew, and
 * what was left of the failed write is undone, before anything else is written.
 */
import { statfs } from 'node:fs/promises';
import { LogInUseError, LogStorageFullError } from '@millrace/event-log';
import { ClassicLevel } from 'classic-level';
import { isLocked, isNotOpen, storageErrorOf } from './level-failures';
import { holderOf } from './log-holder';

type Level = ClassicLevel<Uint8Array, Uint8Array>;

/** One change; an undefined value deletes. */
export interface Change {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Options of a store. */
export interface LevelStoreOptions {
  readonly folder: string;
  /** Whether a write waits for the disk. */
  readonly sync: boolean;
  /** Space that is never used, so that LevelDB can finish what it does behind the scenes. */
  readonly minFreeBytes: number;
  readonly writeBufferBytes: number;
  readonly compression: boolean;
}

/** Options of one write. */
export interface WriteOptions {
  /** What takes the changes back, should parts of a failed write turn up again. */
  readonly undo: () => readonly Change[];
  readonly mayUseReserve: boolean;
}

/** A key and its value. */
export type Entry = readonly [key: Buffer, value: Buffer];

// Between two looks at the free space no more than this is written: a sixteenth of the reserve.
const SPACE_CHECK_SHARE = 16;

/** The store. One write at a time. */
export class LevelStore {
  #level: Level;
  readonly #options: LevelStoreOptions;
  #bytesUnchecked = Number.POSITIVE_INFINITY;
  #undo: readonly Change[] | undefined;
  #repair: Promise<void> | undefined;

  private constructor(level: Level, options: LevelStoreOptions) {
    this.#level = level;
    this.#options = options;
  }

  /** @throws LogInUseError names the holder; LogStorageFullError; LogStorageError */
  static async open(options: LevelStoreOptions): Promise<LevelStore> {
    return new LevelStore(await openLevel(options), options);
  }

  /**
   * Writes all changes or none.
   *
   * @throws LogStorageFullError nothing was kept; the next write tries again
   * @throws LogStorageError it is not known whether it was kept
   */
  async write(changes: readonly Change[], options: WriteOptions): Promise<void> {
    let bytes = 0;
    for (const { key, value } of changes) bytes += key.length + (value?.length ?? 0);
    if (!options.mayUseReserve) await this.#checkSpace(bytes);
    if (this.#undo !== undefined) await this.#reopen(this.#undo);
    try {
      await this.#put(changes);
    } catch (error) {
      this.#undo = options.undo();
      this.#bytesUnchecked = Number.POSITIVE_INFINITY;
      throw storageErrorOf(this.#options.folder, error);
    }
  }

  async get(key: Uint8Array): Promise<Buffer | undefined> {
    const value = await this.#retried((level) => level.get(key));
    return value === undefined ? undefined : asBuffer(value);
  }

  /** Entries with `from <= key < to`, ascending; ends early once `maxBytes` are read. */
  range(from: Uint8Array, to: Uint8Array, limits: RangeLimits): Promise<readonly Entry[]> {
    return this.#retried(async (level) => {
      const iterator = level.iterator({
        gte: from,
        lt: to,
        reverse: limits.reverse ?? false,
        limit: limits.entries,
        highWaterMarkBytes: limits.bytes,
      });
      try {
        const entries = await iterator.nextv(limits.entries);
        return entries.map(([key, value]): Entry => [asBuffer(key), asBuffer(value)]);
      } finally {
        await iterator.close();
      }
    });
  }

  /** Roughly the bytes of files that keys from `from` to `to` take. */
  approximateBytes(from: Uint8Array, to: Uint8Array): Promise<number> {
    return this.#retried((level) => level.approximateSize(from, to));
  }

  /** What was left of a failed write is undone first; without space for that, its caller is told. */
  async close(): Promise<void> {
    await this.#repair?.catch(() => undefined);
    try {
      if (this.#undo !== undefined) await this.#reopen(this.#undo);
    } finally {
      await this.#level.close();
    }
  }

  async #checkSpace(bytes: number): Promise<void> {
    const { folder, minFreeBytes } = this.#options;
    this.#bytesUnchecked += bytes;
    if (minFreeBytes <= 0 || this.#bytesUnchecked < minFreeBytes / SPACE_CHECK_SHARE) return;
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize - bytes < minFreeBytes) {
      this.#bytesUnchecked = Number.POSITIVE_INFINITY;
      throw new LogStorageFullError(folder);
    }
    this.#bytesUnchecked = 0;
  }

  async #put(changes: readonly Change[]): Promise<void> {
    const operations = changes.map(({ key, value }) =>
      value === undefined ? { type: 'del' as const, key } : { type: 'put' as const, key, value },
    );
    await this.#level.batch(operations, { sync: this.#options.sync });
  }

  // Readers wait for the repair; a repair that fails (still no space) leaves the store closed for
  // them, and the next write tries again.
  async #reopen(undo: readonly Change[]): Promise<void> {
    this.#repair = (async () => {
      await this.#level.close();
      this.#level = await openLevel(this.#options);
      await this.#put(undo);
      this.#undo = undefined;
    })();
    try {
      await this.#repair;
    } catch (error) {
      throw storageErrorOf(this.#options.folder, error);
    } finally {
      this.#repair = undefined;
    }
  }

  async #retried<T>(read: (level: Level) => Promise<T>): Promise<T> {
    try {
      await this.#repair;
      return await read(this.#level);
    } catch (error) {
      if (this.#repair === undefined || !isNotOpen(error))
        throw storageErrorOf(this.#options.folder, error);
    }
    await this.#repair;
    return await read(this.#level);
  }
}

/** Bounds of one range read. */
export interface RangeLimits {
  readonly entries: number;
  readonly bytes: number;
  readonly reverse?: boolean;
}

const openLevel = async (options: LevelStoreOptions): Promise<Level> => {
  const { folder, writeBufferBytes, compression } = options;
  const level: Level = new ClassicLevel(folder, { keyEncoding: 'view', valueEncoding: 'view' });
  try {
    await level.open({ writeBufferSize: writeBufferBytes, compression });
    return level;
  } catch (error) {
    if (isLocked(error)) throw new LogInUseError(folder, await holderOf(folder), error);
    throw storageErrorOf(folder, error);
  }
};

const asBuffer = (view: Uint8Array): Buffer =>
  Buffer.from(view.buffer, view.byteOffset, view.byteLength);
