/** The clusters that all engine specs of a run share, whoever started them. */
import { attachKafka, type KafkaCluster, type KafkaLine } from '../../tools/stack/index';

/** Names of environment variables between the run and its specs. */
export const CLUSTER_VARIABLES = {
  one: 'MILLRACE_ENGINES_KAFKA_ONE',
  three: 'MILLRACE_ENGINES_KAFKA_THREE',
  line: 'MILLRACE_ENGINES_KAFKA_LINE',
  long: 'MILLRACE_ENGINES_LONG',
  startedBy: 'MILLRACE_ENGINES_STARTED_BY',
} as const;

/**
 * Clusters of the Kafka line under test. Specs share them: use topics, groups and ids of your own,
 * and leave a cluster as you found it (start what you killed, `await inSync()`).
 */
export const kafkaUnderTest = {
  /** One broker. @throws Error outside of a run of engine specs */
  one: (): KafkaCluster => attachKafka(stateFileOf(CLUSTER_VARIABLES.one)),
  /** Three brokers, replication factor 3, two in sync. @throws Error as `one` */
  three: (): KafkaCluster => attachKafka(stateFileOf(CLUSTER_VARIABLES.three)),
} as const;

/** Whether the long form was asked for (`npm run test:engines -- --long`). */
export const isLongRun = (): boolean => process.env[CLUSTER_VARIABLES.long] === '1';

/** The line under test: 3.9 unless said otherwise. */
export const lineUnderTest = (): KafkaLine =>
  process.env[CLUSTER_VARIABLES.line] === '4.4' ? '4.4' : '3.9';

const stateFileOf = (variable: string): string => {
  const file = process.env[variable];
  if (file !== undefined) return file;
  throw new Error(`${variable} is not set: run "npx jest -c jest.engines.config.cjs <path>"`);
};
