export type { CompressionName } from './compression/compression-codec';
export { KafkaLog, openKafkaLog } from './kafka-log';
export {
  DEFAULT_KAFKA_LIMITS,
  type KafkaLimits,
  type KafkaLogOptions,
  type KafkaSasl,
  type KafkaTls,
  type KafkaTopicSettings,
} from './kafka-options';
export type { KafkaEvent, KafkaObserver } from './observer.port';
export { type Finding, findingLines, isFindingCode } from './preflight/finding';
export type { FindingCode, Severity } from './preflight/finding-kinds.errors';
export {
  type GivenAddress,
  type InspectedTopic,
  inspectKafka,
  type KafkaInspection,
} from './preflight/inspect-kafka';
export { type PreflightOptions, refuseUnsafe } from './preflight/preflight';
export { KafkaUnsafeError } from './preflight/preflight.errors';
export { TopicRefusedError } from './topics/topics.errors';
export { KAFKAJS_VERSION } from './wire/kafkajs-version';
export {
  KafkaAuthenticationError,
  KafkajsMismatchError,
  KafkaTlsError,
  KafkaUnreachableError,
  KafkaVersionUnsupportedError,
  RequestFailedError,
} from './wire/request-failed.errors';
export type { KafkaTransaction } from './write/kafka-transaction';
export type { KafkaWriter } from './write/kafka-writer';
export { KafkaRefusedError } from './write/writing.errors';
