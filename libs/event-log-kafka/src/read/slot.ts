/** One partition of a reader: where it stands, what was fetched for it, what is wrong with it. */
import type { CodedError, LogRecord, TopicPartition } from '@millrace/event-log';
import { recordsOf } from '../batch/lazy-records';
import type { FetchedPartition } from '../wire/fetch-call';
import { FetchedBatches } from './fetched-batches';
import { takeFetched } from './take-fetched';

/** A replica that a broker named as nearer than the leader. */
export interface NearReplica {
  readonly nodeId: number;
  readonly untilMs: number;
}

/** Records of one stored batch. */
export interface PolledBatch {
  readonly records: readonly LogRecord[];
  readonly nextOffset: number;
}

const LEADER_ONLY_MS = 300_000;
const NO_RECORDS: readonly LogRecord[] = [];

/** See the top of the file; what is done with it is the reader's and the fetcher's matter. */
export class Slot {
  /** By the port's name. */
  readonly at: TopicPartition;
  /** By the name in the cluster. */
  readonly physical: TopicPartition;
  readonly fetched = new FetchedBatches();
  /** Of the next record to be polled; of any value that a user may have given. */
  position: number;
  /** Of the next record to be fetched. */
  fetchOffset: number;
  /** Last stable offset, as the newest answer gave it. */
  endOffset = 0;
  paused = false;
  /**
   * What a fetch waits for: the one that is under way, a pause after a failure, or a check. Whoever
   * finds another object here than its own was overtaken by a seek, and does nothing.
   */
  hold: object | undefined;
  /** Whether a broker has answered for it, whatever it answered. */
  isLookedAt = false;
  /** When it got data last, by a count of fetches: who waits longest is first in the next fetch. */
  servedAt = 0;
  /** Stands behind what was fetched, until a seek. */
  trouble: Error | undefined;
  /** It cannot be reached now, and for longer than is borne in silence. */
  unavailable: CodedError | undefined;
  /** Whether a poll has told of `unavailable`. */
  isUnavailableTold = false;
  failures = 0;
  failingSinceMs = 0;
  /** How often, and since when, the cluster has said that there is no such partition. */
  missingLooks = 0;
  missingSinceMs = 0;
  replica: NearReplica | undefined;
  /** Until then the leader must not send it on to a replica: one has failed. */
  leaderOnlyUntilMs = 0;

  constructor(at: TopicPartition, physicalTopic: string, offset: number) {
    this.at = { topic: at.topic, partition: at.partition };
    this.physical = { topic: physicalTopic, partition: at.partition };
    this.position = offset;
    this.fetchOffset = offset;
  }

  /** `topic/partition` */
  get name(): string {
    return `${this.at.topic}/${this.at.partition}`;
  }

  get isOffsetSound(): boolean {
    return Number.isSafeInteger(this.fetchOffset) && this.fetchOffset >= 0;
  }

  /** Whether it should be part of the next fetch. */
  isWanted(bufferedBytes: number): boolean {
    return (
      this.hold === undefined &&
      !this.paused &&
      this.trouble === undefined &&
      this.fetched.bytes < bufferedBytes
    );
  }

  seek(offset: number): void {
    this.position = offset;
    this.#fetchFrom(offset);
    this.trouble = undefined;
    this.hold = undefined;
  }

  /** @returns whether there is something for a poll now */
  take(part: FetchedPartition): boolean {
    this.failures = 0;
    this.missingLooks = 0;
    this.unavailable = undefined;
    this.endOffset = part.lastStableOffset;
    if (part.bytes.length === 0) return false;
    const taken = { part, from: this.fetchOffset, where: this.at };
    const { nextOffset, damage } = takeFetched(taken, this.fetched);
    this.fetchOffset = nextOffset;
    if (damage !== undefined) this.stop(damage);
    return true;
  }

  /** It could not be fetched. */
  fail(nowMs: number): void {
    if (this.failures === 0) this.failingSinceMs = nowMs;
    this.failures++;
    this.leaveReplica();
  }

  /** Back to the leader, for a while, if it was read elsewhere. */
  leaveReplica(): void {
    if (this.replica === undefined) return;
    this.replica = undefined;
    this.leaderOnlyUntilMs = performance.now() + LEADER_ONLY_MS;
  }

  /** Moves behind the next batch; undefined when there is none that can be decoded. */
  poll(): PolledBatch | undefined {
    const first = this.fetched.first();
    if (first === undefined) return undefined;
    const { batch, nextOffset } = first;
    try {
      const records = batch === undefined ? NO_RECORDS : recordsOf(batch, this.position, this.at);
      this.fetched.shift();
      this.position = nextOffset;
      return { records, nextOffset };
    } catch (error) {
      this.#fetchFrom(this.position);
      this.stop(error);
      return undefined;
    }
  }

  /** Nothing more is fetched until a seek; what was fetched already is still handed out. */
  stop(trouble: unknown): void {
    this.trouble = errorOf(trouble);
    this.hold = undefined;
  }

  #fetchFrom(offset: number): void {
    this.fetched.clear();
    this.fetchOffset = offset;
  }
}

const errorOf = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));
