/** docker-compose.yml and Dockerfile are right as far as that can be known without a Docker engine. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@millrace/platform';
import { engineVersions } from '../engine-versions';
import { type ComposeService, composeDocument, composeFile } from './compose-file';
import { composeSchemaFindings } from './compose-schema';

const root = join(__dirname, '..', '..', '..');
const source = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const { services, volumes } = composeFile(source);
const named = Object.entries(services);
const apps = readdirSync(join(root, 'apps'));
const PROFILES = ['engines', 'all-in-one', 'apps'];
const ENGINES = ['elasticsearch', 'kafka-1', 'kafka-2', 'kafka-3', 'postgres', 'redis'];

/** Names of the services for which a fact does not hold. */
const unless = (holds: (service: ComposeService, name: string) => boolean): readonly string[] =>
  named.filter(([name, service]) => !holds(service, name)).map(([name]) => name);

const portsOnThisMachine = (service: ComposeService): readonly string[] => {
  const own = service.network_mode === 'host' ? [service.environment['MILLRACE_PORT'] ?? ''] : [];
  return [...own, ...service.ports.map((port) => port.split(':')[1] ?? '')];
};

describe('the schema of the compose specification', () => {
  it('finds nothing in docker-compose.yml', () => {
    expect(composeSchemaFindings(composeDocument(source))).toEqual([]);
  });

  it.each([
    ['a misspelt key', '  network_mode: host\n', '  network_mod: host\n'],
    ['an interval without a unit', 'interval: 5s', 'interval: 5'],
    ['an interval in an unknown unit', 'interval: 5s', 'interval: 5 seconds'],
    ['an unknown condition', 'condition: service_healthy', 'condition: service_well'],
    ['a port that is none', '-6379}:6379', '-redis}:6379'],
    ['a limit in a wrong place', 'resources: { limits:', 'resource: { limits:'],
    ['a section that is none', '\nvolumes:\n  kafka-1:', '\nvolume:\n  kafka-1:'],
  ])('refuses %s', (_, right, wrong) => {
    expect(source).toContain(right);
    const findings = composeSchemaFindings(composeDocument(source.replace(right, wrong)));
    expect(findings).not.toEqual([]);
  });
});

describe('the services of docker-compose.yml', () => {
  it('run the engine versions that the suites run on', () => {
    expect(Object.fromEntries(ENGINES.map((name) => [name, services[name]?.image]))).toEqual({
      'kafka-1': `apache/kafka:${engineVersions.kafka['3.9']}`,
      'kafka-2': `apache/kafka:${engineVersions.kafka['3.9']}`,
      'kafka-3': `apache/kafka:${engineVersions.kafka['3.9']}`,
      elasticsearch: `docker.elastic.co/elasticsearch/elasticsearch:${engineVersions.elasticsearch}`,
      redis: `redis:${engineVersions.redis}`,
      postgres: `postgres:${engineVersions.postgres}`,
    });
    expect(source).toContain(`KAFKA_VERSION=${engineVersions.kafka['4.4']}`);
  });

  it('are the engines and every app, each app built for its own name', () => {
    expect(Object.keys(services).sort()).toEqual([...ENGINES, ...apps].sort());
    expect(apps.filter((app) => services[app]?.build?.args['APP'] !== app)).toEqual([]);
  });

  it('have a health check and limits of processor and memory', () => {
    expect(unless(({ healthcheck }) => healthcheck !== undefined)).toEqual([]);
    expect(unless(({ deploy }) => deploy !== undefined)).toEqual([]);
  });

  it('are reached on loopback only', () => {
    expect(unless(({ ports }) => ports.every((port) => port.startsWith('127.0.0.1:')))).toEqual([]);
    expect(ENGINES.filter((name) => services[name]?.network_mode !== undefined)).toEqual([]);
  });

  it('give apps a configuration that they take, on a loopback address', () => {
    const hosts = apps.map((app) => loadConfig(services[app]?.environment ?? {}).host);
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
  });

  it('belong to known profiles, and what one depends on is in each of its profiles', () => {
    const known = (service: ComposeService) =>
      service.profiles.length > 0 && service.profiles.every((name) => PROFILES.includes(name));
    expect(unless(known)).toEqual([]);
    const startable = (service: ComposeService) =>
      Object.keys(service.depends_on).every((name) =>
        service.profiles.every((profile) => services[name]?.profiles.includes(profile)),
      );
    expect(unless(startable)).toEqual([]);
  });

  it('are all of the engines and nothing else in the profile engines', () => {
    const others = unless(({ profiles }) => profiles.includes('engines'));
    expect(new Set(others)).toEqual(new Set(apps));
  });

  it.each(PROFILES)('never claim one port of this machine twice in the profile %s', (profile) => {
    const started = named.filter(([, service]) => service.profiles.includes(profile));
    const ports = started.flatMap(([, service]) => portsOnThisMachine(service));
    expect(ports.filter((port, index) => ports.indexOf(port) !== index)).toEqual([]);
  });

  it('keep their data in a named volume each', () => {
    expect(unless(({ volumes: [first] }, name) => first?.split(':')[0] === name)).toEqual([]);
    expect(Object.keys(volumes).sort()).toEqual(Object.keys(services).sort());
  });
});

