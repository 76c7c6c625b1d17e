/** Puts a node's settings, identity and features on disk, so that it can be launched. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Launch } from '../processes/engine-process';
import type { KafkaProfile } from './kafka-cluster.port';
import { CLUSTER_ID, type KafkaSoftware } from './kafka-software';
import { type NodeSettings, nodeSettings } from './node-settings';

/** What the node is made of. */
export interface NodePlan {
  readonly software: KafkaSoftware;
  /** The cluster's folder. */
  readonly folder: string;
  readonly settings: Omit<NodeSettings, 'dataFolder'>;
  /** Options of the Java machine besides those of the profile. */
  readonly javaOptions: readonly string[];
}

const LOG_PATTERN = '%d{HH:mm:ss.SSS} %p %c{1} %m%n';
const LOG4J1 = `log4j.rootLogger=INFO, F
log4j.appender.F=org.apache.log4j.ConsoleAppender
log4j.appender.F.layout=org.apache.log4j.PatternLayout
log4j.appender.F.layout.ConversionPattern=${LOG_PATTERN}
`;

const HEAP: Readonly<Record<KafkaProfile, readonly string[]>> = {
  test: ['-Xms64m', '-Xmx320m', '-XX:TieredStopAtLevel=1'],
  throughput: ['-Xms128m', '-Xmx512m'],
};

export const prepareNode = ({ software, folder, settings, javaOptions }: NodePlan): Launch => {
  const { nodeId } = settings.node;
  const dataFolder = join(folder, `data-${nodeId}`);
  const settingsFile = join(folder, `server-${nodeId}.properties`);
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(join(folder, 'log4j.properties'), LOG4J1);
  writeFileSync(join(folder, 'log4j2.properties'), log4j2('SYSTEM_OUT', 'info'));
  writeFileSync(settingsFile, nodeSettings({ ...settings, dataFolder }));
  if (!existsSync(join(dataFolder, 'meta.properties'))) format(dataFolder, nodeId, software);
  return {
    name: `broker ${nodeId} of Kafka ${software.version}`,
    command: 'java',
    args: [
      ...HEAP[settings.profile],
      ...['-XX:+UseSerialGC', '-XX:-UsePerfData', ...javaOptions],
      `-Dlog4j.configuration=file:${join(folder, 'log4j.properties')}`,
      `-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`,
      ...['-cp', `${software.jars}/*`, 'kafka.Kafka', settingsFile],
    ],
    logFile: join(folder, `broker-${nodeId}.log`),
    pidFile: join(folder, `broker-${nodeId}.pid`),
    marker: settingsFile,
  };
};

/** Configuration of log4j 2 that prints from `level` on to `target`. */
export const log4j2 = (
  target: 'SYSTEM_OUT' | 'SYSTEM_ERR',
  level: string,
): string => `status = error
appender.f.type = Console
appender.f.name = F
appender.f.target = ${target}
appender.f.layout.type = PatternLayout
appender.f.layout.pattern = ${LOG_PATTERN}
rootLogger.level = ${level}
rootLogger.appenderRef.f.ref = F
`;

const format = (dataFolder: string, nodeId: number, software: KafkaSoftware): void => {
  cpSync(software.template, dataFolder, { recursive: true });
  writeFileSync(
    join(dataFolder, 'meta.properties'),
    // A directory id is 16 bytes in base64 and must differ from node to node.
    `version=1\ncluster.id=${CLUSTER_ID}\nnode.id=${nodeId}\ndirectory.id=AAAAAAAAAAAAAAAAAAAA${nodeId}Q\n`,
  );
};
