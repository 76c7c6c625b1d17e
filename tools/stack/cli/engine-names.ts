/** The engines of the command line. */
import { probeKafka } from '../kafka/kafka-url';
import { type Probe, probeElasticsearch, probePostgres, probeRedis } from '../servers/probes';

/** In the order in which they are started and shown. */
export const ENGINE_NAMES = ['kafka', 'elasticsearch', 'redis', 'postgres'] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

/** Where its address is given or printed. */
export const URL_VARIABLES: Readonly<Record<EngineName, string>> = {
  kafka: 'MILLRACE_KAFKA_URL',
  elasticsearch: 'MILLRACE_ELASTICSEARCH_URL',
  redis: 'MILLRACE_REDIS_URL',
  postgres: 'MILLRACE_POSTGRES_URL',
};

export const PROBES: Readonly<Record<EngineName, Probe>> = {
  kafka: probeKafka,
  elasticsearch: probeElasticsearch,
  redis: probeRedis,
  postgres: probePostgres,
};

/** The address given for an engine, which is used as it is and never stopped. */
export const givenUrl = (name: EngineName): string | undefined =>
  process.env[URL_VARIABLES[name]] || undefined;

export const isEngineName = (text: string): text is EngineName =>
  ENGINE_NAMES.some((name) => name === text);
