/**
 * Compaction and retention behind the scenes: a little at a time, when there is little else to do.
 */
import { type Clock, CodedError } from '@millrace/event-log';
import type { CommitQueue } from './commit-queue';
import type { EmbeddedLogLimits } from './embedded-limits';
import type { Change } from './level-store';
import { PartitionCompactor } from './partition-compactor';
import type { PartitionLog } from './partition-log';
import { removeOldBatches } from './partition-retention';
import type { TopicCatalogue } from './topic-catalogue';

/** What the housekeeper works on. */
export interface HousekeeperOptions {
  readonly catalogue: TopicCatalogue;
  readonly queue: CommitQueue;
  readonly limits: EmbeddedLogLimits;
  readonly clock: Clock;
}

// While more than this is appended per second, compaction waits: an import comes first. It waits
// no longer than until a partition has grown by this many times `compactAfterBytes`.
const BUSY_BYTES_PER_S = 2 * 1_048_576;
const MUST_COMPACT_FACTOR = 32;
/** Retention goes by hours and days: it is enough to look once in this time. */
const RETENTION_PAUSE_MS = 10_000;

/** Runs until it is stopped. Trouble (full disk, damage) ends a round; the next one tries again. */
export class Housekeeper {
  readonly #options: HousekeeperOptions;
  readonly #write: (changes: readonly Change[]) => Promise<unknown>;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  #stopped = false;
  #bytesSeen = 0;
  #sinceRetentionMs = RETENTION_PAUSE_MS;
  #pass: PartitionCompactor | undefined;

  constructor(options: HousekeeperOptions) {
    this.#options = options;
    this.#write = (changes) => options.queue.commit({ changes, mayUseReserve: true });
  }

  start(): void {
    const pauseMs = this.#options.limits.housekeepingPauseMs;
    if (pauseMs <= 0 || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#working = this.#round(pauseMs).finally(() => this.start());
    }, pauseMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#working;
  }

  /** Everything now, at once. */
  async cleanAll(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#working;
    this.#pass = undefined;
    await this.#applyRetention();
    for (const { partition, spec } of this.#options.catalogue.partitions()) {
      if (spec.cleanup === 'delete') continue;
      const pass = this.#newPass(partition);
      while ((await pass.step()) !== undefined);
    }
    this.start();
  }

  async #round(pauseMs: number): Promise<void> {
    try {
      this.#sinceRetentionMs += pauseMs;
      if (this.#sinceRetentionMs >= RETENTION_PAUSE_MS) {
        this.#sinceRetentionMs = 0;
        await this.#applyRetention();
      }
      await this.#compactSome(this.#isBusy(pauseMs));
    } catch (error) {
      this.#pass = undefined;
      if (!(error instanceof CodedError)) throw error;
    }
  }

  #isBusy(pauseMs: number): boolean {
    const { bytesWritten } = this.#options.queue;
    const appended = bytesWritten - this.#bytesSeen;
    this.#bytesSeen = bytesWritten;
    return appended > (BUSY_BYTES_PER_S * pauseMs) / 1_000;
  }

  async #applyRetention(): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    for (const { partition, spec } of this.#options.catalogue.partitions()) {
      if (spec.retentionMs < 0 || spec.cleanup === 'compact') continue;
      while ((await removeOldBatches(partition, nowMs - spec.retentionMs, this.#write)) > 0);
    }
  }

  async #compactSome(busy: boolean): Promise<void> {
    const { housekeepingRoundBytes } = this.#options.limits;
    this.#pass ??= this.#due(busy);
    let bytes = 0;
    while (this.#pass !== undefined && bytes < housekeepingRoundBytes && !this.#stopped) {
      const read = await this.#pass.step();
      if (read === undefined) this.#pass = undefined;
      bytes += read ?? 0;
    }
  }

  #due(busy: boolean): PartitionCompactor | undefined {
    const { compactAfterBytes } = this.#options.limits;
    const least = busy ? compactAfterBytes * MUST_COMPACT_FACTOR : compactAfterBytes;
    let dirtiest: PartitionLog | undefined;
    for (const { partition, spec } of this.#options.catalogue.partitions()) {
      if (spec.cleanup === 'delete') continue;
      const { dirtyBytes } = partition;
      if (dirtyBytes >= least && dirtyBytes > (dirtiest?.dirtyBytes ?? 0)) dirtiest = partition;
    }
    return dirtiest === undefined ? undefined : this.#newPass(dirtiest);
  }

  #newPass(partition: PartitionLog): PartitionCompactor {
    const { limits, clock } = this.#options;
    return new PartitionCompactor(partition, {
      maxRecordBytes: limits.maxRecordBytes,
      tombstonesBeforeMs: clock.nowMs() - limits.tombstoneRetentionMs,
      write: this.#write,
    });
  }
}
