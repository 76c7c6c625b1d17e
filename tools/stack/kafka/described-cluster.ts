/** The handle of a cluster, made from its description alone. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineProcess, type Life } from '../processes/engine-process';
import { type CommandOptions, type CommandResult, runCommand } from '../processes/run-command';
import { type ClusterDescription, readDescription } from './cluster-description';
import type { KafkaBroker, KafkaCluster } from './kafka-cluster.port';
import { log4j2 } from './prepared-node';
import { allInSync, serves } from './readiness';
import type { BrokerAddress } from './wire/ask-broker';

type Node = ClusterDescription['nodes'][number];

/** File in the cluster's folder that describes it. */
export const STATE_FILE = 'cluster.json';

const IN_SYNC_DEADLINE_MS = 60_000;
const STOP_GRACE_MS = 30_000;
const TOOL_OPTIONS = [
  ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'],
];

/**
 * The handle of a cluster that another process started. A broker that is started again through it
 * belongs to that process: it does not end with this one.
 */
export const attachKafka = (stateFile: string): KafkaCluster =>
  describedCluster(readDescription(stateFile), { life: 'detached', onStopped: () => undefined });

/** Who owns the processes. */
export interface Ownership {
  readonly life: Life;
  /** Called when all processes have ended. */
  readonly onStopped: () => void;
}

export const describedCluster = (
  description: ClusterDescription,
  { life, onStopped }: Ownership,
): KafkaCluster => {
  const { line, folder, nodes, secured } = description;
  const engines = nodes.map(({ launch }) => new EngineProcess(launch, life));
  const brokers = nodes.map((node) => brokerOf(node, new EngineProcess(node.launch, life)));
  return {
    line,
    brokers,
    bootstrap: nodes.map(({ advertised }) => at(advertised)),
    innerBootstrap: nodes.map(({ inner }) => at(inner)),
    ...(secured === undefined ? {} : { secured }),
    processes: nodes.map(({ launch: { name, pidFile, marker } }) => ({ name, pidFile, marker })),
    stateFile: join(folder, STATE_FILE),
    broker: (nodeId) => {
      const broker = brokers.find((candidate) => candidate.nodeId === nodeId);
      if (broker === undefined) throw new Error(`there is no broker ${nodeId}`);
      return broker;
    },
    inSync: (deadlineMs = IN_SYNC_DEADLINE_MS) =>
      allInSync(
        nodes.map(({ nodeId, inner }) => ({ nodeId, address: inner })),
        deadlineMs,
      ),
    java: (mainClass, args, options) => runTool(description, [mainClass, ...args], options),
    stop: async () => {
      await Promise.all(
        engines.map((engine) => (description.kept ? engine.stop(STOP_GRACE_MS) : engine.kill())),
      );
      if (!description.kept) rmSync(folder, { recursive: true, force: true });
      onStopped();
    },
  };
};

const brokerOf = (node: Node, engine: EngineProcess): KafkaBroker => ({
  nodeId: node.nodeId,
  address: node.client.host,
  port: node.client.port,
  get pid() {
    return engine.pid;
  },
  logTail: () => engine.logTail(),
  kill: () => engine.kill(),
  pause: () => engine.signal('SIGSTOP'),
  resume: () => engine.signal('SIGCONT'),
  start: async () => {
    engine.start();
    await serves(engine, { nodeId: node.nodeId, address: node.inner, brokers: 1 });
  },
  stop: () => engine.stop(STOP_GRACE_MS),
});

const runTool = (
  { folder, toolsJars }: ClusterDescription,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> => {
  const logging = join(folder, 'tools-log4j2.properties');
  // Another tool that starts just now must not read half a file: it would log to standard output.
  writeFileSync(`${logging}.${process.pid}`, log4j2('SYSTEM_ERR', 'warn'));
  renameSync(`${logging}.${process.pid}`, logging);
  const start = [...TOOL_OPTIONS, `-Dlog4j2.configurationFile=${logging}`, '-cp', `${toolsJars}/*`];
  return runCommand('java', [...start, ...args], options);
};

const at = ({ host, port }: BrokerAddress): string => `${host}:${port}`;
