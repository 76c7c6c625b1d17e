export type { LaneLimits } from './runtime/lane-session';
export type { RestoreProgress } from './runtime/restore-lane';
export {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type MetricLabels,
  noStreamMetrics,
  type StreamMetrics,
} from './runtime/stream-metrics';
export { type LaneReport, StreamRunner, type StreamRunnerOptions } from './runtime/stream-runner';
export type {
  LaneInputStatus,
  LaneStatus,
  StreamLaneStatus,
  StreamStatus,
} from './runtime/stream-status';
export {
  type KeyValueStore,
  type StoreOptions,
  type StoreSpec,
  storeSpec,
} from './state/store-spec';
export {
  InvalidTopologyError,
  InvalidWindowError,
  RestoreStalledError,
  StateInconsistentError,
  StateVersionError,
  UndecodableRecordError,
} from './streams.errors';
export { OperatorClock } from './time/operator-clock';
export { Punctuator } from './time/punctuator';
export { WatermarkGenerator } from './time/watermark-generator';
export { type ValveOutput, type ValveSnapshot, WatermarkValve } from './time/watermark-valve';
export type { AggregatedStream } from './topology/aggregated-stream';
export type { GroupedStream, TableAggregateOptions } from './topology/grouped-stream';
export type {
  Processor,
  ProcessorContext,
  StoreSpecs,
  StoresOf,
} from './topology/process-operator';
export type { OutputMapping, Stream } from './topology/stream';
export type { StreamRecord } from './topology/stream-record';
export type { Topology, TopologyDescription } from './topology/topology';
export { type SourceOptions, TopologyBuilder, topology } from './topology/topology-builder';
export type { UndecodablePolicy } from './topology/topology-graph';
export type {
  TrailingAggregateOptions,
  TrailingStream,
  TrailingWindow,
} from './topology/trailing-stream';
export type {
  WindowedAggregateOptions,
  WindowedStream,
} from './topology/windowed-stream';
export type { Drop, DropReason } from './topology/wiring';
export { type Aggregator, counting, type Reduced, reducing } from './window/aggregator';
export { type Emission, eager, everyMs, firstWhen, onClose } from './window/emission';
export type { LateOptions, LateRecord, Windowed } from './window/late';
export {
  type AlignmentOptions,
  hopping,
  type TimeWindow,
  tumbling,
  type WindowBounds,
  windowStarts,
} from './window/time-window';
