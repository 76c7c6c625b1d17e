export type { Clock, EpochMs } from './clock.port';
export {
  CodedError,
  type CodedErrorOptions,
  CommitOutcomeUnknownError,
  InvalidRecordError,
  LogClosedError,
  LogDamagedError,
  LogInUseError,
  LogStorageFullError,
  OffsetOutOfRangeError,
  RecordTooLargeError,
  TopicMismatchError,
  TopicUnknownError,
  WriterBusyError,
  WriterFencedError,
} from './event-log.errors';
export {
  type CommitReceipt,
  EVENT_LOG,
  type EventLog,
  type LogReader,
  type PartitionOffsets,
  type PartitionReceipt,
  type PollOptions,
  type Transaction,
  type TransactionalWriter,
} from './event-log.port';
export type { GroupMember, GroupMembership, GroupOptions } from './group.port';
export { partitionFor } from './partitioner';
export type { LogRecord, RecordBatch, RecordHeaders, RecordToAppend } from './record';
export type { CleanupPolicy, Position, TopicPartition, TopicSpec } from './topic';
