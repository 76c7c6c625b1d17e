/** Engines of docker-compose.yml, on free ports, in a project of their own. */
import { join } from 'node:path';
import { engineVersions } from '../engine-versions';
import { kafkaUrl } from '../kafka/kafka-url';
import { freePorts } from '../processes/free-ports';
import { isInstalled, mustRun, runCommand } from '../processes/run-command';
import { timed } from '../progress';
import type { EngineName } from './engine-names';
import type { StartedEngine } from './stack-file';
import type { StackOptions } from './stack-options';

/** Services of an engine, with the variable and the container's side of each published port. */
const SERVICES: Readonly<Record<EngineName, readonly Service[]>> = {
  kafka: [1, 2, 3].map((node) => ({
    name: `kafka-${node}`,
    variable: `KAFKA_${node}_PORT`,
    port: 19_092,
  })),
  elasticsearch: [{ name: 'elasticsearch', variable: 'ELASTICSEARCH_PORT', port: 9_200 }],
  redis: [{ name: 'redis', variable: 'REDIS_PORT', port: 6_379 }],
  postgres: [{ name: 'postgres', variable: 'POSTGRES_PORT', port: 5_432 }],
};

interface Service {
  readonly name: string;
  readonly variable: string;
  readonly port: number;
}

const ROOT = join(__dirname, '../../..');
const PROJECT = 'millrace-stack';
const COMPOSE = [
  ...['compose', '--project-name', PROJECT, '--file', join(ROOT, 'docker-compose.yml')],
  ...['--profile', 'engines'],
];
/** Images may have to be fetched. */
const UP_TIMEOUT_MS = 900_000;
const ASK_TIMEOUT_MS = 10_000;

/** Whether a Docker engine answers and has compose. */
export const dockerAnswers = async (): Promise<boolean> => {
  if (!isInstalled('docker')) return false;
  for (const args of [
    ['info', '--format', '{{.ServerVersion}}'],
    ['compose', 'version'],
  ]) {
    const { code } = await runCommand('docker', args, { timeoutMs: ASK_TIMEOUT_MS });
    if (code !== 0) return false;
  }
  return true;
};

/** Starts services and waits until they are healthy. */
export const composeUp = async (
  names: readonly EngineName[],
  { line = '3.9' }: StackOptions,
): Promise<ReadonlyMap<EngineName, StartedEngine>> => {
  const services = names.flatMap((name) => SERVICES[name]);
  const ports = await freePorts(services.length);
  const env = {
    KAFKA_VERSION: engineVersions.kafka[line],
    ...Object.fromEntries(services.map(({ variable }, at) => [variable, String(ports[at])])),
  };
  const up = ['up', '--detach', '--wait', ...services.map(({ name }) => name)];
  await timed(`docker compose up ${names.join(', ')}`, () =>
    mustRun('docker', [...COMPOSE, ...up], { env, timeoutMs: UP_TIMEOUT_MS }),
  ).catch(async (error: unknown) => {
    await composeDown(names);
    throw error;
  });
  const started = await Promise.all(
    names.map(async (name): Promise<readonly [EngineName, StartedEngine]> => {
      const addresses = await Promise.all(SERVICES[name].map(publishedAddress));
      const version = name === 'kafka' ? engineVersions.kafka[line] : engineVersions[name];
      const kafka = name === 'kafka' ? { brokers: addresses.length, line } : {};
      const url = urlOf(name, addresses);
      return [name, { source: 'compose', url, version, processes: [], ...kafka }];
    }),
  );
  return new Map(started);
};

/** Removes the services of engines with their data. */
export const composeDown = async (names: readonly EngineName[]): Promise<void> => {
  const services = names.flatMap((name) => SERVICES[name]).map(({ name }) => name);
  const rm = ['rm', '--stop', '--force', '--volumes', ...services];
  await mustRun('docker', [...COMPOSE, ...rm], { timeoutMs: UP_TIMEOUT_MS });
  const volumes = services.map((service) => `${PROJECT}_${service}`);
  await mustRun('docker', ['volume', 'rm', '--force', ...volumes], { timeoutMs: UP_TIMEOUT_MS });
};

const publishedAddress = async ({ name, port }: Service): Promise<string> => {
  const { stdout } = await mustRun('docker', [...COMPOSE, 'port', name, String(port)]);
  const address = stdout.trim();
  if (!/^\S+:\d+$/.test(address)) throw new Error(`${name} publishes no port ${port}`);
  return address;
};

const urlOf = (name: EngineName, addresses: readonly string[]): string => {
  const [address = ''] = addresses;
  const password = process.env['POSTGRES_PASSWORD'] ?? 'millrace';
  const urls = {
    kafka: kafkaUrl(addresses),
    elasticsearch: `http://${address}`,
    redis: `redis://${address}`,
    postgres: `postgres://millrace:${encodeURIComponent(password)}@${address}/millrace`,
  };
  return urls[name];
};
