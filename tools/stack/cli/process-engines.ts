/** Engines as processes that outlive the command. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { engineVersions } from '../engine-versions';
import { kafkaUrl } from '../kafka/kafka-url';
import { startKafka } from '../kafka/start-kafka';
import { killKnown } from '../processes/engine-process';
import { timed } from '../progress';
import { startElasticsearch } from '../servers/elasticsearch';
import type { EngineServer } from '../servers/engine-server';
import { startPostgres } from '../servers/postgres';
import { startRedis } from '../servers/redis';
import type { EngineName } from './engine-names';
import type { StartedEngine } from './stack-file';
import type { StackOptions } from './stack-options';

const DETACHED = { life: 'detached' } as const;

/** What docker-compose.yml says of the brokers besides what the stack sets anyway. */
const KAFKA_SETTINGS = {
  'log.message.timestamp.type': 'LogAppendTime',
  'transactional.id.expiration.ms': '2147483647',
} as const;

/** Resolves when it serves. */
export const startProcesses = (name: EngineName, options: StackOptions): Promise<StartedEngine> =>
  timed(`starting ${name}`, () => STARTERS[name](options));

/** Ends processes and throws their data away. */
export const endProcesses = async ({ processes, folder }: StartedEngine): Promise<void> => {
  await Promise.all(processes.map(killKnown));
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
};

const startBrokers = async ({
  brokers = 3,
  line = '3.9',
}: StackOptions): Promise<StartedEngine> => {
  const cluster = await startKafka({ line, brokers, settings: KAFKA_SETTINGS, ...DETACHED });
  return {
    source: 'processes',
    url: kafkaUrl(cluster.bootstrap),
    version: engineVersions.kafka[line],
    processes: cluster.processes,
    folder: dirname(cluster.stateFile),
    brokers,
    line,
  };
};

const described = ({ url, version, processes, folder }: EngineServer): StartedEngine => ({
  source: 'processes',
  url,
  version,
  processes,
  folder,
});

const STARTERS: Readonly<Record<EngineName, (options: StackOptions) => Promise<StartedEngine>>> = {
  kafka: startBrokers,
  elasticsearch: async () => described(await startElasticsearch(DETACHED)),
  redis: async () => described(await startRedis(DETACHED)),
  postgres: async () => described(await startPostgres(DETACHED)),
};
