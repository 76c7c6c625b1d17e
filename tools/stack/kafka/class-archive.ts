/**
 * An archive of the classes that a broker loads (class data sharing), made once per release and
 * Java: a broker answers after 2.2 s instead of 4 s.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedFolder } from '../cache/cached-folder';
import { EngineProcess } from '../processes/engine-process';
import { freePorts } from '../processes/free-ports';
import { ownEngines } from '../processes/owned-engines';
import { mustRun } from '../processes/run-command';
import type { KafkaSoftware } from './kafka-software';
import { prepareNode } from './prepared-node';
import { serves } from './readiness';
import { groupPositions } from './wire/group-positions';

const FILE = 'broker.jsa';
const EXIT_DEADLINE_MS = 120_000;

/** @returns path of the archive */
export const classArchive = async (software: KafkaSoftware): Promise<string> => {
  const java = await javaBuild();
  const folder = await cachedFolder({
    name: `kafka-${software.version}-classes-java-${java}`,
    what: `class archive of Kafka ${software.version} for Java ${java}`,
    make: (target) => recordClasses(software, join(target, FILE)),
  });
  return join(folder, FILE);
};

const javaBuild = async (): Promise<string> => {
  const { stderr } = await mustRun('java', ['-version']);
  const build = /\(build ([^,)\s]+)/.exec(stderr)?.[1] ?? stderr;
  return build.replaceAll(/[^A-Za-z0-9.+-]+/g, '-');
};

/** Java writes the archive when a broker that was used a little ends by SIGTERM. */
const recordClasses = async (software: KafkaSoftware, archive: string): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-classes-'));
  const [client = 0, inner = 0, controller = 0] = await freePorts(3);
  const at = (port: number): { readonly host: string; readonly port: number } => ({
    host: '127.0.0.1',
    port,
  });
  const node = {
    nodeId: 1,
    client: at(client),
    advertised: at(client),
    inner: at(inner),
    controller: at(controller),
  };
  const launch = prepareNode({
    software,
    folder,
    settings: { node, all: [node], profile: 'throughput', more: {} },
    javaOptions: [`-XX:ArchiveClassesAtExit=${archive}`],
  });
  const engine = new EngineProcess(launch, 'owned');
  const disown = ownEngines({ engines: [launch], folder });
  try {
    engine.start();
    await serves(engine, { nodeId: 1, address: node.inner, brokers: 1 });
    const group = { group: 'warm-up', topic: 'none', partitions: [0] };
    await groupPositions(node.inner, group).catch(() => undefined);
    await engine.stop(EXIT_DEADLINE_MS);
  } finally {
    await engine.kill();
    rmSync(folder, { recursive: true, force: true });
    disown();
  }
};
