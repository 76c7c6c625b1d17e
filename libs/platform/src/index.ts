export {
  canonicalJson,
  fingerprintOf,
  type JsonValue,
  requestHashOf,
} from './canonical/canonical-json';
export { ConfigInvalidError, type ConfigIssue } from './config/config.errors';
export type { ConfigVariable } from './config/config-schema';
export {
  type Config,
  type ConfigOverrides,
  type ConfigSource,
  type ConfigValues,
  type KafkaConfig,
  loadConfig,
} from './config/load-config';
export type {
  EmbeddedLogAddress,
  KafkaLogAddress,
  LogAddress,
} from './config/log-address';
export { DataFolderOtherLogError } from './event-log/data-folder.errors';
export { checkFolder, logFolder, logOfFolder } from './event-log/data-folder-log';
export { EventLogModule } from './event-log/event-log.module';
export {
  type Deliver,
  EventLogStrategy,
  type LaneConsumer,
  PassErrorFilter,
  type StrategyStatus,
} from './event-log/event-log-strategy';
export { StrategyWiringError } from './event-log/event-log-strategy.errors';
export type { EventSinks } from './event-log/kafka-events';
export { type KafkaLogParts, kafkaLogOptions } from './event-log/kafka-log-options';
export {
  type LogConfig,
  type OpenedLog,
  type OpenParts,
  openEventLog,
} from './event-log/open-event-log';
export { type CatalogueOptions, topicCatalogue } from './event-log/topic-catalogue';
export {
  HealthChecks,
  type HealthQuestion,
  type HealthReport,
  type HealthState,
} from './health/health-checks';
export {
  type AppModule,
  createHttpApp,
  type HttpApp,
  type HttpAppOptions,
} from './http/create-http-app';
export type { FastifyReply, FastifyRequest } from './http/fastify-types';
export { httpProblems } from './http/http.errors';
export {
  type Problem,
  ProblemError,
  type ProblemItem,
  type ProblemKind,
  type ProblemOptions,
  problemKinds,
} from './http/problem';
export { ProblemCatalogue } from './http/problem-catalogue';
export { Context, type RequestContext, traceOf } from './http/request-context';
export type { TraceContext } from './http/trace-context';
export { ZodPipe } from './http/zod-pipe';
export { DEFAULT_TENANT, idFromIdempotencyKey } from './ids/idempotent-id';
export { uuidV5 } from './ids/uuid-v5';
export { parseStrictJson, type StrictJsonResult } from './json/strict-json';
export {
  type JsonRefusal,
  type StrictJsonCode,
  strictJsonRefusals,
} from './json/strict-json.errors';
export { openLogs, type PinoLogOptions, type ServiceLogs } from './logging/pino-log';
export { type LogFields, SERVICE_LOG, type ServiceLog } from './logging/service-log.port';
export { type MetricOptions, Metrics } from './metrics/metrics';
export { CONFIG } from './nest/platform.module';
export type { OpenApiDocument } from './openapi/openapi-document';
export {
  type HeaderContract,
  Operation,
  type OperationContract,
  type OperationExample,
  type ResponseContract,
} from './openapi/operation';
export {
  decodePosition,
  encodePosition,
  type LogPosition,
  MAX_POSITION_TOKEN,
} from './position/position-token';
export { exitCodeOf, exitCodes } from './process/exit-codes';
export { type ProcessPlan, runProcess, sentenceOf } from './process/run-process';
export {
  installShutdown,
  type ShutdownPlan,
  type SignalSource,
} from './shutdown/graceful-shutdown';
export { CLOCK, SystemClock } from './time/system-clock';
export { SystemTimers } from './time/system-timers';
export { type CancelSchedule, type ErrorSink, TIMERS, type Timers } from './time/timers.port';
