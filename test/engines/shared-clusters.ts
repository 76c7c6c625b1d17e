/** Starts and ends the clusters of one run, and tells the specs where they are. */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type KafkaCluster, type KafkaLine, startKafka } from '../../tools/stack/index';
import { CLUSTER_VARIABLES } from './clusters';

/** Clusters of one line. */
export interface SharedClusters {
  /** For the environment of the specs. */
  readonly variables: Readonly<Record<string, string>>;
  /** Ends them; their logs stay in `.cache/engines`. */
  stop(): Promise<void>;
}

const LOGS = join(__dirname, '../../.cache/engines');

export const startSharedClusters = async (line: KafkaLine): Promise<SharedClusters> => {
  const one = await startKafka({ line, brokers: 1 });
  const three = await startKafka({ line, brokers: 3 });
  return {
    variables: {
      [CLUSTER_VARIABLES.line]: line,
      [CLUSTER_VARIABLES.one]: one.stateFile,
      [CLUSTER_VARIABLES.three]: three.stateFile,
    },
    stop: async () => {
      for (const [name, cluster] of Object.entries({ one, three })) {
        keepLogs(cluster, join(LOGS, `kafka-${line}-${name}`));
        await cluster.stop();
      }
    },
  };
};

const keepLogs = (cluster: KafkaCluster, target: string): void => {
  const folder = dirname(cluster.stateFile);
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.log'))) {
    cpSync(join(folder, name), join(target, name));
  }
};
