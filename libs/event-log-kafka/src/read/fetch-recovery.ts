/**
 * What happens to partitions that could not be fetched: a growing pause, a fresh look at who leads
 * them, and another try, without an end but not in silence. Each try has its event, and after the
 * limits' `operationTimeoutMs` polls fail until a fetch succeeds.
 */
import {
  CodedError,
  LogClosedError,
  LogUnavailableError,
  OffsetOutOfRangeError,
  TopicUnknownError,
} from '@millrace/event-log';
import { pause } from '../cluster/retrying';
import { protocolFailure } from '../wire/protocol-errors';
import { RequestFailedError } from '../wire/request-failed.errors';
import { boundsOf } from './partition-offsets';
import type { ReadingCluster } from './reading-cluster.port';
import type { Slot } from './slot';

/** What a recovery works with, and whom it tells. */
export interface RecoverySettings {
  readonly cluster: ReadingCluster;
  readonly signal: AbortSignal;
  /** A poll has to be told of something. */
  readonly onNews: () => void;
  /** Slots are free to be fetched again. */
  readonly onReady: () => void;
}

/** A fresh look at the cluster is waited for this long at most, ms; it goes on by itself. */
const REFRESH_WAIT_MS = 1_000;
/** A topic that was made or moved a moment ago may be unknown to some brokers. */
const MISSING_LOOKS = 3;
const MISSING_MS = 1_000;
const OFFSET_OUT_OF_RANGE = 1;
const NOT_ALLOWED = /_AUTHORIZATION_FAILED$/;

/** See the top of the file. */
export class FetchRecovery {
  readonly #settings: RecoverySettings;

  constructor(settings: RecoverySettings) {
    this.#settings = settings;
  }

  /** Holds the slots for a while; they are free again at the end of it. */
  async recover(slots: readonly Slot[], error: Error): Promise<void> {
    const { cluster, signal, onReady } = this.#settings;
    const hold = {};
    const nowMs = performance.now();
    for (const slot of slots) {
      slot.hold = hold;
      slot.fail(nowMs);
    }
    if (signal.aborted) return;
    const attempt = Math.max(...slots.map(({ failures }) => failures));
    const sinceMs = Math.min(...slots.map(({ failingSinceMs }) => failingSinceMs));
    const { operationTimeoutMs: deadlineMs, retryPauseMs, retryPauseMaxMs } = cluster.limits;
    const operation = `reading ${slots.map(({ name }) => name).join(', ')}`;
    const elapsedMs = nowMs - sinceMs;
    cluster.observer.event({ kind: 'retry', operation, attempt, elapsedMs, deadlineMs, error });
    this.#tell(slots, error, nowMs);
    if (error instanceof LogClosedError) return;
    const pauseMs = Math.min(retryPauseMs * 2 ** (attempt - 1), retryPauseMaxMs);
    const [isFresh] = await Promise.all([this.#refresh(), pause(jittered(pauseMs), signal)]);
    if (signal.aborted) return;
    for (const slot of slots) if (slot.hold === hold) slot.hold = undefined;
    if (isFresh) this.#lookForMissing(slots);
    onReady();
  }

  /**
   * A broker has called a position out of range, or it cannot be one. A new leader may say so of a
   * position that is sound, so its bounds are asked for before a poll is told.
   */
  async checkRange(slot: Slot): Promise<void> {
    const { cluster, onNews } = this.#settings;
    const hold = {};
    slot.hold = hold;
    const { fetchOffset: offset, isOffsetSound } = slot;
    try {
      await cluster.metadata.refresh();
      const range = await boundsOf(cluster, slot.physical);
      if (slot.hold !== hold) return;
      if (isOffsetSound && offset >= range.startOffset && offset <= range.highWatermark) {
        throw protocolFailure(`reading ${slot.name}`, OFFSET_OUT_OF_RANGE);
      }
      slot.isLookedAt = true;
      slot.stop(new OffsetOutOfRangeError(slot.at, offset, range));
      onNews();
    } catch (error) {
      if (slot.hold === hold) await this.recover([slot], errorOf(error));
    }
  }

  #tell(slots: readonly Slot[], error: Error, nowMs: number): void {
    const { cluster, onNews } = this.#settings;
    for (const slot of slots) {
      slot.isLookedAt = true;
      if (isFinal(error)) {
        slot.unavailable = error;
        slot.isUnavailableTold = false;
      } else if (nowMs - slot.failingSinceMs >= cluster.limits.operationTimeoutMs) {
        if (slot.unavailable === undefined) slot.isUnavailableTold = false;
        slot.unavailable = new LogUnavailableError(`reading ${slot.name}`, error);
      }
    }
    onNews();
  }

  /** @returns whether what is known of the cluster is new now */
  async #refresh(): Promise<boolean> {
    const over = new AbortController();
    const stop = (): void => over.abort();
    this.#settings.signal.addEventListener('abort', stop);
    try {
      return await Promise.race([
        this.#settings.cluster.metadata.refresh().then(
          () => true,
          () => false,
        ),
        pause(REFRESH_WAIT_MS, over.signal).then(() => false),
      ]);
    } finally {
      this.#settings.signal.removeEventListener('abort', stop);
      stop();
    }
  }

  #lookForMissing(slots: readonly Slot[]): void {
    const { cluster, onNews } = this.#settings;
    const nowMs = performance.now();
    for (const slot of slots) {
      const { topic, partition } = slot.physical;
      if (cluster.metadata.topic(topic)?.partitions[partition] !== undefined) {
        slot.missingLooks = 0;
        continue;
      }
      if (slot.missingLooks === 0) slot.missingSinceMs = nowMs;
      slot.missingLooks++;
      if (slot.missingLooks < MISSING_LOOKS || nowMs - slot.missingSinceMs < MISSING_MS) continue;
      slot.stop(new TopicUnknownError(slot.at));
      onNews();
    }
  }
}

// Wrong credentials, an unknown CA, a refusal: trying again is for the case that somebody mends it.
const isFinal = (error: Error): error is CodedError =>
  error instanceof RequestFailedError
    ? NOT_ALLOWED.test(error.type ?? '')
    : error instanceof CodedError && !error.retryable;

const errorOf = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

const jittered = (pauseMs: number): number => pauseMs * (0.75 + Math.random() * 0.5);
