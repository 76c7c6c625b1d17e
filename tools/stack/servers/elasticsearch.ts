/** Elasticsearch from Maven: the build for integration tests, with the core modules only. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachedFolder } from '../cache/cached-folder';
import { copyArtefact, needJava } from '../cache/maven';
import { engineVersions } from '../engine-versions';
import type { SystemUser } from '../processes/engine-process';
import { freePorts } from '../processes/free-ports';
import { mustRun, needCommand } from '../processes/run-command';
import { type EngineServer, type ServerOptions, startServer } from './engine-server';
import { probeElasticsearch } from './probes';
import { serverFolder } from './server-folder';
import { handOver, unprivilegedUser } from './unprivileged-user';

/** How to start Elasticsearch. */
export interface ElasticsearchOptions extends ServerOptions {
  /**
   * `test` (when left out): starts after 10 to 12 s and takes 430 MB (C1 compiler, 256 MB of heap).
   * `throughput`: the shipped options with 512 MB of heap; 14 to 15 s, 800 MB.
   */
  readonly profile?: 'test' | 'throughput';
}

const HEAP = {
  test: [
    '-Xms256m',
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:-AlwaysPreTouch',
    '-XX:TieredStopAtLevel=1',
  ],
  throughput: ['-Xms512m', '-Xmx512m', '-XX:+UseG1GC'],
} as const;

/**
 * Starts one node without security on the loopback, with `action.auto_create_index: false`.
 * `settings` are those of elasticsearch.yml.
 *
 * @throws Error that says what to install when Java, Maven or unzip is missing
 */
export const startElasticsearch = async (
  options: ElasticsearchOptions = {},
): Promise<EngineServer> => {
  needJava();
  const home = await elasticsearchHome();
  const user = unprivilegedUser();
  needReadable(home, user);
  const { folder, kept } = serverFolder('elasticsearch', options);
  const [http = 0, transport = 0] = await freePorts(2);
  writeConfiguration({ home, folder, options, http, transport });
  if (user !== undefined) handOver(folder, user);
  const url = `http://127.0.0.1:${http}`;
  const server = { name: 'Elasticsearch', pidFile: join(folder, 'server.pid') };
  return startServer({
    url,
    folder,
    kept,
    life: options.life ?? 'owned',
    launch: {
      name: 'launcher of Elasticsearch',
      command: join(home, 'bin', 'elasticsearch'),
      args: ['-p', server.pidFile],
      cwd: folder,
      env: {
        HOME: folder,
        PATH: '/usr/local/bin:/usr/bin:/bin',
        LANG: 'C.UTF-8',
        ES_JAVA_HOME: javaHome(),
        ES_PATH_CONF: join(folder, 'config'),
        ES_TMPDIR: join(folder, 'tmp'),
      },
      logFile: join(folder, 'elasticsearch.log'),
      pidFile: join(folder, 'launcher.pid'),
      marker: server.pidFile,
      runAs: user,
    },
    serving: { ...server, marker: markerOption(folder) },
    probe: () => probeElasticsearch(url),
  });
};

const elasticsearchHome = (): Promise<string> => {
  const version = engineVersions.elasticsearch;
  return cachedFolder({
    name: `elasticsearch-${version}`,
    what: `Elasticsearch ${version} from Maven`,
    make: async (folder) => {
      needCommand('unzip', 'it unpacks Elasticsearch (Debian: apt-get install unzip)');
      const zip = join(folder, 'elasticsearch.zip');
      const group = 'org.elasticsearch.distribution.integ-test-zip';
      await copyArtefact(`${group}:elasticsearch:${version}`, 'zip', zip);
      await mustRun('unzip', ['-q', zip, '-d', folder]);
      rmSync(zip);
      const unpacked = join(folder, `elasticsearch-${version}`);
      renameSync(join(unpacked, 'config'), join(unpacked, 'shipped-config'));
      cpSync(unpacked, folder, { recursive: true });
      rmSync(unpacked, { recursive: true });
    },
  });
};

/** The option by which the server is known, as its command line holds nothing else of its own. */
const markerOption = (folder: string): string => `-Dmillrace.stack=${folder}`;

interface Configuration {
  readonly home: string;
  readonly folder: string;
  readonly options: ElasticsearchOptions;
  readonly http: number;
  readonly transport: number;
}

const writeConfiguration = ({ home, folder, options, http, transport }: Configuration): void => {
  const config = join(folder, 'config');
  for (const name of ['config', 'data', 'logs', 'tmp']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  cpSync(join(home, 'shipped-config', 'log4j2.properties'), join(config, 'log4j2.properties'));
  const settings = {
    'cluster.name': 'millrace-stack',
    'node.name': 'one',
    'path.data': join(folder, 'data'),
    'path.logs': join(folder, 'logs'),
    'network.host': '127.0.0.1',
    'http.port': String(http),
    'transport.port': String(transport),
    'discovery.type': 'single-node',
    'xpack.security.enabled': 'false',
    'action.auto_create_index': 'false', // a typo gets a 404, not a guessed mapping
    'action.destructive_requires_name': 'true',
    'node.store.allow_mmap': 'false', // makes vm.max_map_count irrelevant
    'cluster.routing.allocation.disk.threshold_enabled': 'false',
    ...options.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(join(config, 'elasticsearch.yml'), lines.join(''));
  const java = [...HEAP[options.profile ?? 'test'], markerOption(folder)];
  writeFileSync(
    join(config, 'jvm.options'),
    [...java, `-Djava.io.tmpdir=${join(folder, 'tmp')}`].map((line) => `${line}\n`).join(''),
  );
};

const needReadable = (home: string, user: SystemUser | undefined): void => {
  if (user === undefined) return;
  const as = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const { status } = spawnSync('setpriv', [...as, 'test', '-r', join(home, 'lib')]);
  if (status !== 0) {
    throw new Error(`${home} cannot be read by others than root: point MILLRACE_ENGINES elsewhere`);
  }
};

const javaHome = (): string => {
  const { stderr } = spawnSync('java', ['-XshowSettings:properties', '-version'], {
    encoding: 'utf8',
  });
  const home = /java\.home = (.+)/.exec(stderr)?.[1]?.trim();
  if (home === undefined) throw new Error('java does not say where it is installed (java.home)');
  return home;
};
