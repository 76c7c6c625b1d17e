/** Starts a cluster of real brokers in KRaft mode on free loopback ports. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EngineProcess } from '../processes/engine-process';
import { freePorts } from '../processes/free-ports';
import { endOrphans, ownEngines } from '../processes/owned-engines';
import { classArchive } from './class-archive';
import { type ClusterDescription, writeDescription } from './cluster-description';
import { describedCluster, STATE_FILE } from './described-cluster';
import type { KafkaCluster, KafkaOptions } from './kafka-cluster.port';
import { kafkaSoftware, kafkaTools, SECURED_USER } from './kafka-software';
import type { NodeAddresses } from './node-settings';
import { prepareNode } from './prepared-node';
import { serves } from './readiness';
import { type Certificates, certificates, securedSettings } from './secured-listener';

const HOST = '127.0.0.1';
const PORTS_PER_NODE = 4;

/**
 * Starts brokers; resolves when each serves and sees the others.
 *
 * The first start of a release takes its jars from Maven and records its classes (about 30 s).
 * @throws Error that says what to install when Java or Maven is missing
 * @throws GaveUpError with the end of the log when a broker does not serve within 90 s
 */
export const startKafka = async (options: KafkaOptions): Promise<KafkaCluster> => {
  endOrphans();
  const software = await kafkaSoftware(options.line);
  const archive = await classArchive(software);
  const toolsJars = await kafkaTools();
  const tls = options.secured === true ? await certificates() : undefined;
  const folder = folderOf(options);
  const addresses = await nodeAddresses(options);
  const nodes = addresses.map((node) => ({
    ...node,
    launch: prepareNode({
      software,
      folder,
      settings: {
        node,
        all: addresses,
        profile: options.profile ?? 'test',
        more: { ...(tls === undefined ? {} : securedSettings(tls)), ...options.settings },
      },
      javaOptions: [`-XX:SharedArchiveFile=${archive}`],
    }),
  }));
  const description: ClusterDescription = {
    line: options.line,
    folder,
    kept: options.folder !== undefined,
    toolsJars,
    nodes,
    ...(tls === undefined ? {} : { secured: securedListener(addresses, tls) }),
  };
  writeDescription(join(folder, STATE_FILE), description);
  return launchAll(description, options.life ?? 'owned');
};

const folderOf = ({ folder, line }: KafkaOptions): string => {
  if (folder === undefined) return mkdtempSync(join(tmpdir(), `millrace-kafka-${line}-`));
  mkdirSync(folder, { recursive: true });
  return resolve(folder);
};

const nodeAddresses = async ({
  brokers,
  advertise,
  secured,
}: KafkaOptions): Promise<readonly NodeAddresses[]> => {
  const ports = await freePorts(brokers * PORTS_PER_NODE);
  return Array.from({ length: brokers }, (_, index) => {
    const nodeId = index + 1;
    const own = ports.slice(index * PORTS_PER_NODE, nodeId * PORTS_PER_NODE);
    const [client, inner, controller, sasl] = own.map((port) => ({ host: HOST, port }));
    if (client === undefined || inner === undefined || controller === undefined) {
      throw new Error(`node ${nodeId} got ${own.length} ports`);
    }
    const advertised = advertise?.(nodeId, client) ?? client;
    const withTls = secured === true && sasl !== undefined ? { secured: sasl } : {};
    return { nodeId, client, advertised, inner, controller, ...withTls };
  });
};

const securedListener = (
  addresses: readonly NodeAddresses[],
  { caPem }: Certificates,
): ClusterDescription['secured'] => ({
  bootstrap: addresses.flatMap(({ secured }) =>
    secured === undefined ? [] : [`${secured.host}:${secured.port}`],
  ),
  caPem,
  ...SECURED_USER,
});

const launchAll = async (
  description: ClusterDescription,
  life: 'owned' | 'detached',
): Promise<KafkaCluster> => {
  const { nodes, folder, kept } = description;
  const engines = nodes.map(({ launch }) => launch);
  const disown = ownEngines({ engines, ...(kept ? {} : { folder }) });
  const cluster = describedCluster(description, { life, onStopped: disown });
  try {
    for (const engine of engines) new EngineProcess(engine, life).start();
    await Promise.all(
      nodes.map(({ nodeId, inner, launch }) =>
        serves(new EngineProcess(launch, life), { nodeId, address: inner, brokers: nodes.length }),
      ),
    );
    // Until they serve even detached ones belong to their starter, which may be interrupted.
    if (life === 'detached') disown();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
};
