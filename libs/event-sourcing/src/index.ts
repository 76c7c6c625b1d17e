export type {
  AggregateType,
  AnyAggregateType,
  DecideContext,
  Decision,
  DomainCommand,
  DomainEvent,
  DueCommand,
  VersionedRow,
} from './aggregate';
export {
  type CommandOutcome,
  type CommandRequest,
  IDEMPOTENCY_KEY_REUSED,
  SOURCE_COMMAND_API,
  SOURCE_IMPORT,
  VERSION_MISMATCH,
} from './command';
export { CommandRuntime, type CommandRuntimeOptions, type Schedule } from './command-runtime';
export {
  BARRIER_KEY,
  BARRIER_TYPE,
  decodeEvent,
  type EventEnvelope,
  type EventToEncode,
  encodeEvent,
  isBarrier,
  SCHEMA_VERSION,
} from './envelope';
export {
  AggregateFailedError,
  AggregateUnknownError,
  CommandInFlightError,
  CommandNotCommittedError,
  CommandOutcomeUnknownError,
  EnvelopeInvalidError,
  EnvelopeVersionError,
  LaneInconsistentError,
  LaneNotOwnedError,
  LaneQueueFullError,
  LaneUnavailableError,
  RuntimeOptionsInvalidError,
  TakeoverStalledError,
} from './event-sourcing.errors';
export { MemoryRowStore, type MemoryRowStoreOptions } from './memory-row-store';
export { defaultOwnerLimits, type OwnerLimits } from './owner-limits';
export { type OwnerObserver, silentObserver } from './owner-observer.port';
export type { OpenRowStore, RowChange, RowStore } from './row-store.port';
export { type SequenceSeen, type SequenceVerdict, sequenceGuard } from './sequence-guard';
