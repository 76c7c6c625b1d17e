/** What a Kafka line needs on disk: its jars and the state of a freshly formatted node. */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachedFolder } from '../cache/cached-folder';
import { type Coordinates, copyJars, needJava } from '../cache/maven';
import { engineVersions } from '../engine-versions';
import { mustRun } from '../processes/run-command';
import type { KafkaLine } from './kafka-cluster.port';

/** Every cluster of the stack has this id; their data never meet. */
export const CLUSTER_ID = '4L6g3nShT-eMCtK--X86sw';

/** The user of the secured listener; throw-away clusters on the loopback only. */
export const SECURED_USER = { user: 'millrace', password: 'millrace-loopback' } as const;

/** Folders of one line. */
export interface KafkaSoftware {
  readonly version: string;
  readonly jars: string;
  /** Copied into the data folder of a new node instead of formatting it: 20 ms, not 0.8 to 2 s. */
  readonly template: string;
}

/** The newest line of which the command line tools are published; they serve both brokers. */
const TOOLS_VERSION = '4.3.1';
const LOG4J2: readonly Coordinates[] = [
  'org.apache.logging.log4j:log4j-core:2.25.3',
  'org.apache.logging.log4j:log4j-slf4j-impl:2.25.3',
];
const LOGGING: Readonly<Record<KafkaLine, readonly Coordinates[]>> = {
  '3.9': ['ch.qos.reload4j:reload4j:1.2.26', 'org.slf4j:slf4j-reload4j:1.7.36'],
  '4.4': LOG4J2, // 4.x does not start without it
};

export const kafkaSoftware = async (line: KafkaLine): Promise<KafkaSoftware> => {
  needJava();
  const version = engineVersions.kafka[line];
  const jars = await cachedFolder({
    name: `kafka-${version}`,
    what: `Kafka ${version} from Maven`,
    make: (folder) =>
      copyJars([`org.apache.kafka:kafka_2.13:${version}`, ...LOGGING[line]], folder),
  });
  const template = await cachedFolder({
    name: `kafka-${version}-template`,
    what: `template of a formatted node, Kafka ${version}`,
    make: (folder) => formatTemplate(jars, folder),
  });
  return { version, jars, template };
};

/** @returns folder of the jars of Kafka's command line tools */
export const kafkaTools = (): Promise<string> =>
  cachedFolder({
    name: `kafka-tools-${TOOLS_VERSION}`,
    what: `Kafka's tools ${TOOLS_VERSION} from Maven`,
    make: (folder) =>
      copyJars([`org.apache.kafka:kafka-tools:${TOOLS_VERSION}`, ...LOG4J2], folder),
  });

const formatTemplate = async (jars: string, folder: string): Promise<void> => {
  const work = `${folder}-work`;
  mkdirSync(work);
  try {
    const settings = join(work, 'server.properties');
    writeFileSync(settings, templateSettings(join(work, 'data')));
    const { user, password } = SECURED_USER;
    await mustRun('java', [
      ...['-XX:TieredStopAtLevel=1', '-cp', `${jars}/*`, 'kafka.tools.StorageTool', 'format'],
      ...['-t', CLUSTER_ID, '-c', settings],
      ...['--add-scram', `SCRAM-SHA-256=[name=${user},password=${password}]`],
    ]);
    // 3.9 keeps features in bootstrap.checkpoint, 4.4 in __cluster_metadata-0: take all but the id.
    const names = readdirSync(join(work, 'data')).filter((name) => name !== 'meta.properties');
    if (names.length === 0) throw new Error('the formatted node holds no features');
    for (const name of names)
      cpSync(join(work, 'data', name), join(folder, name), { recursive: true });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const templateSettings = (data: string): string => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:9093
listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${data}
`;
