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
  LogUnavailableError,
  OffsetOutOfRangeError,
  ReaderBusyError,
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
export { placeLanes } from './lane-placement';
export { LocalGroups, type LocalMembership } from './local-groups';
export { partitionFor } from './partitioner';
export {
  PositionedReader,
  type ReadablePartition,
  type ReaderSurroundings,
  type StoredRecords,
} from './positioned-reader';
export type { LogRecord, RecordBatch, RecordHeaders, RecordToAppend } from './record';
export {
  checkRecord,
  checkTopicSpec,
  checkWriterId,
  DEFAULT_MAX_RECORD_BYTES,
  recordSizeBytes,
} from './record-rules';
export type { CleanupPolicy, Position, TopicPartition, TopicSpec } from './topic';