describe('the Kafka cluster of docker-compose.yml', () => {
  const brokers = named.filter(([name]) => name.startsWith('kafka-')).map(([, it]) => it);

  it('loses no acknowledged record with one broker, and creates no topic unasked', () => {
    for (const { environment } of brokers) {
      expect(environment).toMatchObject({
        KAFKA_DEFAULT_REPLICATION_FACTOR: '3',
        KAFKA_MIN_INSYNC_REPLICAS: '2',
        KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '3',
        KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '3',
        KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '2',
        KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: 'false',
        KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
        KAFKA_LOG_MESSAGE_TIMESTAMP_TYPE: 'LogAppendTime',
      });
    }
  });

  it('is one: a cluster id, three voters with ids of their own', () => {
    expect(brokers.map(({ environment }) => environment['KAFKA_NODE_ID'])).toEqual(['1', '2', '3']);
    const ids = new Set(brokers.map(({ environment }) => environment['CLUSTER_ID']));
    expect([...ids]).toEqual([expect.stringMatching(/^[A-Za-z0-9][\w-]{20}[AQgw]$/)]);
    const voters = new Set(
      brokers.map(({ environment }) => environment['KAFKA_CONTROLLER_QUORUM_VOTERS']),
    );
    expect([...voters]).toEqual(['1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093']);
  });

  it('advertises to this machine the port that each broker is published on', () => {
    for (const { environment, ports } of brokers) {
      const published = /^(127\.0\.0\.1:\d+):19092$/.exec(ports[0] ?? '')?.[1];
      expect(environment['KAFKA_ADVERTISED_LISTENERS']?.split('HOST://')[1]).toBe(published);
    }
  });

  it('is what the all-in-one process is given as its log', () => {
    const addresses = brokers.map(({ ports }) => ports[0]?.replace(/:19092$/, ''));
    expect(services['millrace']?.command).toEqual(
      expect.arrayContaining(['up', '--log', `kafka://${addresses.join(',')}`]),
    );
  });
});

describe('the Dockerfile', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const packages = ['libs', 'apps'].flatMap((kind) =>
    readdirSync(join(root, kind)).map((name) => `${kind}/${name}`),
  );

  it('copies the manifest of every workspace before it installs, and of no other', () => {
    const beforeInstall = dockerfile.slice(0, dockerfile.indexOf('RUN npm ci'));
    const copied = [...beforeInstall.matchAll(/^COPY (\S+)\/package\.json \1\/$/gm)];
    const manifests = packages.filter((path) => existsSync(join(root, path, 'package.json')));
    expect(copied.map((match) => match[1]).sort()).toEqual(manifests.sort());
  });

  it('copies from the context only what .dockerignore lets in', () => {
    const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
      (match[1] ?? '').split(' '),
    );
    const hidden = sources.filter((path) => !ignore.includes(`!${path.split('/')[0]}`));
    expect([sources.length > 0, hidden]).toEqual([true, []]);
  });

  it('runs the app as an ordinary user, with a health check', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK [\s\S]*\/livez/m);
    expect(last).toMatch(/^CMD .*exec node apps\/\$\{APP\}\/dist\/main\.js"\]$/m);
  });
});
