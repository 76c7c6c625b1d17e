/** The stack of real engines as a library: what tests, benches and the command line start. */

export { attachKafka } from './kafka/described-cluster';
export { type JudgedRecord, type JudgeOptions, judgeTopic } from './kafka/judge-topic';
export type {
  KafkaBroker,
  KafkaCluster,
  KafkaLine,
  KafkaOptions,
  KafkaProfile,
  SecuredListener,
} from './kafka/kafka-cluster.port';
export { startKafka } from './kafka/start-kafka';
export { GaveUpError, type Polling, poll } from './poll';
export type { CommandOptions, CommandResult } from './processes/run-command';
export {
  type ElasticsearchOptions,
  startElasticsearch,
} from './servers/elasticsearch';
export type { EngineServer, ServerOptions } from './servers/engine-server';
export { startPostgres } from './servers/postgres';
export { startRedis } from './servers/redis';
