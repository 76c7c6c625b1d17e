/**
 * The event log: topics, readers with explicit positions, transactional writers with fencing,
 * groups. Every adapter passes the contract suite in `@millrace/event-log/testing`.
 */
import type { GroupMembership, GroupOptions } from './group.port';
import type { RecordBatch, RecordToAppend } from './record';
import type { Position, TopicPartition, TopicSpec } from './topic';

/** Offsets of a partition: readable records have `startOffset <= offset < endOffset`. */
export interface PartitionOffsets extends TopicPartition {
  readonly startOffset: number;
  /** Last stable offset: one past the last record that a committed reader may see. */
  readonly endOffset: number;
}

/** A run of contiguous records that one commit wrote to one partition. */
export interface PartitionReceipt extends TopicPartition {
  readonly baseOffset: number;
  /** baseOffset + number of records. */
  readonly nextOffset: number;
}

/**
 * All of it is durable once the promise that gave it has resolved, and readable once transactions
 * that other writers had open before it have ended.
 */
export interface CommitReceipt {
  /**
   * Covers every partition that was sent to: one run each, ascending. More than one only on a log
   * over a network, for a commit of several batches between which another writer has written.
   */
  readonly partitions: readonly PartitionReceipt[];
}

/** An open transaction. Nothing of it is readable before `commit` has resolved. */
export interface Transaction {
  /**
   * Adds records, in order.
   * @throws WriterFencedError a newer writer with the same id exists
   * @throws RecordTooLargeError, TopicUnknownError, InvalidRecordError the record cannot be taken;
   *   the transaction can only be aborted then
   */
  append(records: readonly RecordToAppend[]): Promise<void>;
  /**
   * Commits all or nothing.
   * @throws WriterFencedError nothing was committed
   * @throws CommitOutcomeUnknownError it may have been committed: throw this writer away, open a
   *   new one and look the outcome up in the log
   */
  commit(): Promise<CommitReceipt>;
  abort(): Promise<void>;
}

/** A writer with a stable id. At most one transaction is open at a time. */
export interface TransactionalWriter {
  readonly writerId: string;
  /** Rises with each `openWriter` of this id. */
  readonly epoch: number;
  /** @throws WriterBusyError a transaction is open; WriterFencedError; LogClosedError */
  begin(): Transaction;
  /** Aborts an open transaction. Idempotent. */
  close(): Promise<void>;
}

/** Limits of one poll. */
export interface PollOptions {
  /** How long to wait when nothing is there, in ms; 0 answers at once. Default 500. */
  readonly maxWaitMs?: number;
  /** Bound on the records of all batches together (a stored batch is never cut). Default 5,000. */
  readonly maxRecords?: number;
}

/** Reads committed records of an explicit set of partitions, each from its own position. */
export interface LogReader {
  /**
   * Next batches, at most one per partition, partitions taken in turn so that none starves.
   * Empty when nothing came within `maxWaitMs` or `wakeup` was called.
   * @throws OffsetOutOfRangeError the position is before the start or beyond the end: never jumps
   * @throws LogDamagedError names topic, partition and offset
   */
  poll(options?: PollOptions): Promise<readonly RecordBatch[]>;
  /** Position of the next record to be polled. */
  position(partition: TopicPartition): number;
  seek(position: Position): void;
  /** Paused partitions are left out of polls; their position stays. */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /** Lets a waiting poll answer at once. */
  wakeup(): void;
  close(): Promise<void>;
}

/** Nest token of the log. */
export const EVENT_LOG = Symbol('EventLog');

/** The log. One object per process; close it last. */
export interface EventLog {
  /** Names this incarnation of the log: positions of another incarnation mean nothing here. */
  readonly incarnation: string;
  /**
   * Creates what is missing. A topic that exists with other partitions or cleanup is refused.
   * @throws TopicMismatchError names topic, setting, found and wanted
   */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** All topics, ascending by name. */
  topics(): Promise<readonly TopicSpec[]>;
  /** @throws TopicUnknownError */
  offsets(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffsets[]>;
  /**
   * Opens the writer of this id and fences its predecessor: when the promise resolves, every
   * transaction of the predecessor is committed or aborted and it can commit no more.
   * @param writerId 1 to 200 characters
   */
  openWriter(writerId: string): Promise<TransactionalWriter>;
  /** Idempotent append without a transaction: durable when resolved, atomic per partition. */
  append(records: readonly RecordToAppend[]): Promise<CommitReceipt>;
  openReader(positions: readonly Position[]): Promise<LogReader>;
  /** Joins a group, which places lanes (partition numbers common to its topics) on its members. */
  joinGroup(options: GroupOptions): Promise<GroupMembership>;
  /** Positions published for lag tools; never trusted for correctness. */
  publishGroupPositions(groupId: string, positions: readonly Position[]): Promise<void>;
  groupPositions(groupId: string): Promise<readonly Position[]>;
  /** Closes readers and writers, leaves groups. Idempotent. */
  close(): Promise<void>;
}
